import assert from 'node:assert/strict';
import type { Change } from '../../src/core/ports/changes.ts';
import { World, type Backend } from './metadata-store-world.ts';

const BEGINNING = { rev: 0, seq: 0 };

export function describeChanges(prepare: () => Promise<Backend>): void {
  describe('changes', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const log = (spaceId = world.home.id) =>
      world.store.changes.listChanges(spaceId, { after: BEGINNING, limit: 1000 });
    const told = ({ kind, cause, name, userId }: Change) => [kind, cause, name, userId];
    const rev = async (spaceId = world.home.id) => (await world.store.changes.positions([spaceId])).get(spaceId)!.rev;

    it('say what became of which node, where, by whom and when', async () => {
      const { ann, bob, root } = world;
      world.clock.ms += 5;
      const folder = await world.mkcol(root, 'folder');
      const { nodeId } = await world.put(folder, 'a');
      await world.put(folder, 'a', 50, { userId: bob });
      await world.move({ nodeId, parentId: root, name: 'b' });
      await world.copy({ nodeId: folder, parentId: root, name: 'copy' });
      await world.trash(nodeId, { userId: bob });
      await world.store.run('restoreTrash', { ...world.change(), nodeId, parentId: root, name: 'b' });
      const changes = await log();
      assert.deepEqual(changes.map(told), [
        ['added', '', 'folder', ann],
        ['added', '', 'a', ann],
        ['content', '', 'a', bob],
        ['removed', 'moved', 'a', ann],
        ['added', 'moved', 'b', ann],
        ['added', 'copied', 'copy', ann],
        ['removed', 'trashed', 'b', bob],
        ['added', 'restored', 'b', ann],
      ]);
      assert.ok(changes.every(({ atMs, spaceId }) => atMs === world.now && spaceId === world.home.id));
      assert.deepEqual(
        changes.slice(3, 5).map(({ nodeId: id, parentId }) => [id, parentId]),
        [
          [nodeId, folder],
          [nodeId, root],
        ],
      );
      assert.equal(changes[3]!.rev, changes[4]!.rev);
      assert.deepEqual(
        changes.map(({ isCollection }) => isCollection),
        [true, false, false, false, false, true, false, false],
      );
      assert.equal(await rev(), changes.at(-1)!.rev);
    });

    it('of a move between spaces have one revision in both', async () => {
      const nodeId = await world.mkcol(world.root, 'x');
      await world.move({ nodeId, parentId: world.shared.rootId, name: 'y' });
      const from = (await log()).at(-1)!;
      const [to] = await log(world.shared.id);
      assert.deepEqual([from.kind, to!.kind, from.rev], ['removed', 'added', to!.rev]);
      assert.deepEqual(await world.store.changes.changesAt(world.shared.id, to!.rev), [to]);
    });

    it('tell empty files of locks, and their first content', async () => {
      const { ann, root } = world;
      const target = { parentId: root, name: 'locked' };
      const token = await world.lock(target);
      await world.put(root, 'locked', 10, { tokens: [token] });
      const gone = await world.lock({ parentId: root, name: 'gone' });
      await world.unlock((await world.child(root, 'gone')).id, gone);
      assert.deepEqual((await log()).map(told), [
        ['added', 'locked', 'locked', ann],
        ['content', 'filled', 'locked', ann],
        ['added', 'locked', 'gone', ann],
        ['removed', 'locked', 'gone', 0],
      ]);
    });

    it('keep quiet about what Finder keeps for itself, until it is a file for all', async () => {
      const { root } = world;
      const isSidecar = true;
      await world.put(root, '._a', 10, { isSidecar });
      await world.put(root, '._a', 20, { isSidecar });
      await world.trash((await world.child(root, '._a')).id);
      const { nodeId } = await world.put(root, '._b', 10, { isSidecar });
      assert.deepEqual(await log(), []);
      await world.put(root, '._b', 10);
      const { nodeId: renamed } = await world.put(root, '._c', 10, { isSidecar });
      await world.move({ nodeId: renamed, parentId: root, name: 'c' });
      const changes = await log();
      assert.deepEqual(
        changes.map(({ kind, name, nodeId: id }) => [kind, name, id]),
        [
          ['added', '._b', nodeId],
          ['added', 'c', renamed],
        ],
      );
    });

    it('come in pages, forwards and backwards', async () => {
      for (let count = 0; count < 7; count += 1) {
        const { nodeId } = await world.put(world.root, `f${count}`);
        if (count % 2 === 0) await world.move({ nodeId, parentId: world.root, name: `g${count}` });
      }
      const whole = await log();
      const { changes } = world.store;
      for (const limit of [1, 2, 5]) {
        const forwards: Change[] = [];
        const backwards: Change[] = [];
        for (let page = whole; page.length > 0;) {
          page = await changes.listChanges(world.home.id, { after: forwards.at(-1) ?? BEGINNING, limit });
          forwards.push(...page);
        }
        for (let page = whole; page.length > 0;) {
          const before = backwards.at(-1);
          page = await changes.listChangesBackwards(world.home.id, { ...(before && { before }), limit });
          backwards.push(...page);
        }
        assert.deepEqual(forwards, whole);
        assert.deepEqual(backwards.reverse(), whole);
      }
    });

    it('tell where folders have been', async () => {
      const { root } = world;
      const first = await world.mkcol(root, 'a');
      const second = await world.mkcol(first, 'b');
      await world.put(root, 'file');
      const since = (await rev()) + 1;
      await world.move({ nodeId: second, parentId: root, name: 'c' });
      await world.trash((await world.child(root, 'file')).id);
      await world.trash(second);
      const departures = await world.store.changes.departures(world.home.id, { sinceRev: since, limit: 10 });
      assert.deepEqual(
        departures.map(({ nodeId, parentId, name }) => [nodeId, parentId, name]),
        [
          [second, first, 'b'],
          [second, root, 'c'],
        ],
      );
      const [one] = await world.store.changes.departures(world.home.id, { sinceRev: since, limit: 1 });
      assert.deepEqual(one, departures[0]);
    });

    it('are known from a floor on, which rises with what is forgotten', async () => {
      for (let count = 0; count < 5; count += 1) await world.mkcol(world.root, `f${count}`);
      const { changes } = world.store;
      assert.equal((await changes.positions([world.home.id])).get(world.home.id)!.floor, 0);
      await world.store.run('pruneChanges', { spaceId: world.home.id, kept: 2, limit: 100 });
      const position = (await changes.positions([world.home.id, 12345])).get(world.home.id)!;
      assert.equal(position.floor, position.rev - 2);
      assert.deepEqual(
        (await log()).map(({ name }) => name),
        ['f3', 'f4'],
      );
      assert.equal((await changes.positions([12345])).size, 0);
      assert.equal((await changes.positions([])).size, 0);
    });

    it('wake those who wait for them', async () => {
      const { changeFeed } = world.store;
      const woken = Promise.withResolvers<undefined>();
      const end = changeFeed.watch([world.shared.id], () => woken.resolve(undefined));
      await world.mkcol(world.shared.rootId, 'x');
      await woken.promise;
      end();
      const committed = Promise.withResolvers<undefined>();
      const endOther = changeFeed.onCommit(() => committed.resolve(undefined));
      await world.mkcol(world.root, 'y');
      await committed.promise;
      endOther();
      assert.equal(changeFeed.ended.aborted, false);
      await world.store.close();
      assert.equal(changeFeed.ended.aborted, true);
    });

    it('mark a tree of which a part is gone for good', async () => {
      const tree = await world.mkcol(world.root, 'tree');
      for (let count = 0; count < 5; count += 1) await world.put(tree, `f${count}`);
      await world.trash(tree);
      assert.notEqual((await world.node(tree)).etag, 'c0');
      await world.store.run('purgeTree', { nodeId: tree, limit: 2, nowMs: world.now });
      assert.equal((await world.node(tree)).etag, 'c0');
    });
  });
}
