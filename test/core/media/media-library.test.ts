import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { overriding } from '../../../src/app/overriding.ts';
import { NO_CONDITIONS } from '../../../src/core/core.ts';
import { copy, move } from '../../../src/core/copy-move.ts';
import { LibraryFollower } from '../../../src/core/media/library-follower.ts';
import { LibraryKeeper } from '../../../src/core/media/library-keeper.ts';
import { MediaLibrary } from '../../../src/core/media/media-library.ts';
import type { MediaFacts } from '../../../src/core/media/facts.ts';
import { notePosition, positionOf } from '../../../src/core/playback-positions.ts';
import { putFile } from '../../../src/core/transfer.ts';
import { trash } from '../../../src/core/trash.ts';
import { find } from '../../../src/core/tree.ts';
import { DomainError } from '../../../src/lib/errors.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { TestCore } from '../../support/test-core.ts';

/** Packets of an MPEG transport stream, `before` bytes of another one in front. */
function transportStream({ before = 0, packet = 188, inFront = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(before + 20 * packet, 0xff);
  for (let at = before + inFront; at < bytes.length; at += packet) bytes[at] = 0x47;
  return bytes;
}

describe('the library of televisions', () => {
  let test: TestCore;
  let library: MediaLibrary;
  let follower: LibraryFollower;
  beforeEach(async () => {
    test = await TestCore.open();
    library = new MediaLibrary(test.core);
    follower = await LibraryFollower.open(test.core, library, new AbortController().signal);
  });
  afterEach(() => test.close());

  async function put(path: string, mediaType = 'video/mp4', content: Uint8Array = Buffer.from(path)): Promise<number> {
    const source = (async function* () {
      yield content;
    })();
    const target = await find(test.core, test.as('ann'), parsePlainPath(path));
    const body = { source, sizeBytes: content.length, mediaType };
    const how = { body, conditions: NO_CONDITIONS, signal: new AbortController().signal };
    return (await putFile(test.core, test.as('ann'), target, how)).nodeId;
  }

  async function shown(): Promise<string[]> {
    await follower.catchUp();
    const scope = { below: await library.rootId() };
    const { entries } = await library.list({ scope, order: [], offset: 0, limit: 100 });
    return entries.map(({ name }) => name);
  }

  const moveTo = (from: number, to: string, overwrite = false) =>
    move(test.core, test.as('ann'), { from: { nodeId: from }, to: parsePlainPath(to), overwrite }, NO_CONDITIONS);

  it('shows what has the name of a film by now, as downloads and rsync give it, and nothing that has it no more', async () => {
    const download = await put('Movies/Film.mp4.part', '');
    assert.deepEqual(await shown(), []);
    await moveTo(download, 'Movies/Film.mp4');
    assert.deepEqual(await shown(), ['Film.mp4']);
    await moveTo(await put('Movies/.Film.mp4.aB3xYz', ''), 'Movies/Film.mp4', true);
    assert.deepEqual(await shown(), ['Film.mp4']);
    await moveTo(download, 'Movies/Film.mp4.bak');
    assert.deepEqual(await shown(), []);
    await moveTo(await put('Movies/Other.mp4', 'video/mp4'), 'Movies/Other.mp4.bak');
    assert.deepEqual(await shown(), []);
  });

  it('shows a film of which its client says what it says of everything', async () => {
    const said = ['text/plain', 'application/x-www-form-urlencoded', 'application/force-download'];
    for (const [at, type] of said.entries()) await put(`Movies/${at}.mkv`, type);
    assert.deepEqual(await shown(), ['0.mkv', '1.mkv', '2.mkv']);
  });

  it('shows what is called a film on purpose, whatever its name', async () => {
    await moveTo(await put('Movies/first', 'video/mp4'), 'Movies/second.x');
    assert.deepEqual(await shown(), ['second.x']);
  });

  describe('gives a file', () => {
    it('of the media space, with what lies beside it', async () => {
      const film = await put('Movies/film.mp4');
      const subtitles = await put('Movies/film.srt', 'application/x-subrip');
      assert.equal((await library.file(film)).node.name, 'film.mp4');
      assert.equal((await library.file(subtitles)).node.name, 'film.srt');
    });

    it('of nowhere else, whatever the library says', async () => {
      const [home, shared, pub] = [await put('a.mp4'), await put('Workspace/b.mp4'), await put('Public/c.mp4')];
      const film = await put('Movies/film.mp4');
      await shown();
      await moveTo(film, 'film.mp4');
      assert.equal((await library.entry(film)).name, 'film.mp4');
      for (const nodeId of [home, shared, pub, film, 4711, 0, -1]) {
        await assert.rejects(library.file(nodeId), { code: 'not-found' }, String(nodeId));
      }
    });

    it('that is whole, and that nobody hides', async () => {
      const folder = await test.mkcol('ann', 'Movies/.hidden');
      const files = [
        await put('Movies/.hidden/film.mp4'),
        await put('Movies/.film.mp4'),
        await put('Movies/empty.mp4', 'video/mp4', Buffer.alloc(0)),
      ];
      const trashed = await put('Movies/trashed.mp4');
      await trash(test.core, test.as('ann'), { nodeId: trashed }, NO_CONDITIONS);
      for (const nodeId of [folder, await library.rootId(), trashed, ...files]) {
        await assert.rejects(library.file(nodeId), { code: 'not-found' }, String(nodeId));
      }
    });
  });

  it('shows a transport stream, and no TypeScript', async () => {
    await put('Movies/recording.ts', 'video/mp2t', transportStream());
    await put('Movies/cut.ts', 'video/mp2t', transportStream({ before: 77 }));
    await put('Movies/camera.mts', 'video/mp2t', transportStream({ packet: 192, inFront: 4 }));
    await put('Movies/coded.ts', 'video/mp2t', transportStream({ packet: 204 }));
    // As they were stored before anybody looked at what comes under such a name.
    await put('Movies/program.bin', 'video/mp2t', Buffer.from('export const GGGG = "GGGGG";\n'.repeat(100)));
    await put('Movies/short.bin', 'video/mp2t', Buffer.from('G'));
    assert.deepEqual(await shown(), ['camera.mts', 'coded.ts', 'cut.ts', 'recording.ts']);
  });

  it('takes what cannot be looked into now for what it is called', async () => {
    await put('Movies/recording.ts', 'video/mp2t', Buffer.alloc(100_000));
    test.core.blobs.readSmall = () => Promise.reject(new DomainError('unavailable', 'the disk is away'));
    assert.deepEqual(await shown(), ['recording.ts']);
  });

  describe('keeps positions', () => {
    const facts = { durationMs: 7_200_000.4 } as MediaFacts;
    let film: number;
    beforeEach(async () => {
      film = await put('Movies/film.mp4');
      await shown();
      const { content } = await library.entry(film);
      await library.recordFacts(content!.blobId, facts);
    });

    it('of a viewer where the web page has them', async () => {
      const ann = test.as('ann');
      await library.notePosition(film, 60_000.7, ann);
      const kept = await positionOf(test.core, ann, { nodeId: film });
      assert.deepEqual([kept?.positionMs, kept?.durationMs, kept?.isSeen], [60_001, 7_200_000, false]);
      assert.deepEqual(await library.positions([film, 4711], ann), new Map([[film, 60_001]]));
      assert.deepEqual(await library.positions([film], undefined), new Map());

      const played = { positionMs: 90_000, durationMs: undefined, atMs: undefined };
      test.clock.advance(1);
      await notePosition(test.core, ann, { nodeId: film }, played);
      assert.equal((await library.positions([film], ann)).get(film), 90_000);
      await library.notePosition(film, 7_100_000, ann);
      assert.equal((await library.positions([film], ann)).get(film), 0);
    });

    it('of a television, when nobody knows who watches', async () => {
      const at = async () => (await library.positions([film], undefined)).get(film);
      await library.notePosition(film, 60_000, undefined);
      assert.equal(await at(), 60_000);
      assert.deepEqual(await library.positions([film], test.as('ben')), new Map());
      await library.notePosition(film, 7_100_000, undefined);
      assert.equal(await at(), undefined);
    });

    it('of no file that is not shown', async () => {
      const other = await put('other.mp4');
      await assert.rejects(library.notePosition(other, 5, undefined), { code: 'not-found' });
      await moveTo(film, 'film.mp4');
      await assert.rejects(library.notePosition(film, 5, undefined), { code: 'not-found' });
      assert.equal(await test.core.store.media.bookmarks([film, other]).then(({ size }) => size), 0);
    });
  });

  it('tells of what changed, once for each change', async () => {
    await shown();
    const told: number[] = [];
    const end = library.onUpdate(({ updateId }) => told.push(updateId));
    const film = await put('Movies/film.mp4');
    await shown();
    const { content } = await library.entry(film);
    await library.recordFacts(content!.blobId, undefined);
    assert.equal(told.at(-1), await library.updateId());
    const count = told.length;
    await put('elsewhere.mp4');
    await put('Movies/text.txt', 'text/plain');
    await shown();
    await library.recordFacts(content!.blobId, undefined);
    assert.equal(told.length, count);
    end();
    await put('Movies/film two.mp4');
    await shown();
    assert.equal(told.length, count);
  });

  it('keeps the event loop free while it looks at many', async function () {
    this.timeout(30_000);
    await test.mkcol('ann', 'Movies/many');
    for (let at = 0; at < 300; at += 1) await put(`Movies/many/film ${at}.mp4`);
    await copy(
      test.core,
      test.as('ann'),
      {
        from: parsePlainPath('Movies/many'),
        to: parsePlainPath('Movies/more'),
        overwrite: false,
        depth: 'infinity',
        signal: new AbortController().signal,
      },
      NO_CONDITIONS,
    );
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await follower.rebuild();
    clearInterval(timer);
    // A page of each folder at a time, read twice.
    assert.ok(turns >= 4, `${turns} turns`);
    assert.equal((await test.core.store.media.counts()).video, 600);
  });

  it('is kept up to date by itself', async () => {
    const events = new EventEmitter();
    library.onUpdate((update) => events.emit('update', update));
    const failures: unknown[] = [];
    let rebuilt = 0;
    const keeper = new LibraryKeeper(test.core, library, {
      onFailure: (error) => failures.push(error),
      onRebuilt: () => (rebuilt += 1),
    });
    const untilShown = async (...names: string[]): Promise<void> => {
      for (;;) {
        const { entries } = await library.list({ scope: { kind: 'video' }, order: [], offset: 0, limit: 9 });
        if (entries.map(({ name }) => name).join() === names.join()) return;
        await once(events, 'update');
      }
    };
    try {
      const film = await put('Movies/film.mp4');
      await untilShown('film.mp4');
      await put('Movies/other.mp4');
      await untilShown('film.mp4', 'other.mp4');
      await trash(test.core, test.as('ann'), { nodeId: film }, NO_CONDITIONS);
      await untilShown('other.mp4');
    } finally {
      await keeper.stop();
    }
    assert.deepEqual([failures, rebuilt], [[], 1]);
  });

  it('is looked at anew when a change cannot be taken in', async () => {
    const { store } = test.core;
    const refuse = () => Promise.reject(new Error('a row that nobody understands'));
    const changes = overriding(store.changes, { listChanges: refuse });
    let failures = 0;
    const { promise: isRebuilt, resolve: noteRebuilt } = Promise.withResolvers<undefined>();
    let rebuilt = 0;
    const keeper = new LibraryKeeper({ ...test.core, store: overriding(store, { changes }) }, library, {
      onFailure: () => (failures += 1),
      onRebuilt: () => {
        rebuilt += 1;
        if (rebuilt === 1) void put('Movies/film.mp4');
        else noteRebuilt(undefined);
      },
      afterFailureMs: 1,
    });
    try {
      await isRebuilt;
    } finally {
      await keeper.stop();
    }
    assert.deepEqual([failures, (await store.media.counts()).video], [3, 1]);
  });
});
