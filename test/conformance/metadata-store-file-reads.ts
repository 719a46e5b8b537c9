import assert from 'node:assert/strict';
import { World, type Backend } from './metadata-store-world.ts';

const FROM_THE_END = Number.MAX_SAFE_INTEGER;

export function describeFileReads(prepare: () => Promise<Backend>): void {
  describe('reads of files that go beyond one folder', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const homeId = async (): Promise<number> => (await world.store.getNode(world.root))!.spaceId;
    const latest = async (limit: number, beforeRev = FROM_THE_END) => {
      const { changes, next } = await world.store.files.latestChanges(await homeId(), { beforeRev, limit });
      return { names: changes.map(({ node }) => node.name), next, changes };
    };

    it('gives nodes by their ids: those that are there, in any number', async () => {
      const ids: number[] = [];
      for (let index = 0; index < 40; index += 1) ids.push((await world.put(world.root, `${index}`)).nodeId);
      const found = await world.store.files.nodesById([...ids, 999_999]);
      assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(ids));
      assert.deepEqual(await world.store.files.nodesById([]), []);
      assert.deepEqual(await world.store.files.nodesById(ids.slice(0, 1)), [await world.node(ids[0]!)]);
    });

    it('leaves out an unwritten file whose lock has ended', async () => {
      const token = await world.lock({ parentId: world.root, name: 'empty' });
      const { id } = await world.child(world.root, 'empty');
      assert.equal((await world.store.files.nodesById([id])).length, 1);
      await world.unlock(id, token);
      assert.equal((await world.store.files.nodesById([id])).length, 0);
    });

    it('gives the chains of several nodes at once, as they are given one by one', async () => {
      const a = await world.mkcol(world.root, 'a');
      const b = await world.mkcol(a, 'b');
      const { nodeId } = await world.put(b, 'deep');
      const chains = await world.store.files.chainsOf([nodeId, a, world.root, 999_999]);
      assert.equal(chains.size, 3);
      for (const id of [nodeId, a, world.root]) assert.deepEqual(chains.get(id), await world.store.ancestors(id));
      assert.deepEqual(
        chains.get(nodeId)?.map(({ id }) => id),
        [nodeId, b, a, world.root],
      );
    });

    it('gives the latest changes of a space: each file once, where it changed last', async () => {
      await world.put(world.root, 'one');
      await world.put(world.root, 'two');
      await world.mkcol(world.root, 'a folder');
      const { nodeId: gone } = await world.put(world.root, 'gone');
      await world.put(world.root, 'one');
      await world.trash(gone);
      const { changes, names, next } = await latest(100);
      assert.deepEqual(names, ['one', 'two']);
      assert.equal(next, undefined);
      assert.deepEqual(
        changes.map(({ atMs }) => atMs),
        [world.now, world.now],
      );
    });

    it('in pages that look at so many changes, whatever comes of them, and lose none', async () => {
      for (const name of ['1', '2', '3']) await world.put(world.root, name);
      for (let times = 0; times < 5; times += 1) await world.mkcol(world.root, `folder ${times}`);
      const { nodeId } = await world.put(world.root, 'moves');
      const target = await world.mkcol(world.root, 'target');
      // Two changes at one revision.
      await world.move({ nodeId, parentId: target, name: 'moved' });
      for (const limit of [1, 2, 3, 4, 100]) {
        const names: string[] = [];
        let pages = 0;
        for (let beforeRev: number | undefined = FROM_THE_END; beforeRev !== undefined; pages += 1) {
          const page = await latest(limit, beforeRev);
          names.push(...page.names);
          assert.ok(page.next === undefined || page.next < beforeRev, 'each page goes further back');
          beforeRev = page.next;
        }
        if (limit > 1) assert.deepEqual(names, ['moved', '3', '2', '1']);
        assert.ok(pages <= 14);
      }
    });
  });
}
