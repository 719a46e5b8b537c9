import assert from 'node:assert/strict';
import {
  assertConsistent,
  assertFails,
  TestClock,
  World,
  type Backend,
  type TestedStore,
} from './metadata-store-world.ts';

const MANY = 10_000;

export function describeDurability(prepare: () => Promise<Backend>): void {
  describe('operations together', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    it('share commits when they wait at the same time', async () => {
      const before = world.store.commitCount;
      await Promise.all(Array.from({ length: 200 }, (_, i) => world.put(world.root, `f${i}`)));
      assert.ok(world.store.commitCount - before < 50, `${world.store.commitCount - before} commits`);
      assert.equal((await world.node(world.root)).nodeCount, 200);
      await assertConsistent(world);
    });

    it('fail one by one: the others of the same commit happen', async () => {
      const results = await Promise.allSettled([
        world.put(world.root, 'a'),
        world.put(999_999, 'b'),
        world.mkcol(world.root, 'a'),
        world.put(world.root, 'c', 2_000_000),
        world.mkcol(world.root, 'd'),
      ]);
      assert.deepEqual(
        results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'done')),
        ['done', 'parent-missing', 'already-exists', 'quota-exceeded', 'done'],
      );
      assert.deepEqual(await world.names(world.root), ['a', 'd']);
      assert.equal((await world.store.listDisks())[0]?.blobCount, 1, 'a failed write leaves no blob');
      await assertConsistent(world);
    });

    it('report what is no failure of the domain as it is', async () => {
      const blob = world.blob(1);
      await world.put(world.root, 'a', 1, { blob });
      await assert.rejects(world.put(world.root, 'b', 1, { blob }), (error: Error & { code?: string }) => {
        assert.equal(error.code, undefined);
        assert.match(error.message, /unique|duplicate/i);
        return true;
      });
      assert.deepEqual(await world.names(world.root), ['a']);
    });

    it('are seen by reads as soon as they are acknowledged', async () => {
      for (let i = 0; i < 50; i += 1) {
        const { nodeId } = await world.put(world.root, `f${i}`);
        assert.ok(await world.store.getNode(nodeId));
      }
    });

    it('survive closing and opening again', async () => {
      const { nodeId } = await world.put(world.root, 'f');
      const node = await world.node(nodeId);
      await world.reopen();
      assert.deepEqual(await world.node(nodeId), node);
      const next = await world.put(world.root, 'g');
      assert.ok(next.nodeId > nodeId);
    });

    it('never use an id again', async () => {
      const { nodeId } = await world.put(world.root, 'f');
      await world.trash(nodeId);
      await world.purge(nodeId);
      await world.reopen();
      assert.ok((await world.put(world.root, 'f')).nodeId > nodeId);
    });

    it('that were asked for before closing are done, later ones refused', async () => {
      const pending = [world.put(world.root, 'a'), world.put(world.root, 'b')];
      const { store } = world;
      const closed = store.close();
      await Promise.all([...pending, closed]);
      await assertFails(world.put(world.root, 'c'), 'unavailable');
      await assertFails(store.getNode(world.root), 'unavailable');
      await assertFails(store.ping(), 'unavailable');
      await store.close();
      world.store = await world.backend.open(world.clock);
      assert.deepEqual(await world.names(world.root), ['a', 'b']);
    });

    it('answer a ping', () => world.store.ping());
  });

  describe('a new database', () => {
    it('is set up once when several open it together', async () => {
      const backend = await prepare();
      try {
        const clock = new TestClock();
        const stores: TestedStore[] = await Promise.all([1, 2, 3].map(() => backend.open(clock)));
        const epochs = await Promise.all(stores.map((store) => store.getSetting('store-epoch')));
        assert.ok(epochs[0]);
        assert.equal(new Set(epochs).size, 1);
        for (const store of stores) assert.equal(await store.hasUsers(), false);
        for (const store of stores) await store.close();
      } finally {
        await backend.remove();
      }
    });
  });

  describe(`${MANY} files`, () => {
    let world: World;
    let flat: number;
    before(async function () {
      this.timeout(60_000);
      world = await World.open(await prepare());
      flat = await world.mkcol(world.root, 'flat');
      for (let i = 0; i < MANY; i += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, k) => world.put(flat, `file ${i + k}`, 1)));
      }
    });
    after(() => world.backend.remove());

    it('are listed in pages', async () => {
      assert.equal((await world.below(flat)).length, MANY);
      const page = await world.store.listChildren(flat, { after: 'file 5', limit: 2 });
      assert.deepEqual(
        page.map((node) => node.name),
        ['file 50', 'file 500'],
      );
    });

    it('are copied in steps, moved, deleted, restored and purged', async () => {
      const copied = await world.copyInSteps({ nodeId: flat, parentId: world.root, name: 'copy' }, 1000);
      assert.ok(copied.steps >= 10);
      assert.equal((await world.node(copied.nodeId)).nodeCount, MANY);
      const inner = await world.mkcol(world.root, 'inner');
      await world.move({ nodeId: copied.nodeId, parentId: inner, name: 'moved' });
      await world.trash(inner);
      const place = { nodeId: inner, parentId: world.root, name: 'again' };
      await world.store.run('restoreTrash', { ...world.change(), ...place });
      assert.equal((await world.node(world.root)).nodeCount, 2 * MANY + 3);
      assert.equal(await world.usedBytes(), 2 * MANY);
      await world.trash(inner);
      const { freedBytes } = await world.purge(inner);
      assert.equal(freedBytes, MANY);
      assert.equal(await world.usedBytes(), MANY);
      await assertConsistent(world);
    });
  });
}
