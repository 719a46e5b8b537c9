import assert from 'node:assert/strict';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeCopies(prepare: () => Promise<Backend>): void {
  describe('copies', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    /** Three levels, 3 collections in each of the upper two, 4 files in every one. */
    async function plant(parentId: number): Promise<number> {
      const top = await world.mkcol(parentId, 'tree');
      const grow = async (id: number, levels: number): Promise<void> => {
        for (let i = 0; i < 4; i += 1) await world.put(id, `file ${i}`, 10 + i);
        for (let i = 0; i < 3 && levels > 0; i += 1) await grow(await world.mkcol(id, `collection ${i}`), levels - 1);
      };
      await grow(top, 2);
      return top;
    }

    const shapeOf = async (nodeId: number) =>
      (await world.below(nodeId)).map(({ name, kind, sizeBytes, nodeCount, blobId, modifiedAtMs, mediaType }) => {
        return { name, kind, sizeBytes, nodeCount, blobId, modifiedAtMs, mediaType };
      });

    it('copies a tree at once, sharing the bytes', async () => {
      const tree = await plant(world.root);
      const usedBytes = await world.usedBytes();
      world.clock.ms += 1000;
      const copied = await world.copy({ nodeId: tree, parentId: world.root, name: 'copy' });
      assert.equal(copied.created, true);
      assert.deepEqual(await shapeOf(copied.nodeId), await shapeOf(tree));
      assert.equal(await world.usedBytes(), 2 * usedBytes);
      const nodes = [...(await world.below(tree)), ...(await world.below(copied.nodeId))];
      const etags = nodes.filter((node) => node.kind === 'file').map((node) => node.etag);
      assert.equal(new Set(etags).size, etags.length);
      await assertConsistent(world);
    });

    it('copies a tree in steps of any size to the same result', async () => {
      const tree = await plant(world.root);
      for (const limit of [1, 2, 3, 5, 8, 13, 64, 1000]) {
        const name = `copy ${limit}`;
        const copied = await world.copyInSteps({ nodeId: tree, parentId: world.root, name }, limit);
        assert.deepEqual(await shapeOf(copied.nodeId), await shapeOf(tree));
      }
      assert.deepEqual(await world.store.listJobs(), []);
      await assertConsistent(world);
    });

    it('shows nothing of a copy before it is finished', async () => {
      const tree = await plant(world.root);
      const args = world.copyArgs({ nodeId: tree, parentId: world.root, name: 'copy' });
      const { copyId } = await world.store.run('startCopy', args);
      await world.store.run('continueCopy', { copyId, limit: 5, nowMs: world.now });
      assert.deepEqual(await world.names(world.root), ['tree']);
      assert.deepEqual(await world.store.listTrash(undefined, { limit: 10 }), []);
      await assertFails(world.store.run('finishCopy', { ...args, copyId }), 'refused');
      await assertConsistent(world);
    });

    it('gives up a copy that was cut off, and leaves nothing of it', async () => {
      const tree = await plant(world.root);
      const args = world.copyArgs({ nodeId: tree, parentId: world.root, name: 'copy' });
      const { copyId } = await world.store.run('startCopy', args);
      await world.store.run('continueCopy', { copyId, limit: 10, nowMs: world.now });
      await world.reopen();
      const [job] = await world.store.listJobs();
      assert.deepEqual([job?.jobId, job?.kind], [copyId, 'copy']);
      await world.store.run('abandonCopy', { copyId });
      await world.store.run('abandonCopy', { copyId });
      await assertFails(world.store.run('continueCopy', { copyId, limit: 5, nowMs: world.now }), 'not-found');
      const [left] = await world.store.listJobs();
      assert.deepEqual([left?.nodeId, left?.kind], [job?.nodeId, 'purge']);
      const { freedBytes, steps } = await world.purge(left!.nodeId, 3);
      assert.equal(freedBytes, 0);
      assert.ok(steps > 3);
      assert.deepEqual(await world.store.listJobs(), []);
      await assertConsistent(world);
    });

    it('refuses a tree at once that is larger than the limit', async () => {
      const tree = await plant(world.root);
      const { nodeCount } = await world.node(tree);
      const args = { nodeId: tree, parentId: world.root, name: 'copy' };
      await assertFails(world.copy(args, nodeCount), 'too-large');
      await world.copy({ ...args, depth: '0', name: 'shallow' }, 1);
      await world.copy(args, nodeCount + 1);
      assert.deepEqual(await world.names(world.root), ['copy', 'shallow', 'tree']);
      assert.equal((await world.node((await world.child(world.root, 'shallow')).id)).nodeCount, 0);
    });

    it('copies a collection without members even into itself', async () => {
      const tree = await plant(world.root);
      const { nodeId } = await world.copy({ nodeId: tree, parentId: tree, name: 'shallow', depth: '0' });
      assert.equal((await world.node(nodeId)).parentId, tree);
      await assertConsistent(world);
    });

    it('belongs to who copied it, who pays for it', async () => {
      await world.store.run('updateUser', { userId: world.bob, quotaBytes: 150, nowMs: world.now });
      const { nodeId } = await world.put(world.shared.rootId, 'f', 100);
      const copy = { nodeId, parentId: world.shared.rootId, userId: world.bob };
      const copied = await world.copy({ ...copy, name: 'first' });
      assert.equal((await world.node(copied.nodeId)).ownerId, world.bob);
      await assertFails(world.copy({ ...copy, name: 'second' }), 'quota-exceeded');
      const steps = world.copyArgs({ ...copy, name: 'second' });
      await assertFails(world.store.run('startCopy', steps), 'quota-exceeded');
      assert.equal(await world.usedBytes(world.bob), 100);
      assert.deepEqual(await world.names(world.shared.rootId), ['f', 'first']);
      await assertConsistent(world);
    });

    it('copies dead properties at every level, but neither versions nor locks', async () => {
      const tree = await world.mkcol(world.root, 'tree');
      const inner = await world.mkcol(tree, 'inner');
      const file = (await world.put(inner, 'f')).nodeId;
      await world.put(inner, 'f', 50);
      for (const nodeId of [tree, inner, file]) {
        await world.store.run('changeProperties', {
          ...world.change(),
          nodeId,
          expected: undefined,
          set: [{ namespace: '', name: 'p', xml: `<p>${nodeId}</p>` }],
          remove: [],
          modifiedAtMs: undefined,
          createdAtMs: undefined,
        });
      }
      await world.lock({ nodeId: file });
      const { nodeId } = await world.copy({ nodeId: tree, parentId: world.root, name: 'copy' });
      const copies = [await world.node(nodeId), ...(await world.below(nodeId))];
      const properties = await world.store.listProperties(copies.map((node) => node.id));
      assert.deepEqual(
        properties.map((property) => property.xml),
        [`<p>${tree}</p>`, `<p>${inner}</p>`, `<p>${file}</p>`],
      );
      assert.ok(copies.every((node) => node.propertyCount === 1));
      const copiedFile = copies.at(-1)!.id;
      assert.deepEqual(await world.store.listVersions(copiedFile), []);
      assert.deepEqual(await world.store.listLocks([copiedFile], world.now), []);
    });

    it('keeps the id of a file that is copied onto, with the old content as a version', async () => {
      const source = await world.put(world.root, 'source', 30);
      const target = await world.put(world.root, 'target', 100);
      const copy = { nodeId: source.nodeId, parentId: world.root, name: 'target' };
      await assertFails(world.copy(copy), 'already-exists');
      const copied = await world.copy({ ...copy, overwrite: true });
      assert.deepEqual(copied, { nodeId: target.nodeId, created: false, jobId: undefined });
      const after = await world.node(target.nodeId);
      assert.equal(after.sizeBytes, 30);
      assert.ok(after.etag !== target.etag && after.etag !== source.etag);
      assert.equal((await world.store.listVersions(target.nodeId)).length, 1);
      assert.equal(await world.usedBytes(), 160);
      await assertConsistent(world);
    });

    it('sends an overwritten tree to the trash when the copy is finished, not before', async () => {
      const tree = await plant(world.root);
      const target = await world.mkcol(world.root, 'target');
      const args = world.copyArgs({ nodeId: tree, parentId: world.root, name: 'target', overwrite: true });
      const { copyId } = await world.store.run('startCopy', args);
      await world.store.run('continueCopy', { copyId, limit: 1000, nowMs: world.now });
      assert.equal((await world.child(world.root, 'target')).id, target);
      const finished = await world.store.run('finishCopy', { ...args, copyId });
      assert.equal((await world.child(world.root, 'target')).id, finished.nodeId);
      assert.equal((await world.store.listTrash(undefined, { limit: 10 }))[0]?.node.id, target);
      await assertConsistent(world);
    });

    it('stays right when the source changes under it', async () => {
      const tree = await plant(world.root);
      const args = world.copyArgs({ nodeId: tree, parentId: world.root, name: 'copy' });
      const { copyId } = await world.store.run('startCopy', args);
      await world.store.run('continueCopy', { copyId, limit: 6, nowMs: world.now });
      const collections = (await world.below(tree)).filter((node) => node.kind === 'collection');
      await world.trash(collections[0]!.id);
      const last = collections.at(-1)!;
      await world.move({ nodeId: last.id, parentId: tree, name: 'moved up' });
      await world.put(last.id, 'another', 1000);
      for (let done = false; !done;) {
        ({ done } = await world.store.run('continueCopy', { copyId, limit: 6, nowMs: world.now }));
      }
      await world.store.run('finishCopy', { ...args, copyId });
      await assertConsistent(world);
    });

    it('cannot be finished when the source is gone', async () => {
      const tree = await plant(world.root);
      const args = world.copyArgs({ nodeId: tree, parentId: world.root, name: 'copy' });
      const { copyId } = await world.store.run('startCopy', args);
      await world.store.run('continueCopy', { copyId, limit: 1000, nowMs: world.now });
      await world.trash(tree);
      await assertFails(world.store.run('finishCopy', { ...args, copyId }), 'not-found');
    });
  });
}
