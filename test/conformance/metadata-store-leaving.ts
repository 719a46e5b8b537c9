import assert from 'node:assert/strict';
import type { RemovalKind } from '../../src/core/ports/account-operations.ts';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

/** How accounts change, and how they end. */
export function describeLeaving(prepare: () => Promise<Backend>): void {
  let world: World;
  const open = async (): Promise<void> => {
    world = await World.open(await prepare());
  };

  describe('changes to users', () => {
    beforeEach(open);
    afterEach(() => world.backend.remove());

    it('renames, unless the name is taken', async () => {
      const rename = (name: string) => world.store.run('updateUser', { userId: world.ann, name, nowMs: world.now });
      await assertFails(rename('BOB'), 'already-exists');
      await rename('ANN');
      assert.equal((await world.store.findUser('ann'))?.name, 'ANN');
      await rename('Anna');
      assert.equal((await world.store.findUser('anna'))?.id, world.ann);
      assert.equal(await world.store.findUser('ann'), undefined);
    });

    it('approves who waits, with a first home, by enabling them', async () => {
      const { userId } = await world.store.run('createUser', {
        name: 'Eve',
        passwordHash: 'hash',
        role: 'advanced',
        quotaBytes: 1,
        homeAreas: undefined,
        onlyIfFirst: false,
        isWaiting: true,
        nowMs: world.now,
      });
      const waiting = await world.store.getUser(userId);
      assert.deepEqual([waiting?.isWaiting, waiting?.isDisabled, waiting?.homeSpaceId], [true, true, undefined]);
      await world.store.run('updateUser', { userId, isDisabled: false, homeAreas: [], nowMs: world.now });
      const approved = await world.store.getUser(userId);
      assert.deepEqual([approved?.isWaiting, approved?.isDisabled], [false, false]);
      assert.notEqual(approved?.homeSpaceId, undefined);
    });

    it('keeps the last administrator, also of two who go at once', async () => {
      const [first, second] = [await world.addUser('Adam', 'admin'), await world.addUser('Asa', 'admin')];
      const demote = (userId: number) =>
        world.store.run('updateUser', { userId, role: 'normal', keepsAdministrator: true, nowMs: world.now });
      const outcomes = await Promise.allSettled([demote(first), demote(second)]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const last = outcomes[0].status === 'rejected' ? first : second;
      const by = { userId: last, keepsAdministrator: true, nowMs: world.now };
      await assertFails(world.store.run('updateUser', { ...by, isDisabled: true }), 'refused');
      await assertFails(world.store.run('removeUser', by), 'refused');
      await assertFails(startRemoval(world, last, 'delete', { keepsAdministrator: true }), 'refused');
      // What does not concern it is changed all the same.
      await world.store.run('updateUser', { ...by, quotaBytes: 7 });
    });
  });

  describe('users who go', () => {
    beforeEach(open);
    afterEach(() => world.backend.remove());

    /** Ann's: in her home, in the common space and in Bob's home, live and in trash, with versions. */
    async function makeMuch(): Promise<number> {
      const folder = await world.mkcol(world.root, 'folder');
      await world.put(folder, 'a', 100);
      await world.put(folder, 'a', 50);
      await world.put(world.root, 'b', 10);
      const deleted = await world.mkcol(world.root, 'deleted');
      await world.put(deleted, 'c', 1000);
      await world.trash(deleted);
      const shared = await world.mkcol(world.shared.rootId, 'hers');
      await world.put(shared, 'd', 7);
      await world.put(shared, 'of bob', 3, { userId: world.bob });
      const own = await world.mkcol(world.shared.rootId, 'all hers');
      await world.put(await world.mkcol(own, 'deep'), 'e', 20);
      const { nodeId } = await world.put(world.shared.rootId, 'f', 30);
      await world.trash(nodeId);
      return folder;
    }

    const step = (limit: number) => ({ userId: world.ann, limit, nowMs: world.now });
    async function repeat(operation: 'giveNodes' | 'emptyHome' | 'purgeOwned', limit: number): Promise<void> {
      for (let done = false; !done;) {
        ({ done } = await world.store.run(operation, step(limit)));
        await assertConsistent(world);
      }
    }
    async function emptyTrash(): Promise<void> {
      for (const id of await world.store.accounts.listTrashedIn(world.home.id, 100)) await world.purge(id);
    }
    const reservedBytes = async (userId: number) => (await world.store.getUser(userId))!.reservedBytes;
    const spaceOf = async (userId: number) => {
      const user = await world.store.getUser(userId);
      return (await world.store.getSpace(user!.homeSpaceId!))!;
    };

    it('are locked out, and all that acts for them ends', async () => {
      const { nodeId } = await world.put(world.root, 'locked', 1);
      await world.lock({ nodeId });
      await world.lock({ parentId: world.root, name: 'unwritten' });
      const epoch = (await world.store.getUser(world.ann))!.epoch;
      await startRemoval(world, world.ann, 'keep', { dueAtMs: 5 });
      const user = (await world.store.getUser(world.ann))!;
      assert.deepEqual([user.isDisabled, user.epoch], [true, epoch + 1]);
      assert.deepEqual(await world.store.listAllLocks({ limit: 10 }, world.now), []);
      assert.deepEqual(await world.names(world.root), ['locked']);
      const removal = await world.store.accounts.getRemoval(world.ann);
      assert.deepEqual(removal, {
        userId: world.ann,
        userName: 'Ann',
        files: 'keep',
        toUserId: undefined,
        toUserName: undefined,
        dueAtMs: 5,
        startedAtMs: world.now,
      });
      assert.deepEqual(await world.store.accounts.listRemovals(), [removal]);
      await world.store.run('updateUser', { userId: world.ann, isDisabled: false, nowMs: world.now });
      assert.equal(await world.store.accounts.getRemoval(world.ann), undefined);
    });

    it('hand everything over: the home as a folder, the rest where it is', async () => {
      const folder = await makeMuch();
      await world.mkcol((await spaceOf(world.bob)).rootId, 'Ann', { userId: world.bob });
      await startRemoval(world, world.ann, 'hand-over', { toUserId: world.bob });
      const jobId = (await handOver(world)).jobId;
      assert.ok(jobId !== undefined);
      await assertConsistent(world);
      const renamed = await world.store.search.listRenamed({ afterSerial: 0, limit: 10 });
      assert.deepEqual(
        renamed.map(({ name }) => name),
        ['Ann (2)'],
      );
      for (let done = false; !done;) ({ done } = await world.store.run('adoptTree', { jobId, limit: 2 }));
      assert.equal((await handOver(world)).jobId, undefined);
      await emptyTrash();
      await repeat('giveNodes', 2);
      await world.store.run('removeUser', { userId: world.ann, nowMs: world.now });

      const { rootId, id } = await spaceOf(world.bob);
      assert.deepEqual(await world.names(rootId), ['Ann', 'Ann (2)']);
      const home = await world.child(rootId, 'Ann (2)');
      assert.deepEqual(await world.names(home.id), ['b', 'folder']);
      const below = [home, ...(await world.below(home.id)), ...(await world.below(world.shared.rootId))];
      assert.deepEqual([...new Set(below.map(({ ownerId }) => ownerId))], [world.bob]);
      const inHome = [home, ...(await world.below(home.id))];
      assert.deepEqual([...new Set(inHome.map(({ spaceId }) => spaceId))], [id]);
      const a = await world.child(folder, 'a');
      assert.equal((await world.store.listVersions(a.id)).length, 1);
      assert.equal(await world.usedBytes(world.bob), 150 + 10 + 7 + 3 + 20 + 30);
      assert.equal((await world.store.listTrash(world.bob, { limit: 10 })).length, 1);
      assert.equal(await world.store.getSpace(world.home.id), undefined);
      assert.equal(await world.store.getUser(world.ann), undefined);
    });

    it('hand over only what the receiver may own, unless that is forced', async () => {
      await makeMuch();
      await world.store.run('updateUser', { userId: world.bob, quotaBytes: 1000, nowMs: world.now });
      const handOver = { toUserId: world.bob };
      await assertFails(startRemoval(world, world.ann, 'hand-over', handOver), 'quota-exceeded');
      assert.equal((await world.store.getUser(world.ann))?.isDisabled, false);
      await startRemoval(world, world.ann, 'hand-over', { ...handOver, isForced: true });
      await repeat('giveNodes', 100);
      assert.equal(await reservedBytes(world.bob), 0);
      assert.ok((await world.usedBytes(world.bob)) > 1000);
    });

    it('have room kept for what they hand over, until it has changed hands or is called off', async () => {
      await makeMuch();
      const owned = await world.usedBytes(world.ann);
      await world.store.run('updateUser', { userId: world.bob, quotaBytes: owned + 10, nowMs: world.now });
      const toBob = { toUserId: world.bob };
      for (let times = 0; times < 2; times += 1) await startRemoval(world, world.ann, 'hand-over', toBob);
      assert.equal(await reservedBytes(world.bob), owned);
      await world.store.run('stopRemoval', { userId: world.ann });
      assert.equal(await reservedBytes(world.bob), 0);
      await startRemoval(world, world.ann, 'hand-over', toBob);
      await world.store.run('giveNodes', step(3));
      const ofBob = { parentId: (await spaceOf(world.bob)).rootId, userId: world.bob };
      await assertFails(world.put(ofBob.parentId, 'large', 11, ofBob), 'quota-exceeded');
      assert.equal((await reservedBytes(world.bob)) + (await world.usedBytes(world.bob)), owned + 3);
      await startRemoval(world, world.ann, 'delete');
      assert.equal(await reservedBytes(world.bob), 0);
    });

    it('hand over to nobody who is not there, is locked out, has no home or goes', async () => {
      const [nora, dora] = [await world.addUser('Nora', 'normal'), await world.addUser('Dora')];
      await world.store.run('updateUser', { userId: dora, isDisabled: true, nowMs: world.now });
      const demoted = await world.addUser('Dede');
      await world.store.run('updateUser', { userId: demoted, role: 'normal', nowMs: world.now });
      for (const toUserId of [world.ann, nora, dora, demoted, 999]) {
        await assertFails(startRemoval(world, world.ann, 'hand-over', { toUserId }), 'refused');
      }
      await startRemoval(world, world.ann, 'hand-over', { toUserId: world.bob });
      await assertFails(startRemoval(world, world.bob, 'delete'), 'refused');
      await assertFails(world.store.run('removeUser', { userId: world.bob, nowMs: world.now }), 'refused');
      await world.store.run('stopRemoval', { userId: world.ann });
      await startRemoval(world, world.bob, 'delete');
    });

    it('delete all that is theirs, and leave what is not', async () => {
      await makeMuch();
      const forBob = await world.put(world.root, 'lent', 40, { userId: world.bob });
      await startRemoval(world, world.ann, 'delete');
      await repeat('emptyHome', 1);
      await emptyTrash();
      await repeat('purgeOwned', 2);
      await world.store.run('removeUser', { userId: world.ann, nowMs: world.now });

      assert.deepEqual(await world.names(world.shared.rootId), ['hers']);
      const hers = await world.child(world.shared.rootId, 'hers');
      assert.equal(hers.ownerId, 0);
      assert.deepEqual(await world.names(hers.id), ['of bob']);
      // What somebody else's lay in the home goes with it.
      assert.equal(await world.store.getNode(forBob.nodeId), undefined);
      assert.equal(await world.usedBytes(world.bob), 3);
      assert.deepEqual(await world.store.listTrash(undefined, { limit: 10 }), []);
      assert.deepEqual(await world.store.accounts.listRemovals(), []);
    });

    it('do nothing that was not noted, or was called off', async () => {
      await makeMuch();
      for (const operation of ['giveNodes', 'emptyHome', 'purgeOwned'] as const) {
        await assertFails(world.store.run(operation, step(10)), 'not-found');
      }
      await startRemoval(world, world.ann, 'delete');
      await assertFails(handOver(world), 'not-found');
      await assertFails(world.store.run('giveNodes', step(10)), 'not-found');
      await assertFails(
        world.store.run('updateUser', { userId: world.ann, isDisabled: false, nowMs: world.now }),
        'refused',
      );
      await world.store.run('stopRemoval', { userId: world.ann });
      await assertFails(world.store.run('emptyHome', step(10)), 'not-found');
    });

    it('wait for a copy of theirs', async () => {
      const folder = await makeMuch();
      const copy = world.copyArgs({ nodeId: folder, parentId: world.shared.rootId, name: 'copy' });
      const { copyId } = await world.store.run('startCopy', copy);
      await startRemoval(world, world.ann, 'delete');
      await assertFails(world.store.run('purgeOwned', step(10)), 'busy');
      await world.store.run('abandonCopy', { copyId });
      // Nobody was charged for what is left of it.
      await assertFails(world.store.run('purgeOwned', step(10)), 'busy');
      for (const job of await world.store.listJobs()) await world.purge(job.nodeId);
      await repeat('purgeOwned', 10);
    });

    it('shows the homes of all others, by name', async () => {
      await world.addUser('Nora', 'normal');
      await world.addUser('Adam');
      const homes = await world.store.accounts.listHomes({ afterKey: '', exceptUserId: world.ann, limit: 10 });
      assert.deepEqual(
        homes.map(({ userName }) => userName),
        ['Adam', 'Bob'],
      );
      const bobs = await spaceOf(world.bob);
      assert.deepEqual(homes[1]!.space, bobs);
      assert.deepEqual(homes[1]!.root, await world.node(bobs.rootId));
      const rest = await world.store.accounts.listHomes({ afterKey: 'adam', exceptUserId: world.bob, limit: 1 });
      assert.deepEqual(
        rest.map(({ userName }) => userName),
        ['Ann'],
      );
    });

    it('own nothing that is made for somebody else', async () => {
      const folder = await world.store.run('createCollection', {
        ...world.change(),
        parentId: world.root,
        name: 'by bob',
        userId: world.bob,
        ownerId: world.ann,
      });
      const bobs = { userId: world.bob, ownerId: world.ann };
      const { nodeId } = await world.put(folder.nodeId, 'file', 60, bobs);
      await world.lock({ parentId: folder.nodeId, name: 'unwritten', ownerId: world.ann }, { userId: world.bob });
      await world.copy({ ...bobs, nodeId, parentId: folder.nodeId, name: 'copy' });
      await world.copyInSteps({ ...bobs, nodeId: folder.nodeId, parentId: world.root, name: 'copies' }, 1);
      const nodes = await world.below(world.root);
      assert.equal(nodes.length, 8);
      assert.deepEqual([...new Set(nodes.map(({ ownerId }) => ownerId))], [world.ann]);
      assert.equal(await world.usedBytes(world.bob), 0);
      await assertConsistent(world);
    });
  });
}

export function startRemoval(world: World, userId: number, files: RemovalKind, more: object = {}): Promise<void> {
  return world.store.run('startRemoval', {
    userId,
    files,
    toUserId: undefined,
    dueAtMs: undefined,
    isForced: false,
    keepsAdministrator: false,
    nowMs: world.now,
    ...more,
  });
}

function handOver(world: World): Promise<{ jobId: number | undefined }> {
  return world.store.run('handOverHome', { userId: world.ann, folderName: 'Ann', nowMs: world.now });
}
