import assert from 'node:assert/strict';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeAccounts(prepare: () => Promise<Backend>): void {
  describe('users, spaces and settings', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const newUser = (name: string) => ({
      name,
      passwordHash: 'hash',
      role: 'advanced' as const,
      quotaBytes: 1000,
      homeAreas: undefined,
      onlyIfFirst: false,
      nowMs: world.now,
    });

    it('finds a user by any spelling of the name, and keeps the name as given', async () => {
      const { userId } = await world.store.run('createUser', newUser('Zoé'));
      const user = await world.store.findUser('ZOE\u0301');
      assert.equal(user?.id, userId);
      assert.equal(user.name, 'Zoé');
      assert.equal(user.homeSpaceId, undefined);
      assert.deepEqual(await world.store.getUser(userId), user);
      assert.equal(await world.store.findUser('Zoe'), undefined);
    });

    it('refuses a second user of the same folded name', async () => {
      await assertFails(world.store.run('createUser', newUser('ANN')), 'already-exists');
    });

    it('makes the first user once', async () => {
      assert.equal(await world.store.hasUsers(), true);
      await assertFails(world.store.run('createUser', { ...newUser('Eve'), onlyIfFirst: true }), 'refused');
      assert.equal(await world.store.findUser('Eve'), undefined);
    });

    it('gives a home with its areas', async () => {
      const homeAreas = [
        { name: 'Mere', policy: undefined },
        { name: 'Temporary', policy: 'temporary' },
      ] as const;
      const { userId } = await world.store.run('createUser', { ...newUser('Eve'), homeAreas });
      const user = await world.store.getUser(userId);
      const home = await world.store.getSpace(user!.homeSpaceId!);
      assert.equal(home?.ownerId, userId);
      assert.equal(home.mountName, '');
      assert.deepEqual(await world.names(home.rootId), ['Mere', 'Temporary']);
      assert.equal((await world.node(home.rootId)).nodeCount, 2);
    });

    it('shows each user the spaces of all and their own home', async () => {
      const kinds = (await world.store.listSpaces(world.bob)).map(({ kind, ownerId }) => ({ kind, ownerId }));
      assert.deepEqual(kinds, [
        { kind: 'home', ownerId: world.bob },
        { kind: 'shared', ownerId: undefined },
      ]);
    });

    it('makes a space of all once', async () => {
      const again = await world.store.run('createSpace', { kind: 'shared', mountName: 'WORKSPACE', nowMs: world.now });
      assert.equal(again.spaceId, world.shared.id);
    });

    it('raises the epoch for what ends sessions, and for nothing else', async () => {
      const epoch = async () => (await world.store.getUser(world.ann))!.epoch;
      const first = await epoch();
      await world.store.run('updateUser', { userId: world.ann, quotaBytes: 5, nowMs: world.now });
      assert.equal(await epoch(), first);
      await world.store.run('updateUser', { userId: world.ann, passwordHash: 'other', nowMs: world.now });
      await world.store.run('updateUser', { userId: world.ann, isDisabled: true, nowMs: world.now });
      await world.store.run('updateUser', { userId: world.ann, role: 'admin', nowMs: world.now });
      assert.equal(await epoch(), first + 3);
      const { quotaBytes, passwordHash, isDisabled, role } = (await world.store.getUser(world.ann))!;
      assert.deepEqual(
        { quotaBytes, passwordHash, isDisabled, role },
        {
          quotaBytes: 5,
          passwordHash: 'other',
          isDisabled: true,
          role: 'admin',
        },
      );
    });

    it('gives a first home with a role that has one, and keeps it for ever', async () => {
      const userId = await world.addUser('Eve', 'normal');
      const update = { userId, role: 'advanced' as const, homeAreas: [], nowMs: world.now };
      await world.store.run('updateUser', update);
      const homeSpaceId = (await world.store.getUser(userId))!.homeSpaceId;
      assert.notEqual(homeSpaceId, undefined);
      await world.store.run('updateUser', { ...update, role: 'normal', homeAreas: undefined });
      await world.store.run('updateUser', update);
      assert.equal((await world.store.getUser(userId))!.homeSpaceId, homeSpaceId);
    });

    it('does not know users that do not exist', async () => {
      await assertFails(world.store.run('updateUser', { userId: 999, nowMs: world.now }), 'not-found');
      await assertFails(world.store.run('removeUser', { userId: 999, nowMs: world.now }), 'not-found');
      assert.equal(await world.store.getUser(999), undefined);
    });

    it('removes a user with an empty home', async () => {
      await world.mkcol(world.root, 'empty');
      await world.lock({ parentId: world.root, name: 'never written' });
      await world.store.run('removeUser', { userId: world.ann, nowMs: world.now });
      assert.equal(await world.store.findUser('Ann'), undefined);
      assert.equal(await world.store.getSpace(world.home.id), undefined);
      assert.equal(await world.store.getNode(world.root), undefined);
      assert.deepEqual(
        (await world.store.listUsers({ limit: 10 })).map((user) => user.name),
        ['Bob'],
      );
    });

    it('keeps a user who owns an empty file, something in the trash, or something in another space', async () => {
      const remove = () => world.store.run('removeUser', { userId: world.ann, nowMs: world.now });
      const { nodeId } = await world.put(world.root, 'empty', 0);
      await assertFails(remove(), 'refused');
      await world.trash(nodeId);
      await assertFails(remove(), 'refused');
      await world.purge(nodeId);
      const elsewhere = await world.mkcol(world.shared.rootId, 'elsewhere');
      await assertFails(remove(), 'refused');
      await world.trash(elsewhere);
      await world.purge(elsewhere);
      await remove();
    });

    it('pages through users', async () => {
      for (const name of ['C', 'D', 'E']) await world.addUser(name, 'normal');
      const first = await world.store.listUsers({ limit: 2 });
      const rest = await world.store.listUsers({ limit: 10, after: first[1]!.id });
      assert.deepEqual(
        [...first, ...rest].map((user) => user.name),
        ['Ann', 'Bob', 'C', 'D', 'E'],
      );
    });

    it('keeps settings', async () => {
      assert.equal(await world.store.getSetting('key'), undefined);
      await world.store.run('setSetting', { key: 'key', value: 'one' });
      await world.store.run('setSetting', { key: 'key', value: 'two' });
      assert.equal(await world.store.getSetting('key'), 'two');
      await world.store.run('setSetting', { key: 'key', value: undefined });
      assert.equal(await world.store.getSetting('key'), undefined);
    });
  });

  describe('quota', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
      await world.store.run('updateUser', { userId: world.ann, quotaBytes: 1000, nowMs: world.now });
    });
    afterEach(() => world.backend.remove());

    const reserve = (uploadId: string, sizeBytes: number) =>
      world.store.run('reserveUpload', {
        uploadId,
        ownerId: world.ann,
        sizeBytes,
        diskId: world.diskId,
        nowMs: world.now,
      });
    const bytes = async () => {
      const { usedBytes, reservedBytes } = (await world.store.getUser(world.ann))!;
      return [usedBytes, reservedBytes];
    };

    it('cannot be passed by any number of uploads at once', async () => {
      const reserved = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => reserve(`u${i}`, 90)));
      assert.equal(reserved.filter((result) => result.status === 'fulfilled').length, 11);
      assert.deepEqual(await bytes(), [0, 990]);
      await assertFails(world.put(world.root, 'f', 11), 'quota-exceeded');
      await world.put(world.root, 'f', 10);
      assert.deepEqual(await bytes(), [10, 990]);
    });

    it('settles a reservation with what was really written', async () => {
      await reserve('u', 1000);
      await assertFails(world.put(world.root, 'f', 1001, { uploadId: 'u' }), 'quota-exceeded');
      assert.deepEqual(await bytes(), [0, 1000]);
      await world.put(world.root, 'f', 1000, { uploadId: 'u' });
      assert.deepEqual(await bytes(), [1000, 0]);
      assert.deepEqual(await world.store.listUploads(), []);
      await world.put(world.root, 'empty', 0);
    });

    it('extends and releases reservations', async () => {
      await reserve('u', 100);
      await world.store.run('extendUpload', { uploadId: 'u', addBytes: 900 });
      await assertFails(world.store.run('extendUpload', { uploadId: 'u', addBytes: 1 }), 'quota-exceeded');
      assert.deepEqual(await world.store.listUploads(), [
        { uploadId: 'u', diskId: world.diskId, createdAtMs: world.now },
      ]);
      await world.store.run('releaseUpload', { uploadId: 'u' });
      await world.store.run('releaseUpload', { uploadId: 'u' });
      assert.deepEqual(await bytes(), [0, 0]);
      await assertFails(world.store.run('extendUpload', { uploadId: 'u', addBytes: 1 }), 'not-found');
    });

    it('takes nothing of an upload that was given up, whose promise stands until it is released', async () => {
      await reserve('u', 100);
      await world.store.run('giveUpUpload', { uploadId: 'u' });
      await world.store.run('giveUpUpload', { uploadId: 'none' });
      await assertFails(world.put(world.root, 'f', 10, { uploadId: 'u' }), 'unavailable');
      assert.deepEqual(await bytes(), [0, 100]);
      await world.store.run('releaseUpload', { uploadId: 'u' });
      assert.deepEqual(await bytes(), [0, 0]);
    });

    it('charges the owner of a file, whoever writes it', async () => {
      await world.store.run('updateUser', { userId: world.bob, quotaBytes: 50, nowMs: world.now });
      await world.put(world.shared.rootId, 'f', 40, { userId: world.bob });
      await assertFails(world.put(world.shared.rootId, 'f', 60), 'quota-exceeded');
      await world.put(world.shared.rootId, 'f', 10);
      assert.equal(await world.usedBytes(world.bob), 50);
      assert.equal(await world.usedBytes(), 0);
      await assertConsistent(world);
    });

    it('lets a user who is past the quota write nothing but what needs no room', async () => {
      await world.put(world.root, 'f', 900);
      await world.store.run('updateUser', { userId: world.ann, quotaBytes: 100, nowMs: world.now });
      await assertFails(world.put(world.root, 'g', 1), 'quota-exceeded');
      await world.put(world.root, 'g', 0);
      await world.put(world.root, 'f', 100, { versionsKept: 0 });
      assert.equal(await world.usedBytes(), 100);
    });
  });
}
