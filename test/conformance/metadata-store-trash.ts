import assert from 'node:assert/strict';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeTrash(prepare: () => Promise<Backend>): void {
  describe('trash', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const restore = (nodeId: number, parentId: number, name: string) =>
      world.store.run('restoreTrash', { ...world.change(), nodeId, parentId, name });

    it('takes a tree out of sight but not out of the quota, and puts it back', async () => {
      const a = await world.mkcol(world.root, 'a');
      const { nodeId } = await world.put(a, 'f', 100);
      await world.trash(a);
      assert.deepEqual(await world.names(world.root), []);
      assert.equal((await world.store.walk(world.root, ['a']))?.length, 1);
      assert.equal(await world.usedBytes(), 100);
      const [entry] = await world.store.listTrash(world.ann, { limit: 10 });
      assert.deepEqual(
        { ...entry, node: [entry?.node.id, entry?.node.name, entry?.node.nodeCount] },
        {
          node: [a, 'a', 1],
          spaceId: world.home.id,
          parentId: world.root,
          deletedAtMs: world.now,
          deletedBy: world.ann,
        },
      );
      await assertConsistent(world);

      assert.deepEqual(await restore(a, world.root, 'b'), { nodeId: a });
      assert.equal((await world.store.walk(world.root, ['b', 'f']))?.[2]?.id, nodeId);
      assert.deepEqual(await world.store.listTrash(undefined, { limit: 10 }), []);
      await assertConsistent(world);
    });

    it('keeps things of the same name apart', async () => {
      for (let i = 0; i < 3; i += 1) await world.trash((await world.put(world.root, 'f')).nodeId);
      assert.equal((await world.store.listTrash(world.ann, { limit: 10 })).length, 3);
      await assertConsistent(world);
    });

    it('restores only from the trash, to a free name in a collection', async () => {
      const { nodeId } = await world.put(world.root, 'f');
      const inner = await world.mkcol(world.root, 'c');
      const deeper = (await world.put(inner, 'deeper')).nodeId;
      await assertFails(restore(nodeId, world.root, 'g'), 'not-found');
      await world.trash(nodeId);
      await world.trash(inner);
      await assertFails(restore(deeper, world.root, 'deeper'), 'not-found');
      await assertFails(restore(nodeId, inner, 'f'), 'parent-missing');
      await world.put(world.root, 'f');
      await assertFails(restore(nodeId, world.root, 'f'), 'already-exists');
      await assertFails(restore(999, world.root, 'g'), 'not-found');
    });

    it('brings what is restored into another space there', async () => {
      const a = await world.mkcol(world.root, 'a');
      await world.put(a, 'f');
      await world.trash(a);
      await restore(a, world.shared.rootId, 'a');
      const [job] = await world.store.listJobs();
      await world.store.run('adoptTree', { jobId: job!.jobId, limit: 10 });
      assert.equal((await world.child(a, 'f')).spaceId, world.shared.id);
      await assertConsistent(world);
    });

    it('refuses what is gone, has changed, or is the root of a space', async () => {
      const { nodeId } = await world.put(world.root, 'f');
      const expected = { nodeId, etag: 'other' };
      const trash = { ...world.change(), nodeId, expected };
      await assertFails(world.store.run('trashNode', trash), 'precondition-failed');
      await world.trash(nodeId);
      await assertFails(world.trash(nodeId), 'not-found');
      await assertFails(world.trash(world.root), 'refused');
    });

    it('lists what a user owns or deleted, newest first, page by page', async () => {
      const deleted: number[] = [];
      for (const [userId, deleter] of [
        [world.ann, world.ann],
        [world.bob, world.ann],
        [world.ann, world.bob],
        [world.bob, world.bob],
      ] as const) {
        world.clock.ms += 1;
        const { nodeId } = await world.put(world.shared.rootId, `${userId} ${deleter}`, 1, { userId });
        await world.trash(nodeId, { userId: deleter });
        deleted.unshift(nodeId);
      }
      const list = async (userId: number | undefined) => {
        const [first] = await world.store.listTrash(userId, { limit: 1 });
        const rest = await world.store.listTrash(userId, {
          limit: 10,
          after: { deletedAtMs: first!.deletedAtMs, nodeId: first!.node.id },
        });
        return [first!, ...rest].map((entry) => entry.node.id);
      };
      assert.deepEqual(await list(undefined), deleted);
      assert.deepEqual(await list(world.ann), deleted.slice(1));
      const old = await world.store.listOldTrash({ beforeMs: world.now, limit: 10 });
      assert.deepEqual(
        old.map((entry) => entry.node.id),
        deleted.slice(1).reverse(),
      );
      const bobs = await world.store.listOldTrash({ beforeMs: world.now + 1, ownerId: world.bob, limit: 1 });
      assert.deepEqual(
        bobs.map((entry) => entry.node.id),
        [deleted[2]],
      );
    });

    it('lists on from an entry that was purged meanwhile', async () => {
      for (const name of ['a', 'b', 'c']) {
        world.clock.ms += 1;
        await world.trash((await world.put(world.root, name)).nodeId);
      }
      const [newest] = await world.store.listTrash(world.ann, { limit: 1 });
      await world.purge(newest!.node.id);
      const after = { deletedAtMs: newest!.deletedAtMs, nodeId: newest!.node.id };
      const rest = await world.store.listTrash(world.ann, { limit: 10, after });
      assert.deepEqual(
        rest.map(({ node }) => node.name),
        ['b', 'a'],
      );
    });

    it('purges a tree in steps of any size, with its versions, and gives the bytes back', async () => {
      for (const limit of [1, 3, 7, 1000]) {
        const top = await world.mkcol(world.shared.rootId, `tree ${limit}`);
        for (let i = 0; i < 3; i += 1) {
          const inner = await world.mkcol(top, `c${i}`, { userId: world.bob });
          await world.mkcol(inner, 'empty');
          for (let k = 0; k < 4; k += 1) await world.put(inner, `f${k}`, 10, { userId: world.bob });
          await world.put(inner, 'f0', 5);
          await world.put(top, `f${i}`, 1);
        }
        await world.trash(top);
        await world.store.run('purgeTree', { nodeId: top, limit, nowMs: world.now });
        await assertConsistent(world);
        await world.purge(top, limit);
        assert.equal(await world.usedBytes(), 0);
        assert.equal(await world.usedBytes(world.bob), 0);
        await assertConsistent(world);
      }
      assert.deepEqual(await world.store.listTrash(undefined, { limit: 10 }), []);
    });

    it('purges nothing that is not the top of something in the trash', async () => {
      const a = await world.mkcol(world.root, 'a');
      const b = await world.mkcol(a, 'b');
      const purge = (nodeId: number) => world.store.run('purgeTree', { nodeId, limit: 10, nowMs: world.now });
      await assertFails(purge(a), 'not-found');
      await world.trash(a);
      await assertFails(purge(b), 'not-found');
      assert.deepEqual(await purge(a), { done: true, freedBytes: 0 });
      assert.deepEqual(await purge(a), { done: true, freedBytes: 0 });
    });
  });

  describe('versions', () => {
    let world: World;
    let nodeId: number;
    beforeEach(async () => {
      world = await World.open(await prepare());
      for (const size of [1, 2, 4]) {
        world.clock.ms += 1000;
        ({ nodeId } = await world.put(world.root, 'f', size));
      }
    });
    afterEach(() => world.backend.remove());

    const restore = (versionId: number, versionsKept = 10) =>
      world.store.run('restoreVersion', {
        ...world.change(),
        nodeId,
        versionId,
        etag: world.unique('e'),
        versionsKept,
      });
    const sizes = async () => (await world.store.listVersions(nodeId)).map((version) => version.sizeBytes);

    it('makes a version the content again, and what it replaces a version', async () => {
      const [, oldest] = await world.store.listVersions(nodeId);
      const restored = await restore(oldest!.id);
      const node = await world.node(nodeId);
      assert.deepEqual([node.sizeBytes, node.blobId, node.etag], [1, oldest!.blobId, restored.etag]);
      assert.deepEqual(await sizes(), [4, 2]);
      assert.equal(await world.usedBytes(), 7);
      await assertConsistent(world);
      await assertFails(restore(oldest!.id), 'not-found');
    });

    it('restores no version of another file', async () => {
      const [version] = await world.store.listVersions(nodeId);
      ({ nodeId } = await world.put(world.root, 'other'));
      await assertFails(restore(version!.id), 'not-found');
    });

    it('lists what was replaced long ago, oldest first, page by page, and drops it', async () => {
      const bobs = await world.put(world.root, 'other', 16, { userId: world.bob });
      await world.put(world.root, 'other', 32);
      const list = async (query: { beforeMs: number; ownerId?: number }) => {
        const [first] = await world.store.listOldVersions({ ...query, limit: 1 });
        if (first === undefined) return [];
        return [first, ...(await world.store.listOldVersions({ ...query, after: first, limit: 10 }))];
      };
      const sizesOf = async (query: { beforeMs: number; ownerId?: number }) =>
        (await list(query)).map((version) => version.sizeBytes);
      assert.deepEqual(await sizesOf({ beforeMs: world.now }), [1]);
      assert.deepEqual(await sizesOf({ beforeMs: world.now + 1 }), [1, 2, 16]);
      assert.deepEqual(await sizesOf({ beforeMs: world.now + 1, ownerId: world.bob }), [16]);
      assert.equal(await world.store.sumOfOld({ beforeMs: world.now + 1 }), 19);
      assert.equal(await world.store.sumOfOld({ beforeMs: world.now + 1, ownerId: world.ann }), 3);

      const [oldest, , theirs] = await list({ beforeMs: world.now + 1 });
      const versionIds = [oldest!.id, theirs!.id];
      assert.deepEqual(await world.store.run('dropVersions', { versionIds }), { freedBytes: 17 });
      assert.deepEqual(await world.store.run('dropVersions', { versionIds }), { freedBytes: 0 });
      assert.deepEqual(await sizes(), [2]);
      assert.deepEqual(await world.store.listVersions(bobs.nodeId), []);
      assert.equal(await world.usedBytes(), 6);
      await assertConsistent(world);
    });
  });
}
