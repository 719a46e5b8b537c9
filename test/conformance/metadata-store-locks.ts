import assert from 'node:assert/strict';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeLocks(prepare: () => Promise<Backend>): void {
  describe('locks', () => {
    let world: World;
    let a: number;
    let b: number;
    let file: number;
    beforeEach(async () => {
      world = await World.open(await prepare());
      a = await world.mkcol(world.root, 'a');
      b = await world.mkcol(a, 'b');
      file = (await world.put(b, 'f')).nodeId;
    });
    afterEach(() => world.backend.remove());

    /** Everything that changes `f`, as functions of the tokens submitted. */
    const writes = (tokens: string[]) => [
      () => world.put(b, 'f', 1, { tokens }),
      () =>
        world.store.run('changeProperties', {
          ...world.change(),
          tokens,
          nodeId: file,
          expected: undefined,
          set: [],
          remove: [],
          modifiedAtMs: undefined,
          createdAtMs: undefined,
        }),
    ];

    it('keeps what a client said', async () => {
      const token = await world.lock({ nodeId: file }, { depth: '0', scope: 'shared', ownerXml: '<me/>' });
      const lock = {
        token,
        nodeId: file,
        spaceId: world.home.id,
        depth: '0',
        scope: 'shared',
        ownerXml: '<me/>',
        clientAgent: 'Tester/1.0',
        clientAddress: '192.0.2.1',
        userId: world.ann,
        timeoutSeconds: 60,
        createdAtMs: world.now,
        expiresAtMs: world.now + 60_000,
      };
      assert.deepEqual(await world.store.listLocks([file, a], world.now), [lock]);
      assert.deepEqual(await world.store.listChildLocks(b, world.now), [lock]);
      assert.deepEqual(await world.store.listChildLocks(a, world.now), []);
      assert.deepEqual(await world.store.listLocks([file], world.now + 60_000), []);
    });

    it('protects content and properties by locks on the file and infinite ones above', async () => {
      for (const root of [file, b, world.root]) {
        const token = await world.lock({ nodeId: root });
        for (const write of writes([])) await assertFails(write(), 'locked', root);
        for (const write of writes(['urn:uuid:other'])) await assertFails(write(), 'locked', root);
        for (const write of writes([token])) await write();
        await world.unlock(root, token);
        for (const write of writes([])) await write();
      }
    });

    it('leaves the content of members alone when only the collection is locked', async () => {
      await world.lock({ nodeId: b }, { depth: '0' });
      for (const write of writes([])) await write();
      await assertFails(world.put(b, 'new'), 'locked', b);
      await assertFails(world.mkcol(b, 'new'), 'locked', b);
      await assertFails(world.trash(file), 'locked', b);
      await assertFails(world.move({ nodeId: file, parentId: world.root, name: 'x' }), 'locked', b);
      await assertFails(world.copy({ nodeId: file, parentId: b, name: 'x' }), 'locked', b);
      await world.copy({ nodeId: file, parentId: world.root, name: 'x' });
    });

    it('counts a token only for the user whose lock it is', async () => {
      const token = await world.lock({ nodeId: file });
      await assertFails(world.put(b, 'f', 1, { tokens: [token], userId: world.bob }), 'locked', file);
      await assertFails(world.unlock(file, token, world.bob), 'lock-token-mismatch');
    });

    it('asks for one token of each locked node', async () => {
      const mine = await world.lock({ nodeId: file }, { scope: 'shared', depth: '0' });
      const theirs = await world.lock({ nodeId: file }, { scope: 'shared', depth: '0', userId: world.bob });
      await assertFails(world.put(b, 'f', 1, { tokens: [theirs] }), 'locked', file);
      await world.put(b, 'f', 1, { tokens: [mine] });
      const above = await world.lock({ nodeId: a }, { scope: 'shared' });
      await assertFails(world.put(b, 'f', 1, { tokens: [mine] }), 'locked', a);
      await world.put(b, 'f', 1, { tokens: [mine, above] });
    });

    it('ends by itself', async () => {
      const token = await world.lock({ nodeId: file });
      world.clock.ms += 60_000;
      await world.put(b, 'f');
      await assertFails(world.unlock(file, token), 'lock-token-mismatch');
      await world.lock({ nodeId: file });
      assert.deepEqual(await world.store.run('expireLocks', { nowMs: world.now, limit: 10 }), { done: true });
      assert.equal((await world.store.listLocks([file], 0)).length, 1);
    });

    it("stands in nobody's way any more once its time is over, though nobody cleared it away", async () => {
      const later = () => (world.clock.ms += 60_000);
      const bob = { userId: world.bob };
      for (const write of writes([])) {
        await world.lock({ nodeId: world.root });
        later();
        await write();
      }
      await world.lock({ nodeId: a });
      later();
      await world.mkcol(a, 'c');
      await world.copy({ nodeId: file, parentId: a, name: 'copy' });
      await world.lock({ nodeId: b });
      later();
      await world.move({ nodeId: file, parentId: a, name: 'moved' });
      await world.lock({ nodeId: file });
      later();
      await world.copy({ nodeId: (await world.child(a, 'copy')).id, parentId: a, name: 'moved', overwrite: true });
      await world.lock({ nodeId: (await world.child(a, 'moved')).id }, { maxLocks: 1 });
      later();
      await world.lock({ nodeId: (await world.child(a, 'moved')).id }, { maxLocks: 1 });
      later();
      await world.lock({ nodeId: (await world.child(a, 'moved')).id }, bob);
      later();
      await world.trash(a);
      assert.deepEqual(await world.names(world.root), []);
    });

    it('is listed with all others, page by page, while it lasts', async () => {
      const tokens = [
        await world.lock({ nodeId: file }, { scope: 'shared' }),
        await world.lock({ nodeId: file }, { scope: 'shared', userId: world.bob }),
        await world.lock({ nodeId: world.shared.rootId }, { userId: world.bob, timeoutSeconds: 30 }),
      ].sort();
      const list = async (after?: string) =>
        (await world.store.listAllLocks({ limit: 2, ...(after !== undefined && { after }) }, world.now)).map(
          ({ token }) => token,
        );
      assert.deepEqual(await list(), tokens.slice(0, 2));
      assert.deepEqual(await list(tokens[1]), tokens.slice(2));
      world.clock.ms += 30_000;
      const left = await world.store.listAllLocks({ limit: 10 }, world.now);
      assert.deepEqual(left.map(({ spaceId, userId }) => [spaceId, userId]).sort(), [
        [world.home.id, world.ann],
        [world.home.id, world.bob],
      ]);
    });

    it('is broken by its token alone, as long as it lasts', async () => {
      const shared = { scope: 'shared' as const };
      const token = await world.lock({ nodeId: file }, shared);
      const other = await world.lock({ nodeId: file }, { ...shared, userId: world.bob });
      const broken = (which: string) => world.store.run('breakLock', { token: which, nowMs: world.now });
      await broken(token);
      await assertFails(broken(token), 'not-found');
      assert.deepEqual(
        (await world.store.listLocks([file], world.now)).map((lock) => lock.token),
        [other],
      );
      await broken(other);
      await world.put(b, 'f');
      const late = await world.lock({ nodeId: file });
      world.clock.ms += 60_000;
      await assertFails(broken(late), 'not-found');
      await assertConsistent(world);
    });

    it('goes together with shared locks only', async () => {
      await world.lock({ nodeId: b }, { scope: 'shared' });
      await world.lock({ nodeId: b }, { scope: 'shared', userId: world.bob });
      await world.lock({ nodeId: file }, { scope: 'shared' });
      await world.lock({ nodeId: a }, { scope: 'shared' });
      for (const nodeId of [a, b, file]) await assertFails(world.lock({ nodeId }), 'lock-conflict');
    });

    it('names the lock that a new one does not go together with', async () => {
      await world.lock({ nodeId: b });
      await assertFails(world.lock({ nodeId: a }, { scope: 'shared' }), 'lock-conflict', b);
      await assertFails(world.lock({ nodeId: file }, { scope: 'shared' }), 'lock-conflict', b);
      await assertFails(world.lock({ nodeId: b }), 'lock-conflict', b);
      await world.lock({ nodeId: a }, { depth: '0' });
    });

    it('does not stand in the way of a member when its depth is 0', async () => {
      const token = await world.lock({ nodeId: b }, { depth: '0' });
      await world.lock({ nodeId: file });
      await assertFails(world.lock({ parentId: b, name: 'new' }), 'locked', b);
      await world.lock({ parentId: b, name: 'new' }, { tokens: [token] });
    });

    it('is refused past the limit of a user', async () => {
      await world.lock({ nodeId: file });
      await assertFails(world.lock({ nodeId: world.root }, { depth: '0', maxLocks: 1 }), 'lock-limit');
      await world.lock({ nodeId: world.root }, { depth: '0', maxLocks: 1, userId: world.bob });
    });

    it('is refreshed by its owner where it reaches', async () => {
      const token = await world.lock({ nodeId: b });
      const refresh = (nodeId: number, more = {}) =>
        world.store.run('refreshLock', {
          token,
          userId: world.ann,
          nodeId,
          timeoutSeconds: 600,
          nowMs: world.now,
          ...more,
        });
      world.clock.ms += 50_000;
      const lock = await refresh(file);
      assert.equal(lock.nodeId, b);
      assert.equal(lock.expiresAtMs, world.now + 600_000);
      assert.deepEqual(await world.store.listLocks([b], world.now), [lock]);
      await assertFails(refresh(a), 'lock-token-mismatch');
      await assertFails(refresh(file, { userId: world.bob }), 'lock-token-mismatch');
      await assertFails(refresh(file, { token: 'urn:uuid:x' }), 'lock-token-mismatch');
      await assertFails(world.unlock(a, token), 'lock-token-mismatch');
      await world.unlock(file, token);
    });

    it('goes away with what is deleted or moved, if it was submitted; locks above stay', async () => {
      const inside = await world.lock({ nodeId: file });
      const above = await world.lock({ nodeId: a }, { depth: '0' });
      await assertFails(world.trash(b, { tokens: [above] }), 'locked', file);
      await assertFails(world.move({ nodeId: b, parentId: world.root, name: 'x', tokens: [above] }), 'locked', file);
      await assertFails(world.trash(b, { tokens: [inside] }), 'locked', a);
      await world.move({ nodeId: b, parentId: world.root, name: 'x', tokens: [inside, above] });
      const left = await world.store.listLocks([a, b, file], world.now);
      assert.deepEqual(
        left.map((lock) => lock.token),
        [above],
      );
    });

    it('goes away with a tree that is overwritten, but stays on a file that gets new content', async () => {
      const other = (await world.put(world.root, 'other')).nodeId;
      const token = await world.lock({ nodeId: file });
      const onto = { nodeId: other, parentId: b, name: 'f', overwrite: true };
      await assertFails(world.copy(onto), 'locked', file);
      await world.copy({ ...onto, tokens: [token] });
      assert.equal((await world.store.listLocks([file], world.now)).length, 1);
      await assertFails(
        world.move({ nodeId: other, parentId: world.root, name: 'a', overwrite: true }),
        'locked',
        file,
      );
      await world.move({ nodeId: other, parentId: world.root, name: 'a', overwrite: true, tokens: [token] });
      assert.deepEqual(await world.store.listLocks([file], world.now), []);
      await assertConsistent(world);
    });
  });

  describe('files made by a lock', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const place = (name = 'f') => ({ parentId: world.root, name });
    const expire = () => world.store.run('expireLocks', { nowMs: world.now, limit: 10 });

    it('exist and are empty, and belong to who locked', async () => {
      const token = await world.lock(place());
      const node = await world.child(world.root, 'f');
      assert.deepEqual([node.isUnwritten, node.sizeBytes, node.ownerId], [true, 0, world.ann]);
      assert.deepEqual(await world.names(world.root), ['f']);
      await assertFails(world.lock(place()), 'already-exists');
      await assertFails(world.mkcol(world.root, 'f'), 'already-exists');
      await world.unlock(node.id, token);
      assert.deepEqual(await world.names(world.root), []);
      await assertConsistent(world);
    });

    it('count as absent for the PUT that fills them, and are there to stay then', async () => {
      const token = await world.lock(place());
      const { id } = await world.child(world.root, 'f');
      await assertFails(world.put(world.root, 'f', 1, { expected: 'absent' }), 'locked', id);
      const put = await world.put(world.root, 'f', 0, { expected: 'absent', tokens: [token] });
      assert.deepEqual([put.nodeId, put.created], [id, false]);
      assert.equal((await world.node(id)).isUnwritten, false);
      await world.unlock(id, token);
      assert.deepEqual(await world.names(world.root), ['f']);
      assert.deepEqual(await world.store.listVersions(id), []);
    });

    it('vanish from every view when the lock ends, before anybody clears them away', async () => {
      await world.lock(place());
      const { id } = await world.child(world.root, 'f');
      world.clock.ms += 60_000;
      assert.deepEqual(await world.names(world.root), []);
      assert.equal((await world.store.walk(world.root, ['f', 'g']))?.length, 1);
      assert.equal(await world.store.getNode(id), undefined);
      await assertFails(world.trash(id), 'not-found');
      await assertFails(world.lock({ nodeId: id }), 'not-found');
      assert.equal((await world.copy({ nodeId: world.root, parentId: world.shared.rootId, name: 'c' })).created, true);
      assert.deepEqual(await world.names((await world.child(world.shared.rootId, 'c')).id), []);
      await expire();
      await assertConsistent(world);
    });

    it('make room for whatever comes to their place then', async () => {
      for (const make of [
        () => world.mkcol(world.root, 'f'),
        async () => (await world.put(world.root, 'f')).nodeId,
        async () => {
          await world.lock(place());
          return (await world.child(world.root, 'f')).id;
        },
        async () => {
          const { nodeId } = await world.put(world.root, 'source');
          return (await world.move({ nodeId, ...place() })).nodeId;
        },
      ]) {
        await world.lock(place());
        const before = await world.child(world.root, 'f');
        world.clock.ms += 60_000;
        const nodeId = await make();
        assert.notEqual(nodeId, before.id);
        await world.store.run('expireLocks', { nowMs: world.now, limit: 10 });
        await assertConsistent(world);
        const tokens = (await world.store.listLocks([nodeId], world.now)).map((lock) => lock.token);
        await world.trash(nodeId, { tokens });
      }
    });

    it('go with a lock that is broken', async () => {
      const token = await world.lock(place());
      await world.store.run('breakLock', { token, nowMs: world.now });
      assert.deepEqual(await world.names(world.root), []);
      await assertConsistent(world);
    });

    it('stay as long as one of several locks does', async () => {
      const first = await world.lock(place(), { scope: 'shared' });
      const { id: nodeId } = await world.child(world.root, 'f');
      const second = await world.lock({ nodeId }, { scope: 'shared' });
      await world.unlock(nodeId, first);
      assert.deepEqual(await world.names(world.root), ['f']);
      await world.unlock(nodeId, second);
      assert.deepEqual(await world.names(world.root), []);
    });

    it('become ordinary empty files when they are moved or copied', async () => {
      const token = await world.lock(place());
      const { id: nodeId } = await world.child(world.root, 'f');
      await world.copy({ nodeId, ...place('copy') });
      await world.move({ nodeId, ...place('moved'), tokens: [token] });
      assert.deepEqual(await world.names(world.root), ['copy', 'moved']);
      assert.ok((await world.below(world.root)).every((node) => !node.isUnwritten));
      await assertConsistent(world);
    });

    it('are not worth a place in the trash', async () => {
      const token = await world.lock(place());
      await world.trash((await world.child(world.root, 'f')).id, { tokens: [token] });
      assert.deepEqual(await world.store.listTrash(undefined, { limit: 10 }), []);
      await assertConsistent(world);
    });

    it('are cleared away some at a time', async () => {
      for (let i = 0; i < 5; i += 1) await world.lock(place(`f${i}`));
      world.clock.ms += 60_000;
      assert.deepEqual(await world.store.run('expireLocks', { nowMs: world.now, limit: 3 }), { done: false });
      assert.deepEqual(await expire(), { done: true });
      assert.equal((await world.node(world.root)).nodeCount, 0);
    });
  });
}
