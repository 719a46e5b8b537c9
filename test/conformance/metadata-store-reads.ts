import assert from 'node:assert/strict';
import { World, type Backend } from './metadata-store-world.ts';

export function describeReads(prepare: () => Promise<Backend>): void {
  describe('reads', () => {
    let world: World;
    before(async () => {
      world = await World.open(await prepare());
    });
    after(() => world.backend.remove());

    /** How many statements `read` takes. */
    const statements = async (read: () => Promise<unknown>): Promise<number> => {
      const before = world.store.statementCount;
      await read();
      return world.store.statementCount - before;
    };

    for (const depth of [0, 1, 8, 24, 25, 60, 300]) {
      it(`find a path of ${depth} names with one statement`, async () => {
        const names: string[] = [];
        const ids = [world.root];
        for (let i = 0; i < depth; i += 1) {
          names.push(`${depth}-${i}`);
          ids.push(await world.mkcol(ids.at(-1)!, names.at(-1)!));
        }
        const count = await statements(async () => {
          const found = await world.store.walk(world.root, names);
          assert.deepEqual(
            found?.map((node) => node.id),
            ids,
          );
        });
        assert.equal(count, 1);
        const beyond = await world.store.walk(world.root, [...names, 'missing', 'deeper']);
        assert.deepEqual(
          beyond?.map((node) => node.id),
          ids,
        );
        const above = await world.store.ancestors(ids.at(-1)!);
        assert.deepEqual(
          above.map((node) => node.id),
          ids.toReversed(),
        );
      }).timeout(30_000);
    }

    it('know no path below what does not exist', async () => {
      assert.equal(await world.store.walk(999_999, ['a']), undefined);
    });

    it('list a page with one statement', async () => {
      const parent = await world.mkcol(world.root, 'page');
      for (const name of ['a', 'b', 'c']) await world.put(parent, name);
      assert.equal(await statements(() => world.store.listChildren(parent, { limit: 100 })), 1);
      assert.equal(await statements(() => world.store.listChildren(parent, { after: 'a', limit: 1 })), 1);
    });

    it('take any number of nodes at once', async () => {
      const { nodeId } = await world.put(world.root, 'with properties');
      const set = [{ namespace: 'urn:x', name: 'p', xml: '<p/>' }];
      const change = { nodeId, expected: undefined, set, remove: [], modifiedAtMs: undefined, createdAtMs: undefined };
      await world.store.run('changeProperties', { ...world.change(), ...change });
      const token = await world.lock({ nodeId });
      for (const count of [0, 1, 5, 17, 100, 5000]) {
        const ids = [...Array.from({ length: count }, (_, i) => 1_000_000 + i), nodeId];
        assert.equal(await statements(() => world.store.listProperties(ids)), 1);
        assert.deepEqual(await world.store.listProperties(ids), [{ nodeId, ...set[0]! }]);
        assert.deepEqual(
          (await world.store.listLocks(ids, world.now)).map((lock) => lock.token),
          [token],
        );
      }
      assert.deepEqual(await world.store.listProperties([]), []);
    });

    it('tell names apart that only a collation would take for the same', async () => {
      const parent = await world.mkcol(world.root, 'alike');
      const names = [
        'a',
        'a ',
        'a  ',
        'A',
        'á',
        'ﬁ',
        'fi',
        'ß',
        'ss',
        'İ',
        'i',
        '\\',
        '%',
        '_',
        "'",
        '"',
        '\u{1F600}',
        '\u{1F601}',
      ];
      for (const name of names) await world.put(parent, name);
      assert.deepEqual(
        await world.names(parent),
        names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      for (const name of names) assert.equal((await world.child(parent, name)).name, name);
    });

    it('give back names of 255 bytes and properties as they came', async () => {
      const name = '\u{1F600}'.repeat(63);
      const { nodeId } = await world.put(world.root, name);
      assert.equal((await world.child(world.root, name)).name, name);
      const property = {
        namespace: `urn:${'ü'.repeat(500)}`,
        name: 'x'.repeat(1000),
        xml: `<a b='"'>\u{1F600} \t\n ${'é'.repeat(30_000)}</a>`,
      };
      const set = [property, { ...property, name: 'x'.repeat(999), xml: '' }];
      const change = { nodeId, expected: undefined, set, remove: [], modifiedAtMs: undefined, createdAtMs: undefined };
      await world.store.run('changeProperties', { ...world.change(), ...change });
      assert.deepEqual(
        await world.store.listProperties([nodeId]),
        set.toReversed().map((each) => ({ nodeId, ...each })),
      );
    });

    it('keep numbers up to 2^53 - 1 exact, also when they are added up', async () => {
      const quotaBytes = Number.MAX_SAFE_INTEGER;
      const userId = await world.addUser('Rich', 'advanced', quotaBytes);
      assert.equal((await world.store.getUser(userId))?.quotaBytes, quotaBytes);
      const huge = world.blob(2 ** 52);
      await world.put(world.shared.rootId, 'huge', 2 ** 52, { userId, blob: huge });
      const { nodeId } = await world.put(world.shared.rootId, 'huge', 3, { userId });
      await world.put(world.shared.rootId, 'other', 2 ** 52 - 10, { userId, blob: world.blob(2 ** 52 - 10) });
      const copy = await world.store.walk(world.shared.rootId, []);
      assert.equal(copy?.[0]?.sizeBytes, 2 ** 52 - 7);
      assert.equal((await world.store.getUser(userId))?.usedBytes, 2 ** 53 - 7);
      assert.deepEqual(
        (await world.store.listVersions(nodeId)).map((version) => version.sizeBytes),
        [2 ** 52],
      );
    });
  });
}
