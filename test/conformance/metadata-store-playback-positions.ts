import assert from 'node:assert/strict';
import type { OperationArgs } from '../../src/core/ports/operations.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

export function describePlaybackPositions(prepare: () => Promise<Backend>): void {
  describe('playback positions', () => {
    let world: World;
    let film: number;
    beforeEach(async () => {
      world = await World.open(await prepare());
      film = (await world.put(world.root, 'film.mkv')).nodeId;
    });
    afterEach(() => world.backend.remove());

    const note = (changes: Partial<OperationArgs<'notePosition'>> = {}) =>
      world.store.run('notePosition', {
        userId: world.ann,
        nodeId: film,
        positionMs: 60_000,
        durationMs: 7_200_000,
        isSeen: false,
        updatedAtMs: world.now,
        maxPerUser: 3,
        ...changes,
      });
    const listed = async (page: Partial<Parameters<typeof world.store.positions.listOf>[1]> = {}) =>
      (await world.store.positions.listOf(world.ann, { fromMs: 0, limit: 10, ...page })).map(({ nodeId }) => nodeId);

    it('are kept for each user, without a revision', async () => {
      assert.equal(await world.store.positions.get(world.ann, film), undefined);
      const kept = { nodeId: film, positionMs: 60_000, durationMs: 7_200_000, isSeen: false, updatedAtMs: world.now };
      assert.deepEqual(await note(), kept);
      assert.deepEqual(await world.store.positions.get(world.ann, film), kept);
      assert.equal(await world.store.positions.get(world.bob, film), undefined);

      const root = await world.node(world.root);
      const spaceAt = (await world.store.changes.positions([world.home.id])).get(world.home.id);
      const later = { positionMs: 7_100_000, durationMs: undefined, isSeen: true, updatedAtMs: world.now + 1 };
      assert.deepEqual(await note(later), { nodeId: film, ...later });
      assert.deepEqual(await world.store.positions.get(world.ann, film), { nodeId: film, ...later });
      assert.deepEqual(await world.node(world.root), root);
      assert.deepEqual((await world.store.changes.positions([world.home.id])).get(world.home.id), spaceAt);

      await world.store.run('forgetPosition', { userId: world.ann, nodeId: film });
      await world.store.run('forgetPosition', { userId: world.ann, nodeId: film });
      assert.equal(await world.store.positions.get(world.ann, film), undefined);
    });

    it('give way to later ones only', async () => {
      await note({ positionMs: 5, updatedAtMs: 1000 });
      assert.equal((await note({ positionMs: 4, updatedAtMs: 999 })).positionMs, 5);
      assert.equal((await note({ positionMs: 6, updatedAtMs: 1000 })).positionMs, 6);
      assert.equal((await world.store.positions.get(world.ann, film))?.positionMs, 6);
    });

    it('are one for each file, also when several players begin at the same time', async () => {
      const times = [5, 3, 9, 1, 7, 2, 8, 4, 6];
      await Promise.all(times.map((time) => note({ positionMs: time, updatedAtMs: time })));
      assert.equal((await world.store.positions.get(world.ann, film))?.positionMs, 9);
      assert.deepEqual(await listed(), [film]);
    });

    it('are listed by their time, page by page, seen or not', async () => {
      const others = [(await world.put(world.root, 'b.mkv')).nodeId, (await world.put(world.root, 'c.mkv')).nodeId];
      const [b = 0, c = 0] = others;
      await note({ updatedAtMs: 20 });
      await note({ nodeId: b, updatedAtMs: 20, isSeen: true });
      await note({ nodeId: c, updatedAtMs: 30, positionMs: 10 });
      await note({ nodeId: c, userId: world.bob, updatedAtMs: 30 });
      assert.deepEqual(await listed(), [c, b, film]);
      assert.deepEqual(await listed({ limit: 1, after: { updatedAtMs: 30, nodeId: c } }), [b]);
      assert.deepEqual(await listed({ after: { updatedAtMs: 20, nodeId: b } }), [film]);
      assert.deepEqual(await listed({ isSeen: true }), [b]);
      assert.deepEqual(await listed({ isSeen: false, fromMs: 11 }), [film]);
    });

    it('are so many at most: the oldest gives way', async () => {
      for (const time of [1, 2, 3, 4]) {
        const { nodeId } = await world.put(world.root, `${time}.mkv`);
        await note({ nodeId, updatedAtMs: 10 - time });
      }
      const times = (await world.store.positions.listOf(world.ann, { fromMs: 0, limit: 10 })).map(
        (one) => one.updatedAtMs,
      );
      assert.deepEqual(times, [9, 8, 6]);
    });

    it('stay with a file that is moved, overwritten or in trash, and go with it and with the user', async () => {
      await note();
      await note({ userId: world.bob });
      await world.put(world.root, 'film.mkv');
      await world.store.run('moveNode', {
        ...world.change(),
        nodeId: film,
        parentId: world.root,
        name: 'renamed.mkv',
        replaces: 'any',
        overwrite: false,
        expectedSource: undefined,
        expectedDestination: undefined,
        versionsKept: 0,
      });
      assert.deepEqual(await listed(), [film]);
      await world.store.run('trashNode', { ...world.change(), nodeId: film, expected: undefined });
      assert.deepEqual(await listed(), [film]);
      await world.store.run('removeUser', { userId: world.bob, nowMs: world.now });
      assert.equal(await world.store.positions.get(world.bob, film), undefined);
      await world.store.run('purgeTree', { nodeId: film, limit: 100, nowMs: world.now });
      assert.deepEqual(await listed(), []);
    });

    it('are of files and users that there are', async () => {
      await assertFails(note({ nodeId: 9999 }), 'not-found');
      await assertFails(note({ nodeId: world.root }), 'not-found');
      await assertFails(note({ userId: 9999 }), 'not-found');
    });
  });
}
