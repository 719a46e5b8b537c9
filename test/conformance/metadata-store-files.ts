import assert from 'node:assert/strict';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeFiles(prepare: () => Promise<Backend>): void {
  describe('files and collections', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    it('creates a file and finds it by path and by id', async () => {
      const a = await world.mkcol(world.root, 'a');
      const put = await world.put(a, 'f.txt', 100, { modifiedAtMs: 123 });
      assert.equal(put.created, true);
      assert.equal(put.modifiedAtMs, 123);
      const [root, collection, file] = (await world.store.walk(world.root, ['a', 'f.txt']))!;
      assert.deepEqual([root?.id, collection?.id], [world.root, a]);
      assert.deepEqual(file, await world.node(put.nodeId));
      assert.deepEqual(
        { ...file, blobId: typeof file.blobId },
        {
          id: put.nodeId,
          spaceId: world.home.id,
          parentId: a,
          name: 'f.txt',
          kind: 'file',
          ownerId: world.ann,
          blobId: 'string',
          sizeBytes: 100,
          nodeCount: 0,
          mediaType: 'text/plain',
          createdAtMs: world.now,
          modifiedAtMs: 123,
          touchedAtMs: world.now,
          etag: put.etag,
          isUnwritten: false,
          isSidecar: false,
          propertyCount: 0,
        },
      );
    });

    it('walks as far as there is something, at any depth, in one statement', async () => {
      const names = Array.from({ length: 200 }, (_, i) => `level ${i} "'\\u00e9`);
      let parentId = world.root;
      for (const name of names) parentId = await world.mkcol(parentId, name);
      const before = world.store.statementCount;
      const found = (await world.store.walk(world.root, [...names, 'missing', 'more']))!;
      assert.equal(world.store.statementCount, before + 1);
      assert.deepEqual(
        found.map((node) => node.name),
        ['', ...names],
      );
      assert.equal(found.at(-1)?.id, parentId);
      assert.deepEqual(
        (await world.store.ancestors(parentId)).map((node) => node.id),
        found.map((node) => node.id).reverse(),
      );
      assert.equal(await world.store.walk(999_999, ['a']), undefined);
      assert.equal((await world.store.walk(world.root, []))?.length, 1);
    });

    it('gives names back as sent and finds them in any Unicode form', async () => {
      const decomposed = 'cafe\u0301';
      await world.put(world.root, decomposed);
      assert.deepEqual(await world.names(world.root), [decomposed]);
      assert.equal((await world.child(world.root, 'caf\u00e9')).name, decomposed);
      assert.equal((await world.put(world.root, 'caf\u00e9')).created, false);
      await assertFails(world.mkcol(world.root, 'caf\u00e9'), 'already-exists');
    });

    it('tells names apart that differ in case, spaces at the end or width', async () => {
      const names = ['a', 'A', 'a ', ' a', 'ａ', 'ß', 'ss', '1', '01', '1.0', 'null', '%', '_'];
      for (const name of names) await world.put(world.root, name);
      assert.deepEqual(await world.names(world.root), names.toSorted(byteOrder));
    });

    it('lists children in byte order, page by page, one statement each', async () => {
      const names = Array.from({ length: 25 }, (_, i) => `${i % 2 === 0 ? 'é' : 'z'}${i}`);
      for (const name of names) await world.put(world.root, name);
      const listed: string[] = [];
      const before = world.store.statementCount;
      for (let after = ''; ; after = listed.at(-1)!) {
        const page = await world.store.listChildren(world.root, { after, limit: 10 });
        listed.push(...page.map((node) => node.name));
        if (page.length < 10) break;
      }
      assert.equal(world.store.statementCount, before + 3);
      assert.deepEqual(listed, names.toSorted(byteOrder));
    });

    it('keeps the id of an overwritten file and its old content as a version', async () => {
      const first = await world.put(world.root, 'f', 100);
      world.clock.ms += 1000;
      const second = await world.put(world.root, 'f', 30);
      assert.equal(second.created, false);
      assert.equal(second.nodeId, first.nodeId);
      const [version, ...others] = await world.store.listVersions(first.nodeId);
      assert.deepEqual(others, []);
      assert.deepEqual([version?.sizeBytes, version?.etag, version?.replacedAtMs], [100, first.etag, world.now]);
      assert.equal((await world.node(world.root)).sizeBytes, 30);
      assert.equal(await world.usedBytes(), 130);
    });

    it('keeps only so many versions, and none of empty content', async () => {
      await world.put(world.root, 'f', 0);
      for (const size of [1, 2, 4, 8]) await world.put(world.root, 'f', size, { versionsKept: 2 });
      const { id } = await world.child(world.root, 'f');
      assert.deepEqual(
        (await world.store.listVersions(id)).map((version) => version.sizeBytes),
        [4, 2],
      );
      assert.equal(await world.usedBytes(), 14);
      await world.put(world.root, 'f', 0, { versionsKept: 0 });
      assert.deepEqual(await world.store.listVersions(id), []);
      assert.equal(await world.usedBytes(), 0);
    });

    it("replaces nobody else's file for whoever may only replace their own", async () => {
      const { nodeId } = await world.put(world.root, 'f');
      const other = { userId: world.ann + 1_000, replaces: 'own' as const };
      await assertFails(world.put(world.root, 'f', 10, other), 'forbidden');
      const moved = (await world.put(world.root, 'g')).nodeId;
      const onto = { nodeId: moved, parentId: world.root, name: 'f', overwrite: true, ...other };
      await assertFails(world.move(onto), 'forbidden');
      await assertFails(world.copy(onto), 'forbidden');
      assert.equal((await world.node(nodeId)).sizeBytes, 100);
      assert.equal((await world.put(world.root, 'f', 10, { replaces: 'own' })).nodeId, nodeId);
    });

    it('says what is wrong with the place', async () => {
      const file = (await world.put(world.root, 'file')).nodeId;
      const collection = await world.mkcol(world.root, 'collection');
      await world.trash(collection);
      for (const make of [world.put.bind(world), world.mkcol.bind(world)]) {
        await assertFails(make(999_999, 'f'), 'parent-missing');
        await assertFails(make(collection, 'f'), 'parent-missing');
        await assertFails(make(file, 'f'), 'not-a-collection');
      }
      await world.mkcol(world.root, 'collection');
      await assertFails(world.put(world.root, 'collection'), 'is-a-collection');
      await assertFails(world.mkcol(world.root, 'collection'), 'already-exists');
      await assertFails(world.mkcol(world.root, 'file'), 'already-exists');
    });

    it('writes only onto what the conditions were judged on', async () => {
      await world.put(world.root, 'f', 1, { expected: 'absent' });
      await assertFails(world.put(world.root, 'f', 1, { expected: 'absent' }), 'precondition-failed');
      const { id: nodeId, etag } = await world.child(world.root, 'f');
      const next = await world.put(world.root, 'f', 1, { expected: { nodeId, etag } });
      assert.notEqual(next.etag, etag);
      await assertFails(world.put(world.root, 'f', 1, { expected: { nodeId, etag } }), 'precondition-failed');
      await assertFails(
        world.put(world.root, 'f', 1, { expected: { nodeId: nodeId + 1, etag: next.etag } }),
        'precondition-failed',
      );
      await assertFails(world.put(world.root, 'g', 1, { expected: { nodeId, etag } }), 'precondition-failed');
    });

    it('gives every collection above a change another etag, and no other', async () => {
      const a = await world.mkcol(world.root, 'a');
      const b = await world.mkcol(a, 'b');
      const c = await world.mkcol(world.root, 'c');
      const etags = async () => Promise.all([world.root, a, b, c].map(async (id) => (await world.node(id)).etag));
      const before = await etags();
      await world.put(b, 'f');
      const after = await etags();
      assert.deepEqual(
        after.map((etag, index) => etag !== before[index]),
        [true, true, true, false],
      );
    });

    it('sets the time of a collection that gains or loses a member', async () => {
      const a = await world.mkcol(world.root, 'a');
      world.clock.ms += 1000;
      const { nodeId } = await world.put(a, 'f');
      assert.equal((await world.node(a)).modifiedAtMs, world.now);
      const added = world.now;
      world.clock.ms += 1000;
      await world.put(a, 'f');
      assert.equal((await world.node(a)).modifiedAtMs, added);
      await world.trash(nodeId);
      assert.equal((await world.node(a)).modifiedAtMs, world.now);
      assert.equal((await world.node(world.root)).modifiedAtMs, added - 1000);
    });

    it('finds what belongs to somebody else in a tree', async () => {
      const a = await world.mkcol(world.shared.rootId, 'a');
      const b = await world.mkcol(a, 'b');
      await world.put(b, 'mine');
      assert.equal(await world.store.hasForeignNode([a], world.ann), false);
      assert.equal(await world.store.hasForeignNode([a], world.bob), true);
      const { nodeId } = await world.put(b, 'theirs', 1, { userId: world.bob });
      assert.equal(await world.store.hasForeignNode([a], world.ann), true);
      assert.equal(await world.store.hasForeignNode([nodeId], world.bob), false);
      const empty = await world.mkcol(world.shared.rootId, 'empty', { userId: world.bob });
      assert.equal(await world.store.hasForeignNode([nodeId, empty], world.bob), false);
      assert.equal(await world.store.hasForeignNode([nodeId, empty, b], world.bob), true);
    });
  });

  describe('properties', () => {
    let world: World;
    let nodeId: number;
    beforeEach(async () => {
      world = await World.open(await prepare());
      nodeId = (await world.put(world.root, 'f')).nodeId;
    });
    afterEach(() => world.backend.remove());

    const property = (name: string, xml = `<${name}/>`) => ({ namespace: 'urn:x', name, xml });
    const patch = (set: ReturnType<typeof property>[], more = {}) =>
      world.store.run('changeProperties', {
        ...world.change(),
        nodeId,
        expected: undefined,
        set,
        remove: [],
        modifiedAtMs: undefined,
        createdAtMs: undefined,
        ...more,
      });

    it('sets, replaces and removes dead properties', async () => {
      await patch([property('a'), property('b')]);
      await patch([property('b', '<b>2</b>')], { remove: [{ namespace: 'urn:x', name: 'a' }, property('missing')] });
      assert.deepEqual(await world.store.listProperties([nodeId, 999]), [{ nodeId, ...property('b', '<b>2</b>') }]);
      assert.equal((await world.node(nodeId)).propertyCount, 1);
    });

    it('keeps 1,000 properties of a node at most, and then takes only what makes fewer of them', async () => {
      const names = Array.from({ length: 1000 }, (_, index) => property(`p${index}`));
      await patch(names);
      await assertFails(patch([property('p0', '<p0>new</p0>'), property('more')]), 'too-large');
      assert.equal((await world.node(nodeId)).propertyCount, 1000);
      assert.ok((await world.store.listProperties([nodeId])).every(({ xml }) => !xml.includes('new')));
      await patch([property('p0', '<p0>new</p0>')]);
      await patch([property('more')], { remove: [property('p1')] });
      assert.equal((await world.node(nodeId)).propertyCount, 1000);
      await assertConsistent(world);
    });

    it('keeps 1 MiB of properties of a node at most, in bytes', async () => {
      // Two bytes a letter.
      const long = (name: string, bytes = 65_536) => property(name, 'ů'.repeat(bytes / 2));
      for (let index = 0; index < 16; index += 1) await patch([long(`p${index}`)]);
      await assertFails(patch([property('more')]), 'too-large');
      await assertFails(patch([long('p0', 65_538)]), 'too-large');
      await patch([long('p0'), long('p1', 60_000), property('more')]);
      assert.equal((await world.node(nodeId)).propertyCount, 17);
    });

    it('lets a node that has too much lose some of it', async () => {
      const insert = (name: string, xml: string) =>
        world.backend.damage(
          `INSERT INTO property (node_id, namespace, name, xml) VALUES (${nodeId}, 'urn:x', '${name}', '${xml}')`,
        );
      for (let index = 0; index < 3; index += 1) await insert(`p${index}`, 'x'.repeat(1024 * 1024));
      await assertFails(patch([property('p0')]), 'too-large');
      await patch([], { remove: [property('p0')], modifiedAtMs: 1 });
      assert.equal((await world.node(nodeId)).propertyCount, 2);
    });

    it('changes the etag of no file, but those of the collections above', async () => {
      const [file, root] = [await world.node(nodeId), await world.node(world.root)];
      await patch([property('a')]);
      assert.equal((await world.node(nodeId)).etag, file.etag);
      assert.notEqual((await world.node(world.root)).etag, root.etag);
    });

    it('sets the times that clients may set', async () => {
      await patch([], { modifiedAtMs: 1, createdAtMs: 2 });
      const { modifiedAtMs, createdAtMs } = await world.node(nodeId);
      assert.deepEqual({ modifiedAtMs, createdAtMs }, { modifiedAtMs: 1, createdAtMs: 2 });
    });

    it('refuses what is gone or has changed', async () => {
      await assertFails(patch([], { expected: { nodeId, etag: 'other' } }), 'precondition-failed');
      await world.trash(nodeId);
      await assertFails(patch([property('a')]), 'not-found');
      await assertConsistent(world);
    });
  });
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
