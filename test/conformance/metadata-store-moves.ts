import assert from 'node:assert/strict';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeMoves(prepare: () => Promise<Backend>): void {
  describe('moves', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const setProperty = (nodeId: number, name: string) =>
      world.store.run('changeProperties', {
        ...world.change(),
        nodeId,
        expected: undefined,
        set: [{ namespace: 'urn:x', name, xml: `<${name}/>` }],
        remove: [],
        modifiedAtMs: undefined,
        createdAtMs: undefined,
      });

    it('moves a tree with all that is in it, and changes no etag of a file', async () => {
      const a = await world.mkcol(world.root, 'a');
      const b = await world.mkcol(world.root, 'b');
      const file = await world.put(a, 'f', 100);
      const moved = await world.move({ nodeId: a, parentId: b, name: 'c' });
      assert.deepEqual(moved, { nodeId: a, created: true, jobId: undefined });
      const found = await world.store.walk(world.root, ['b', 'c', 'f']);
      assert.equal(found?.[3]?.id, file.nodeId);
      assert.equal(found[3].etag, file.etag);
      assert.deepEqual(await world.names(world.root), ['b']);
      await assertConsistent(world);
    });

    it('renames, also to another spelling of the same name', async () => {
      const { nodeId } = await world.put(world.root, 'e\u0301');
      await world.move({ nodeId, parentId: world.root, name: '\u00e9' });
      assert.deepEqual(await world.names(world.root), ['\u00e9']);
      await world.move({ nodeId, parentId: world.root, name: 'E' });
      assert.deepEqual(await world.names(world.root), ['E']);
      await assertConsistent(world);
    });

    it('gives a file the type of its name wherever it goes, but for one that was said', async () => {
      const put = async (name: string, mediaType: string) => world.put(world.root, name, 10, { mediaType });
      const typeOf = async (name: string) => (await world.child(world.root, name)).mediaType;
      const to = (nodeId: number, name: string) => ({ nodeId, parentId: world.root, name, overwrite: true });
      const { nodeId, etag } = await put('Film.mp4.part', '');
      assert.equal(await typeOf('Film.mp4.part'), 'application/octet-stream');
      await world.move(to(nodeId, 'Film.mp4'));
      assert.equal(await typeOf('Film.mp4'), 'video/mp4');
      assert.equal((await world.node(nodeId)).etag, etag);
      await world.copy(to(nodeId, 'copy.mkv'));
      assert.equal(await typeOf('copy.mkv'), 'video/x-matroska');
      await world.move(to((await put('.Film.mp4.aB3xYz', '')).nodeId, 'Film.mp4'));
      assert.equal(await typeOf('Film.mp4'), 'video/mp4');
      await world.trash(nodeId);
      await world.store.run('restoreTrash', { ...world.change(), ...to(nodeId, 'Film.bak') });
      assert.equal(await typeOf('Film.bak'), 'application/octet-stream');
      await world.move(to((await put('said', 'video/x-own')).nodeId, 'said.txt'));
      assert.equal(await typeOf('said.txt'), 'video/x-own');
      // As it was stored when nothing was left out.
      await world.move(to((await put('notes.txt', 'text/plain')).nodeId, 'notes.html'));
      assert.equal(await typeOf('notes.html'), 'text/html');
    });

    it('gives a file under a name that may be a film or text the type of its content', async () => {
      const put = async (contentType: string | undefined) => {
        const blob = { ...world.blob(10), ...(contentType !== undefined && { contentType }) };
        return (await world.put(world.root, '.main.ts.aB3xYz', 10, { blob, mediaType: '' })).nodeId;
      };
      const typeAt = async (nodeId: number, name: string) => {
        await world.move({ nodeId, parentId: world.root, name, overwrite: true });
        return (await world.child(world.root, name)).mediaType;
      };
      assert.equal(await typeAt(await put('text/plain'), 'main.ts'), 'text/plain');
      assert.equal(await typeAt(await put('text/plain'), 'main.ts'), 'text/plain');
      assert.equal(await typeAt(await put(undefined), 'main.ts'), 'video/mp2t');
      const film = await put('video/mp2t');
      assert.equal(await typeAt(film, 'film.ts'), 'video/mp2t');
      assert.equal(await typeAt(film, 'film.bak'), 'application/octet-stream');
      const draft = await put('text/plain');
      await typeAt(draft, 'draft.ts');
      await world.copy({ nodeId: draft, parentId: world.root, name: 'copy.html' });
      assert.equal((await world.child(world.root, 'copy.html')).mediaType, 'text/html');
      assert.equal(await typeAt(draft, 'draft.html'), 'text/html');
    });

    it('gives old versions of such a file the type of their content, and restores them with it', async () => {
      const put = async () =>
        world.put(world.root, 'a.js', 10, { blob: { ...world.blob(10), contentType: 'text/plain' }, mediaType: '' });
      const { nodeId } = await put();
      await put();
      await world.move({ nodeId, parentId: world.root, name: 'a.ts' });
      const [version] = await world.store.listVersions(nodeId);
      assert.equal(version?.mediaType, 'text/plain');
      const restored = { ...world.change(), nodeId, versionId: version.id, etag: 'restored', versionsKept: 10 };
      await world.store.run('restoreVersion', restored);
      assert.equal((await world.node(nodeId)).mediaType, 'text/plain');
    });

    it('saves as editors do: a file moved onto a file keeps id, history and owner of the latter', async () => {
      const old = await world.put(world.root, 'text', 100);
      await setProperty(old.nodeId, 'old');
      const temporary = await world.put(world.root, 'text.tmp', 10);
      await world.put(world.root, 'text.tmp', 20);
      await setProperty(temporary.nodeId, 'new');
      const before = await world.node(temporary.nodeId);
      const source = { nodeId: temporary.nodeId, parentId: world.root, name: 'text' };
      const moved = await world.move({ ...source, overwrite: true });
      assert.deepEqual(moved, { nodeId: old.nodeId, created: false, jobId: undefined });
      const after = await world.node(old.nodeId);
      assert.deepEqual([after.etag, after.sizeBytes, after.blobId], [before.etag, 20, before.blobId]);
      assert.deepEqual(
        (await world.store.listProperties([old.nodeId])).map((property) => property.name),
        ['new'],
      );
      assert.equal(after.propertyCount, 1);
      const sizes = (await world.store.listVersions(old.nodeId)).map((version) => version.sizeBytes);
      assert.deepEqual(sizes.toSorted(), [10, 100]);
      assert.equal(await world.store.getNode(temporary.nodeId), undefined);
      assert.deepEqual(await world.store.listTrash(undefined, { limit: 10 }), []);
      assert.equal(await world.usedBytes(), 130);
      await assertConsistent(world);
    });

    it('charges the owner of the file that is moved onto', async () => {
      const theirs = await world.put(world.shared.rootId, 'theirs', 100, { userId: world.bob });
      const mine = await world.put(world.root, 'mine', 30);
      await world.move({ nodeId: mine.nodeId, parentId: world.shared.rootId, name: 'theirs', overwrite: true });
      assert.equal((await world.node(theirs.nodeId)).ownerId, world.bob);
      assert.equal(await world.usedBytes(), 0);
      assert.equal(await world.usedBytes(world.bob), 130);
      await assertConsistent(world);
    });

    it('sends anything else that is overwritten to the trash', async () => {
      const source = await world.mkcol(world.root, 'source');
      const target = await world.mkcol(world.root, 'target');
      await world.put(target, 'f', 100);
      const move = { nodeId: source, parentId: world.root, name: 'target' };
      await assertFails(world.move(move), 'already-exists');
      assert.deepEqual(await world.move({ ...move, overwrite: true }), {
        nodeId: source,
        created: false,
        jobId: undefined,
      });
      const [trashed] = await world.store.listTrash(world.ann, { limit: 10 });
      assert.equal(trashed?.node.id, target);
      assert.equal(await world.usedBytes(), 100);
      await assertConsistent(world);
    });

    it('refuses to put a collection into itself, or onto itself or what holds it', async () => {
      const a = await world.mkcol(world.root, 'a');
      const b = await world.mkcol(a, 'b');
      const file = (await world.put(b, 'f')).nodeId;
      await assertFails(world.move({ nodeId: a, parentId: a, name: 'x' }), 'into-itself');
      await assertFails(world.move({ nodeId: a, parentId: b, name: 'x' }), 'into-itself');
      await assertFails(world.move({ nodeId: a, parentId: world.root, name: 'a', overwrite: true }), 'into-itself');
      await assertFails(world.move({ nodeId: file, parentId: world.root, name: 'a', overwrite: true }), 'into-itself');
      await assertFails(world.copy({ nodeId: a, parentId: b, name: 'x' }), 'into-itself');
      await assertFails(world.copy({ nodeId: file, parentId: b, name: 'f', overwrite: true }), 'into-itself');
      await assertFails(world.copy({ nodeId: b, parentId: world.root, name: 'a', overwrite: true }), 'into-itself');
    });

    it('says what is wrong with source and destination', async () => {
      const file = (await world.put(world.root, 'f')).nodeId;
      const gone = await world.mkcol(world.root, 'gone');
      await world.trash(gone);
      await assertFails(world.move({ nodeId: gone, parentId: world.root, name: 'x' }), 'not-found');
      await assertFails(world.move({ nodeId: 999_999, parentId: world.root, name: 'x' }), 'not-found');
      await assertFails(world.move({ nodeId: file, parentId: gone, name: 'x' }), 'parent-missing');
      const other = (await world.put(world.root, 'other')).nodeId;
      await assertFails(world.move({ nodeId: file, parentId: other, name: 'x' }), 'not-a-collection');
      await assertFails(world.move({ nodeId: world.root, parentId: world.shared.rootId, name: 'x' }), 'refused');
    });

    it('judges the conditions on both ends again', async () => {
      const { nodeId, etag } = await world.put(world.root, 'f');
      const there = await world.put(world.root, 'there');
      const move = { nodeId, parentId: world.root, name: 'there', overwrite: true };
      const wrong = { nodeId, etag: 'other' };
      await assertFails(world.move({ ...move, expectedSource: wrong }), 'precondition-failed');
      await assertFails(world.move({ ...move, expectedDestination: 'absent' }), 'precondition-failed');
      await world.move({
        ...move,
        expectedSource: { nodeId, etag },
        expectedDestination: { nodeId: there.nodeId, etag: there.etag },
      });
    });

    it('brings what is below into another space afterwards', async () => {
      const a = await world.mkcol(world.root, 'a');
      for (const name of ['x', 'y', 'z']) {
        const collection = await world.mkcol(a, name);
        for (let i = 0; i < 5; i += 1) await world.put(collection, `f${i}`);
      }
      const { jobId } = await world.move({ nodeId: a, parentId: world.shared.rootId, name: 'a' });
      assert.equal((await world.node(a)).spaceId, world.shared.id);
      assert.deepEqual(await world.store.listJobs(), [{ jobId, kind: 'adopt', nodeId: a }]);
      let steps = 0;
      for (let done = false; !done; steps += 1) {
        ({ done } = await world.store.run('adoptTree', { jobId: jobId!, limit: 4 }));
      }
      assert.ok(steps > 3);
      for (const node of await world.below(a)) assert.equal(node.spaceId, world.shared.id, node.name);
      assert.deepEqual(await world.store.listJobs(), []);
      await assertFails(world.store.run('adoptTree', { jobId: jobId!, limit: 4 }), 'not-found');
      await assertConsistent(world);
    });

    it('never gives a collection an etag again that it had in another space', async () => {
      const a = await world.mkcol(world.root, 'a');
      const seen = new Set<string>();
      const change = async () => {
        await world.put(a, 'f');
        const { etag } = await world.node(a);
        assert.ok(!seen.has(etag), etag);
        seen.add(etag);
      };
      for (let i = 0; i < 5; i += 1) await change();
      await world.move({ nodeId: a, parentId: world.shared.rootId, name: 'a' });
      for (let i = 0; i < 10; i += 1) await change();
      await world.move({ nodeId: a, parentId: world.root, name: 'a' });
      for (let i = 0; i < 10; i += 1) await change();
    });
  });
}
