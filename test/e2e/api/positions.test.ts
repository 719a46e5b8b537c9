import assert from 'node:assert/strict';
import { describeFiles } from './file-fixture.ts';

const HOUR = 3_600_000;

describeFiles('playback positions', function (files) {
  let film: number;
  before(async () => {
    film = (await files.put('ada', '/Movies/film.mp4')).id;
  });

  const keep = (name: 'anna' | 'bert' | 'nora', where: object, body: object) =>
    files.as(name).ok('keepPosition', { query: where as Record<string, string>, body });
  const listed = async (name: 'anna' | 'bert' | 'nora', query: Record<string, string | number> = {}) =>
    (await files.as(name).all('listPositions', { query })).map((entry) => entry.path as string);

  it('are kept for oneself, by path and by id', async () => {
    const query = { path: '/Movies/film.mp4' };
    assert.deepEqual((await files.as('nora').ok('getPosition', { query })).body, { positionMs: 0, isSeen: false });
    const before = (await files.as('ada').ok('getFile', { query: { path: '/Movies' } })).body.etag;
    const { body } = await keep('nora', query, { positionMs: 65_000, durationMs: HOUR });
    assert.deepEqual([body.positionMs, body.durationMs, body.isSeen], [65_000, HOUR, false]);
    assert.deepEqual((await files.as('nora').ok('getPosition', { query: { id: film } })).body, body);
    assert.equal((await files.as('anna').ok('getPosition', { query })).body.positionMs, 0);
    assert.equal((await files.as('ada').ok('getFile', { query: { path: '/Movies' } })).body.etag, before);
  });

  it('do not go back to what was played before, and do not come from the future', async () => {
    const at = (ms: number): string => new Date(ms).toISOString();
    const now = Date.now();
    await keep('anna', { id: film }, { positionMs: 9000, updatedAt: at(now - HOUR) });
    const late = await keep('anna', { id: film }, { positionMs: 1, updatedAt: at(now - 2 * HOUR) });
    assert.equal(late.body.positionMs, 9000);
    const early = await keep('anna', { id: film }, { positionMs: 10_000, updatedAt: at(now + 24 * HOUR) });
    assert.ok(Date.parse(early.body.updatedAt) < now + HOUR);
    assert.equal((await keep('anna', { id: film }, { positionMs: 12_000 })).body.positionMs, 12_000);
  });

  const ends: [durationMs: number | undefined, positionMs: number, isSeen: boolean][] = [
    [2 * HOUR, 2 * HOUR * 0.94, false],
    [2 * HOUR, 2 * HOUR * 0.95, true],
    [400_000, 369_999, false],
    [400_000, 370_000, true],
    [60_000, 53_000, false],
    [60_000, 54_000, true],
    [60_000, 90_000, true],
    [undefined, 90_000, false],
    [0, 0, false],
  ];
  it('count as seen near the end, however long it is', async () => {
    for (const [durationMs, positionMs, isSeen] of ends) {
      const { body } = await keep('anna', { id: film }, { durationMs, positionMs });
      assert.equal(body.isSeen, isSeen, `${positionMs} of ${String(durationMs)}`);
      assert.ok(body.positionMs <= (durationMs ?? Infinity));
    }
  });

  it('say what to go on with, the latest first, as long as one sees it', async () => {
    for (const [name, positionMs] of Object.entries({ one: 60_000, two: 60_000, seen: HOUR, begun: 9_999 })) {
      await files.put('bert', `/Mere/${name}.mp3`);
      await keep('bert', { path: `/Mere/${name}.mp3` }, { positionMs, durationMs: HOUR });
    }
    await keep('bert', { id: film }, { positionMs: 60_000 });
    const unfinished = ['/Movies/film.mp4', '/Mere/two.mp3', '/Mere/one.mp3'];
    assert.deepEqual(await listed('bert'), unfinished);
    assert.deepEqual(await listed('bert', { limit: 1 }), unfinished);
    assert.deepEqual(await listed('bert', { show: 'seen' }), ['/Mere/seen.mp3']);
    assert.equal((await listed('bert', { show: 'all' })).length, 4);

    await files.as('bert').ok('renameFile', { body: { path: '/Mere/one.mp3', name: 'renamed.mp3' } });
    await files.put('bert', '/Mere/renamed.mp3', 'another content');
    await files.as('bert').ok('forgetPosition', { query: { id: film } });
    const { trashId } = (await files.as('bert').ok('deleteFile', { query: { path: '/Mere/two.mp3' } })).body;
    assert.deepEqual(await listed('bert'), ['/Mere/renamed.mp3']);
    await files.as('bert').ok('restoreTrash', { params: { id: trashId } });
    assert.deepEqual(await listed('bert'), ['/Mere/two.mp3', '/Mere/renamed.mp3']);
  });

  it('are of files that one sees', async () => {
    const body = { positionMs: 1 };
    const { id } = await files.put('bert', '/Mere/own.mp3');
    await files.as('anna').refused('keepPosition', 'not-found', { query: { id }, body });
    await files.as('anna').refused('getPosition', 'not-found', { query: { id } });
    await files.as('anna').refused('keepPosition', 'is-a-collection', { query: { path: '/Mere' }, body });
    for (const wrong of [{}, { positionMs: -1 }, { positionMs: 1.5 }, { positionMs: 1, isSeen: true }]) {
      await files.as('bert').refused('keepPosition', 'bad-request', { query: { id }, body: wrong });
    }
  });
});
