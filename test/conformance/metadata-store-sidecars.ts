import assert from 'node:assert/strict';
import { assertConsistent, World, type Backend } from './metadata-store-world.ts';

const AS_FINDER = { isSidecar: true };

export function describeSidecars(prepare: () => Promise<Backend>): void {
  describe('sidecars', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const all = async (parentId: number) =>
      (await world.store.listChildren(parentId, { limit: 100, withSidecars: true })).map(({ name }) => name);
    const sidecarsFrom = async (parentId: number, fromMs = 0, toMs = world.now) =>
      (await world.store.listSidecarsTrashedFrom(parentId, { fromMs, toMs, limit: 2 })).map(({ node }) => node.id);

    it('are listed for those who ask for them, found by name, counted in bytes, page by page', async () => {
      await world.put(world.root, '.DS_Store', 30, AS_FINDER);
      await world.put(world.root, '._x', 20, AS_FINDER);
      await world.put(world.root, '._y', 5);
      await world.put(world.root, 'x', 100);
      assert.deepEqual(await world.names(world.root), ['._y', 'x']);
      assert.deepEqual(await all(world.root), ['.DS_Store', '._x', '._y', 'x']);
      const [next] = await world.store.listChildren(world.root, { limit: 1, after: '.DS_Store' });
      assert.equal(next?.name, '._y');
      assert.equal((await world.child(world.root, '._x')).isSidecar, true);
      assert.equal((await world.child(world.root, '._y')).isSidecar, false);
      assert.equal(await world.usedBytes(), 155);
      await assertConsistent(world);
    });

    it('keep no old contents; what another client made keeps its own and stays for all to see', async () => {
      const { nodeId } = await world.put(world.root, '._x', 100, AS_FINDER);
      await world.put(world.root, '._x', 70, AS_FINDER);
      assert.deepEqual(await world.store.listVersions(nodeId), []);
      assert.equal(await world.usedBytes(), 70);
      await assertConsistent(world);

      await world.put(world.root, '._x', 60);
      assert.deepEqual(await world.names(world.root), ['._x']);
      assert.deepEqual(await world.store.listVersions(nodeId), []);
      await world.put(world.root, '._x', 50, AS_FINDER);
      assert.deepEqual(await world.names(world.root), ['._x']);
      assert.equal((await world.store.listVersions(nodeId)).length, 1);
      assert.equal(await world.usedBytes(), 110);
      await assertConsistent(world);
    });

    it('are what they are after LOCK, too', async () => {
      const token = await world.lock({ parentId: world.root, name: '._x' }, { ...AS_FINDER, depth: '0' });
      assert.deepEqual(await world.names(world.root), []);
      const made = await world.child(world.root, '._x');
      assert.deepEqual([made.isSidecar, made.isUnwritten], [true, true]);
      await world.put(world.root, '._x', 10, { ...AS_FINDER, tokens: [token] });
      assert.deepEqual(await world.names(world.root), []);
      assert.deepEqual(await all(world.root), ['._x']);
    });

    it('go along with what they lie in, and are files for all under any other name', async () => {
      const a = await world.mkcol(world.root, 'a');
      const inner = await world.mkcol(a, 'inner');
      await world.put(inner, '._x', 10, AS_FINDER);
      await world.copy({ nodeId: a, parentId: world.root, name: 'b' });
      await world.copyInSteps({ nodeId: a, parentId: world.root, name: 'c' }, 1);
      for (const name of ['b', 'c']) {
        const copied = (await world.store.walk(world.root, [name, 'inner', '._x']))?.[3];
        assert.equal(copied?.isSidecar, true, name);
      }
      const { nodeId } = await world.child(inner, '._x').then(({ id }) => ({ nodeId: id }));
      await world.move({ nodeId, parentId: world.root, name: '._y' });
      assert.equal((await world.node(nodeId)).isSidecar, true);
      await world.copy({ nodeId, parentId: world.root, name: 'copied' });
      await world.move({ nodeId, parentId: world.root, name: 'y' });
      assert.deepEqual(await world.names(world.root), ['a', 'b', 'c', 'copied', 'y']);
      await world.move({ nodeId, parentId: world.root, name: '._y' });
      assert.deepEqual(await all(world.root), ['._y', 'a', 'b', 'c', 'copied']);
      assert.equal((await world.node(nodeId)).isSidecar, false);
      await assertConsistent(world);
    });

    it('follow the file that they belong to, when it is moved, moved onto another or deleted', async () => {
      const there = await world.mkcol(world.root, 'there');
      const x = (await world.put(world.root, 'x')).nodeId;
      const sidecar = (await world.put(world.root, '._x', 10, AS_FINDER)).nodeId;
      await world.move({ nodeId: x, parentId: there, name: 'y' });
      assert.deepEqual(await all(there), ['._y', 'y']);
      assert.equal((await world.child(there, '._y')).id, sidecar);
      assert.deepEqual(await all(world.root), ['there']);
      await assertConsistent(world);

      const z = (await world.put(world.shared.rootId, 'z')).nodeId;
      await world.put(world.shared.rootId, '._z', 20, AS_FINDER);
      await world.move({ nodeId: x, parentId: world.shared.rootId, name: 'z', overwrite: true });
      assert.deepEqual(await all(world.shared.rootId), ['._z', 'z']);
      assert.equal((await world.child(world.shared.rootId, '._z')).id, sidecar);
      assert.deepEqual(await all(there), []);
      await assertConsistent(world);

      await world.trash(z);
      assert.deepEqual(await all(world.shared.rootId), []);
      assert.ok((await world.store.getTrash(sidecar))!.node.isSidecar);
      await assertConsistent(world);
    });

    it('stay where they are for Finder, which moves them itself, and where another file or a lock is in the way', async () => {
      const x = (await world.put(world.root, 'x')).nodeId;
      await world.put(world.root, '._x', 10, AS_FINDER);
      await world.move({ nodeId: x, parentId: world.root, name: 'y', leavesSidecar: true });
      assert.deepEqual(await all(world.root), ['._x', 'y']);
      await world.move({ nodeId: x, parentId: world.root, name: 'x', leavesSidecar: true });
      await world.put(world.root, '._y', 30);
      await world.move({ nodeId: x, parentId: world.root, name: 'y' });
      assert.deepEqual(await all(world.root), ['._x', '._y', 'y']);
      assert.equal((await world.child(world.root, '._y')).sizeBytes, 30);
      await world.move({ nodeId: x, parentId: world.root, name: 'x' });
      await world.lock({ nodeId: (await world.child(world.root, '._x')).id }, { depth: '0' });
      await world.store.run('trashNode', { ...world.change(), nodeId: x, expected: undefined });
      assert.deepEqual(await all(world.root), ['._x', '._y']);
      // What is no sidecar is nobody's company.
      await world.trash((await world.put(world.root, 'y')).nodeId);
      assert.deepEqual(await all(world.root), ['._x', '._y']);
      await assertConsistent(world);
    });

    it('follow past what a client locked and never wrote', async () => {
      const x = (await world.put(world.root, 'x')).nodeId;
      await world.put(world.root, '._x', 10, AS_FINDER);
      await world.lock({ parentId: world.root, name: '._y' }, { ...AS_FINDER, depth: '0', timeoutSeconds: 1 });
      world.clock.ms += 2000;
      await world.move({ nodeId: x, parentId: world.root, name: 'y' });
      assert.deepEqual(await all(world.root), ['._y', 'y']);
      assert.equal((await world.child(world.root, '._y')).sizeBytes, 10);
      await assertConsistent(world);
    });

    it('follow to no name that is too long', async () => {
      const x = (await world.put(world.root, 'x')).nodeId;
      const sidecarId = (await world.put(world.root, '._x', 10, AS_FINDER)).nodeId;
      const long = 'x'.repeat(254);
      await world.move({ nodeId: x, parentId: world.root, name: long });
      assert.deepEqual(await all(world.root), ['._x', long]);
      await world.trash(sidecarId);
      await world.trash(x);
      const back = { ...world.change(), nodeId: x, parentId: world.root, name: long, sidecarId };
      await world.store.run('restoreTrash', back);
      assert.deepEqual(await all(world.root), [long]);
      assert.equal((await world.store.getTrash(sidecarId))?.node.id, sidecarId);
      await assertConsistent(world);
    });

    it('make room for the very file that they belong to, and for a folder', async () => {
      for (const make of [() => world.put(world.root, 'x', 30), () => world.mkcol(world.root, 'x')]) {
        const made = await make();
        const nodeId = typeof made === 'number' ? made : made.nodeId;
        await world.put(world.root, '._x', 10, AS_FINDER);
        await world.move({ nodeId, parentId: world.root, name: '._x', overwrite: true });
        assert.deepEqual(await world.names(world.root), ['._x']);
        await assertConsistent(world);
        await world.trash((await world.child(world.root, '._x')).id);
      }
    });

    it('hide nothing that they are moved onto', async () => {
      const { nodeId } = await world.put(world.root, '._x', 10, AS_FINDER);
      const made = await world.put(world.root, '._y', 20);
      await world.move({ nodeId, parentId: world.root, name: '._y', overwrite: true });
      assert.equal((await world.node(made.nodeId)).isSidecar, false);
      const other = await world.put(world.root, '._a', 10, AS_FINDER);
      const onto = await world.put(world.root, '._b', 30, AS_FINDER);
      await world.move({ nodeId: other.nodeId, parentId: world.root, name: '._b', overwrite: true });
      assert.equal((await world.node(onto.nodeId)).isSidecar, true);
      assert.deepEqual(await world.store.listVersions(onto.nodeId), []);
      await assertConsistent(world);
    });

    it('lie in the trash unseen, and come back beside what they belong to', async () => {
      const x = (await world.put(world.root, 'x')).nodeId;
      const sidecarId = (await world.put(world.root, '._x', 10, AS_FINDER)).nodeId;
      await world.trash(x);
      for (const userId of [world.ann, undefined]) {
        const listed = await world.store.listTrash(userId, { limit: 10 });
        assert.deepEqual(
          listed.map(({ node }) => node.name),
          ['x'],
        );
      }
      assert.equal((await world.store.listTrashedSidecars(world.ann, 10))[0]?.node.id, sidecarId);
      assert.deepEqual(await world.store.listTrashedSidecars(world.bob, 10), []);
      assert.deepEqual(await sidecarsFrom(world.root), [sidecarId]);
      assert.deepEqual(await sidecarsFrom(world.shared.rootId), []);
      assert.deepEqual(await sidecarsFrom(world.root, world.now + 1, world.now + 2), []);
      await assertConsistent(world);

      const back = { ...world.change(), nodeId: x, parentId: world.root, name: 'x (restored)', sidecarId };
      await world.store.run('restoreTrash', back);
      assert.deepEqual(await all(world.root), ['._x (restored)', 'x (restored)']);
      assert.equal((await world.node(sidecarId)).isSidecar, true);
      await assertConsistent(world);
    });

    it('are found in the trash by when they went there, whosever they are', async () => {
      const went: number[] = [];
      for (const userId of [world.bob, world.ann, world.bob]) {
        const { nodeId } = await world.put(world.shared.rootId, '._x', 10, { ...AS_FINDER, userId });
        await world.trash(nodeId);
        went.push(nodeId);
        world.clock.ms += 1;
      }
      assert.deepEqual(await sidecarsFrom(world.shared.rootId), went.slice(0, 2));
      assert.deepEqual(await sidecarsFrom(world.shared.rootId, world.now - 1), went.slice(2));
    });

    it('stay in the trash when something has their name, or when they are no such thing', async () => {
      const x = (await world.put(world.root, 'x')).nodeId;
      const sidecarId = (await world.put(world.root, '._x', 10, AS_FINDER)).nodeId;
      const z = (await world.put(world.root, 'z')).nodeId;
      for (const id of [x, z]) await world.trash(id);
      await world.put(world.root, '._x', 11);
      const back = { ...world.change(), nodeId: x, parentId: world.root, name: 'x' };
      await world.store.run('restoreTrash', { ...back, sidecarId });
      assert.equal((await world.child(world.root, '._x')).sizeBytes, 11);
      await world.trash(x);
      await world.store.run('restoreTrash', { ...back, sidecarId: z });
      await world.trash(x);
      await world.store.run('restoreTrash', { ...back, sidecarId: 999 });
      assert.equal((await world.store.getTrash(sidecarId))?.node.id, sidecarId);
      assert.equal((await world.store.getTrash(z))?.node.id, z);
      await assertConsistent(world);
    });

    it('keep nobody from removing what looks empty, neither a folder nor a user', async () => {
      const theirs = await world.mkcol(world.shared.rootId, 'theirs', { userId: world.bob });
      await world.put(theirs, '.DS_Store', 10, { ...AS_FINDER, userId: world.ann });
      assert.equal(await world.store.hasForeignNode([theirs], world.bob), false);
      const home = (await world.store.listSpaces(world.ann)).find((space) => space.ownerId === world.ann)!;
      await world.put(home.rootId, '.DS_Store', 10, AS_FINDER);
      await world.trash((await world.put(home.rootId, '._gone', 10, AS_FINDER)).nodeId);
      const moved = await world.put(world.shared.rootId, 'moved', 10);
      for (const name of ['._moved', '._orphan']) {
        await world.put(world.shared.rootId, name, 10, { ...AS_FINDER, userId: world.bob });
      }
      await world.move({ nodeId: moved.nodeId, parentId: home.rootId, name: 'moved' });
      await world.trash(moved.nodeId);
      await world.purge(moved.nodeId);
      const orphan = await world.child(world.shared.rootId, '._orphan');
      await world.move({ nodeId: orphan.id, parentId: home.rootId, name: '._orphan' });
      // More than are removed at once.
      for (let index = 0; index < 100; index += 1) await world.put(theirs, `._${index}`, 1, AS_FINDER);
      await world.store.run('removeUser', { userId: world.ann, nowMs: world.now });
      assert.equal(await world.usedBytes(world.bob), 0);
      assert.deepEqual(await all(theirs), []);
      assert.deepEqual(await world.node(theirs).then(({ nodeCount, sizeBytes }) => [nodeCount, sizeBytes]), [0, 0]);
    });
  });
}
