import assert from 'node:assert/strict';
import type { MediaRow } from '../../src/core/ports/media-library.ts';
import { FILMS, folder, MediaWorld, ROOT, SHOWS, TREE } from './metadata-store-media-world.ts';
import { World, type Backend } from './metadata-store-world.ts';

/** The library of televisions. */
export function describeMediaLibrary(prepare: () => Promise<Backend>): void {
  describe('the library of televisions', () => {
    let world: World;
    let library: MediaWorld;
    beforeEach(async () => {
      world = await World.open(await prepare());
      library = new MediaWorld(world);
      await library.update(TREE);
    });
    afterEach(() => world.backend.remove());

    it('gives every page of a folder exactly, with one query each', async () => {
      const films = Array.from({ length: 23 }, (_, at) => library.piece(FILMS, `Part ${at + 1}.mp4`));
      await library.update(films.toReversed());
      const wanted = ['Shows', ...films.map(({ name }) => name)];
      const seen: string[] = [];
      for (let offset = 0; offset < 30; offset += 7) {
        const before = world.store.statementCount;
        const page = await library.page({ order: [{ by: 'kind', isDescending: false }], offset, limit: 7 });
        assert.equal(world.store.statementCount - before, 1);
        assert.equal(page.total, 24);
        seen.push(...page.names);
      }
      assert.deepEqual(seen, wanted);
      assert.deepEqual(await library.page({ offset: 24, limit: 7 }), { names: [], total: 24 });
      assert.deepEqual(await library.page({ scope: { in: SHOWS } }), { names: [], total: 0 });
      assert.deepEqual(await library.page({ scope: { in: 4711 } }), { names: [], total: 0 });
    });

    it('tells all of an entry', async () => {
      const more = {
        subtitlesId: 77,
        coverId: undefined,
        sizeBytes: 2 ** 40,
        mediaType: 'video/x-matroska',
        blobId: 'b',
      };
      const film = library.piece(FILMS, 'Ärger & <Söhne>.mkv', { addedAtMs: 5, modifiedAtMs: 6, content: more });
      await library.update([film, folder(FILMS, ROOT, 'Films', { folderCoverId: 78 })]);
      const [entry] = await library.media.entries([film.nodeId, 4711]);
      assert.deepEqual(entry, {
        nodeId: film.nodeId,
        parentId: FILMS,
        kind: 'video',
        name: 'Ärger & <Söhne>.mkv',
        title: 'Ärger & <Söhne>',
        year: undefined,
        addedAtMs: 5,
        modifiedAtMs: 6,
        content: { ...more, coverId: 78 },
        folderCoverId: undefined,
        facts: undefined,
        isRead: false,
        childCount: 0,
        updateId: 0,
      });
      const [films] = await library.media.entries([FILMS]);
      const { childCount, content, folderCoverId, kind, isRead } = films!;
      assert.deepEqual(
        { childCount, content, folderCoverId, kind, isRead },
        {
          isRead: true,
          childCount: 2,
          content: undefined,
          folderCoverId: 78,
          kind: 'folder',
        },
      );
      await library.update([{ ...film, content: { ...film.content!, coverId: 79 } }]);
      assert.equal((await library.media.entries([film.nodeId]))[0]?.content?.coverId, 79);
    });

    it('looks below a folder, and for all of a kind or a year', async () => {
      await library.update([
        library.piece(FILMS, 'Old (1927).mp4'),
        library.piece(SHOWS, 'Alien (1979).mp4'),
        library.piece(SHOWS, 'Unknown.mp4'),
        library.piece(SHOWS, 'Song.mp3', { kind: 'audio' }),
        library.piece(ROOT, 'Picture.jpg', { kind: 'image' }),
      ]);
      assert.deepEqual(await library.names({ scope: { below: SHOWS } }), [
        'Alien (1979).mp4',
        'Song.mp3',
        'Unknown.mp4',
      ]);
      assert.deepEqual((await library.names({ scope: { below: ROOT } })).toSorted(), [
        'Alien (1979).mp4',
        'Films',
        'Old (1927).mp4',
        'Picture.jpg',
        'Shows',
        'Song.mp3',
        'Unknown.mp4',
      ]);
      const video = { kind: 'video' } as const;
      assert.deepEqual(await library.names({ scope: video }), ['Alien (1979).mp4', 'Old (1927).mp4', 'Unknown.mp4']);
      assert.deepEqual(await library.names({ scope: { ...video, year: 1979 } }), ['Alien (1979).mp4']);
      assert.deepEqual(await library.names({ scope: { ...video, year: null } }), ['Unknown.mp4']);
      assert.deepEqual(await library.media.years('video'), [
        { year: 1979, count: 1 },
        { year: 1927, count: 1 },
        { year: null, count: 1 },
      ]);
      assert.deepEqual(await library.media.counts(), { folder: 3, video: 3, audio: 1, image: 1 });
    });

    it('goes round no circle for ever', async () => {
      await library.update([folder(FILMS, SHOWS, 'Films')]);
      assert.deepEqual(await library.names({ scope: { below: FILMS } }), ['Films', 'Shows']);
    });

    it('sorts as asked, what is alike by title, then by id', async () => {
      const rows = [
        library.piece(FILMS, 'b 10.mp4', { addedAtMs: 3 }),
        library.piece(FILMS, 'B 9.mp4', { addedAtMs: 3 }),
        library.piece(FILMS, 'ä.mp4', { addedAtMs: 1 }),
        library.piece(FILMS, 'Z.mp3', { addedAtMs: 2, kind: 'audio' }),
      ];
      await library.update([...rows, library.piece(FILMS, 'b 10.mkv', { addedAtMs: 3 })]);
      const sorted = (by: 'kind' | 'title' | 'added', isDescending = false) =>
        library.names({ order: [{ by, isDescending }] });
      assert.deepEqual(await sorted('title'), ['ä.mp4', 'B 9.mp4', 'b 10.mp4', 'b 10.mkv', 'Shows', 'Z.mp3']);
      assert.deepEqual(await sorted('title', true), ['Z.mp3', 'Shows', 'b 10.mp4', 'b 10.mkv', 'B 9.mp4', 'ä.mp4']);
      assert.deepEqual(await sorted('kind'), ['Shows', 'ä.mp4', 'B 9.mp4', 'b 10.mp4', 'b 10.mkv', 'Z.mp3']);
      assert.deepEqual(await sorted('added', true), ['B 9.mp4', 'b 10.mp4', 'b 10.mkv', 'Z.mp3', 'ä.mp4', 'Shows']);
    });

    it('sorts music by what its tags say', async () => {
      await library.track(SHOWS, 'one.mp3', { artist: 'Álvaro', album: 'Vol 10', track: 1, title: 'x' });
      await library.track(SHOWS, 'two.mp3', { artist: 'alvaro', album: 'Vol 9', track: 12, title: 'y' });
      await library.track(SHOWS, 'three.mp3', {
        artist: 'Béla',
        album: 'Vol 9',
        track: 2,
        title: 'z',
        durationMs: 5.5,
      });
      await library.track(SHOWS, 'four.mp3', {});
      const by = (...order: ('artist' | 'album' | 'track' | 'duration')[]) =>
        library.names({ scope: { kind: 'audio' }, order: order.map((each) => ({ by: each, isDescending: false })) });
      assert.deepEqual(await by('artist', 'album'), ['four.mp3', 'two.mp3', 'one.mp3', 'three.mp3']);
      assert.deepEqual(await by('album', 'track'), ['four.mp3', 'three.mp3', 'two.mp3', 'one.mp3']);
      const longest = await library.names({ scope: { below: SHOWS }, order: [{ by: 'duration', isDescending: true }] });
      assert.equal(longest[0], 'three.mp3');
      const groups = async (field: 'artist' | 'album') =>
        (await library.media.groups(field)).map(({ name, count }) => [name.toLowerCase().replace('á', 'a'), count]);
      assert.deepEqual(await groups('artist'), [
        ['alvaro', 2],
        ['béla', 1],
      ]);
      assert.deepEqual(await groups('album'), [
        ['vol 9', 2],
        ['vol 10', 1],
      ]);
    });

    it('raises update ids for what changed, and for nothing else', async () => {
      const film = library.piece(SHOWS, 'film.mp4');
      const before = (await library.media.state()).updateId;
      const nothing = { updateId: before, folders: [] };
      assert.deepEqual(await library.update(TREE), nothing);
      assert.deepEqual(await library.update([], [4711]), nothing);
      const one = before + 1;
      assert.deepEqual(await library.update([film]), { updateId: one, folders: [{ nodeId: SHOWS, updateId: one }] });
      assert.deepEqual(
        (await library.updateIds()).map((id) => id === one),
        [false, false, true],
      );
      assert.deepEqual(await library.update([{ ...film, addedAtMs: 99 }]), { updateId: one, folders: [] });
      assert.equal((await library.media.entries([film.nodeId]))[0]?.addedAtMs, 1);

      const content = { ...film.content!, subtitlesId: 5 };
      assert.equal((await library.update([{ ...film, content }])).updateId, before + 2);
      const moved = await library.update([{ ...film, content, parentId: ROOT }]);
      assert.deepEqual(
        moved.folders.map(({ nodeId }) => nodeId),
        [ROOT, SHOWS],
      );
      const renamed = await library.update([folder(SHOWS, FILMS, 'Series')]);
      assert.deepEqual(
        renamed.folders.map(({ nodeId }) => nodeId),
        [FILMS],
      );
      const covered = await library.update([folder(SHOWS, FILMS, 'Series', { folderCoverId: 3 })]);
      assert.deepEqual(
        covered.folders.map(({ nodeId }) => nodeId),
        [FILMS, SHOWS],
      );
      const removed = await library.update([], [film.nodeId, SHOWS]);
      assert.deepEqual(
        removed.folders.map(({ nodeId }) => nodeId),
        [ROOT, FILMS],
      );
      assert.deepEqual(await library.updateIds(), [removed.updateId, removed.updateId, 0]);
      assert.equal((await library.media.state()).updateId, removed.updateId);
    });

    it('takes what comes twice for what it was last', async () => {
      const film = library.piece(SHOWS, 'film.mp4');
      for (const name of ['renamed.mp4', 'again.mp4']) {
        await library.update([film, { ...film, name, parentId: FILMS }], [film.nodeId]);
        assert.deepEqual(await library.names({ scope: { kind: 'video' } }), [name]);
      }
    });

    it('keeps where it is, over a restart', async () => {
      assert.equal((await library.media.state()).position, undefined);
      const { updateId } = await library.media.state();
      await world.store.run('updateMediaLibrary', { put: [], removed: [], position: { rev: 7, seq: 2 } });
      await library.update([]);
      await world.reopen();
      assert.deepEqual(await library.media.state(), { updateId, position: { rev: 7, seq: 2 } });
    });

    it('takes no revision of the tree', async () => {
      const before = await world.store.changes.positions([world.home.id, world.shared.id]);
      await library.update([library.piece(SHOWS, 'film.mp4')]);
      assert.deepEqual(await world.store.changes.positions([world.home.id, world.shared.id]), before);
    });

    it('knows whose content nobody has looked into, the newest first', async () => {
      const [one, two] = [library.piece(SHOWS, 'one.mp4'), library.piece(SHOWS, 'two.mp4', { addedAtMs: 2 })];
      const copy = { ...library.piece(FILMS, 'copy.mp4'), content: one.content };
      await library.update([one, two, copy]);
      const unread = async (limit = 10) => (await library.media.unread(limit)).map(({ blobId }) => blobId);
      assert.deepEqual(await unread(), [two.content!.blobId, one.content!.blobId]);
      assert.deepEqual(await unread(1), [two.content!.blobId]);
      const song = await library.track(SHOWS, 'song.mp3', {});
      const mute = await library.track(SHOWS, 'mute.mp3', {});
      await library.facts(mute.content!.blobId, undefined);
      assert.equal((await unread()).length, 2);
      await library.update([{ ...song, content: { ...song.content!, blobId: 'another' } }]);
      assert.ok((await unread()).includes('another'));
    });

    it('shows of a content what is so of the kind that its name tells, also under its next name', async () => {
      const film = await library.track(SHOWS, 'cat.gif', { container: 'mp4', durationMs: 5000 });
      const still = await library.track(SHOWS, 'still.mp4', { container: 'gif', width: 10 });
      const read = async ({ nodeId }: MediaRow) => (await library.media.entries([nodeId]))[0]!;
      await library.update([
        { ...film, kind: 'image' },
        { ...still, kind: 'video' },
      ]);
      for (const row of [film, still]) assert.equal((await read(row)).facts, undefined);
      assert.equal((await read(film)).isRead, true);
      await library.update([
        { ...film, kind: 'video', name: 'cat.mp4' },
        { ...still, kind: 'image', name: 'still.gif' },
      ]);
      assert.equal((await read(film)).facts?.durationMs, 5000);
      assert.equal((await read(still)).facts?.width, 10);
    });

    it('shows what is known of a content wherever it is, and tells the folders of it', async () => {
      const song = await library.track(SHOWS, '07 song.mp3', { durationMs: 1234.5, frameRate: 23.976, bitrateBps: 5 });
      const copy = { ...library.piece(FILMS, 'copy.mp3', { kind: 'audio' }), content: song.content };
      await library.update([copy]);
      const read = async ({ nodeId }: MediaRow) => (await library.media.entries([nodeId]))[0];
      const { durationMs, frameRate } = (await read(copy))!.facts!;
      assert.deepEqual([durationMs, frameRate], [1234.5, 23.976]);

      const { blobId } = song.content!;
      const facts = { title: 'The Song', year: 1999 };
      const told = await library.facts(blobId, facts);
      assert.deepEqual(
        told.folders.map(({ nodeId }) => nodeId),
        [FILMS, SHOWS],
      );
      assert.deepEqual(await library.facts(blobId, facts), { updateId: told.updateId, folders: [] });
      const { title, year } = (await read(song))!;
      assert.deepEqual({ title, year }, { title: 'The Song', year: 1999 });
      assert.deepEqual(await library.names({ scope: { kind: 'audio', year: 1999 } }), ['07 song.mp3', 'copy.mp3']);

      await library.facts(blobId, undefined);
      assert.equal((await read(song))?.facts, undefined);
      assert.equal((await read(song))?.title, 'song');
      assert.equal((await read(song))?.isRead, true);
      const before = await library.media.state();
      assert.deepEqual((await library.facts('unknown', facts)).folders, []);
      assert.deepEqual(await library.media.state(), before);
      const later = library.piece(SHOWS, 'later.mp3', { kind: 'audio' });
      await library.update([{ ...later, content: { ...later.content!, blobId: 'unknown' } }]);
      assert.equal((await read(later))?.title, 'later');
    });

    it('knows what is said of a content that comes back', async () => {
      const song = await library.track(SHOWS, 'song.mp3', { title: 'The Song' });
      await library.update([], [song.nodeId]);
      await library.update([song]);
      const [entry] = await library.media.entries([song.nodeId]);
      assert.equal(entry?.title, 'The Song');
      assert.deepEqual(await library.media.unread(10), []);
    });

    it('keeps what televisions noted, of entries that there are', async () => {
      const [one, two] = [library.piece(SHOWS, 'one.mp4'), library.piece(SHOWS, 'two.mp4')];
      await library.update([one, two]);
      const note = (nodeId: number, positionMs: number) => world.store.run('noteBookmark', { nodeId, positionMs });
      await note(one.nodeId, 5000);
      await note(one.nodeId, 6000);
      await note(two.nodeId, 7000);
      await note(4711, 1);
      const read = () => library.media.bookmarks([one.nodeId, two.nodeId, 4711]);
      assert.deepEqual(
        await read(),
        new Map([
          [one.nodeId, 6000],
          [two.nodeId, 7000],
        ]),
      );
      await note(one.nodeId, 0);
      assert.deepEqual(await read(), new Map([[two.nodeId, 7000]]));
    });

    it('loses with a file and a content for good what is kept of them', async () => {
      const song = await library.track(SHOWS, 'song.mp3', { title: 'The Song' });
      await world.store.run('noteBookmark', { nodeId: song.nodeId, positionMs: 5 });
      await world.trash(song.nodeId);
      await world.purge(song.nodeId);
      assert.deepEqual(await library.media.entries([song.nodeId]), []);
      assert.equal((await library.media.bookmarks([song.nodeId])).size, 0);
      const { dead } = await world.store.run('collectBlobs', { beforeMs: world.now + 1, limit: 10 });
      await world.store.run('forgetBlobs', { blobIds: dead.map(({ blobId }) => blobId) });
      const other = library.piece(SHOWS, 'other.mp3', { kind: 'audio' });
      await library.update([{ ...other, content: song.content }]);
      assert.equal((await library.media.entries([other.nodeId]))[0]?.title, 'other');
    });

    it('finds what is in a folder, and what has none', async () => {
      const film = library.piece(FILMS, 'film.mp4');
      await library.update([film]);
      const members = (after: number, limit: number) => library.media.members(FILMS, { after, limit });
      const inner = { nodeId: SHOWS, isFolder: true };
      const own = { nodeId: film.nodeId, isFolder: false };
      assert.deepEqual(await members(0, 10), [inner, own]);
      assert.deepEqual(await members(0, 1), [inner]);
      assert.deepEqual(await members(SHOWS, 1), [own]);
      assert.deepEqual(await members(film.nodeId, 1), []);
      assert.deepEqual(await library.media.strayIds(10), []);
      await library.update([], [FILMS]);
      assert.deepEqual((await library.media.strayIds(10)).toSorted(), [SHOWS, film.nodeId].toSorted());
      assert.equal((await library.media.strayIds(1)).length, 1);
    });

    it('takes names and titles of any length and script', async () => {
      const long = ['ﷺ'.repeat(80), '😀'.repeat(62), 'x'.repeat(250), '1'.repeat(250)].map((name) =>
        library.piece(SHOWS, `${name}.mp4`),
      );
      await library.update(long);
      const song = await library.track(SHOWS, 'song.mp3', { title: 'ﷺ'.repeat(1000), artist: '漢'.repeat(2000) });
      assert.equal((await library.names({ scope: { in: SHOWS } })).length, 5);
      const [entry] = await library.media.entries([song.nodeId]);
      assert.ok(entry!.title.length > 300 && entry!.title.isWellFormed());
    });

    it('takes numbers of any kind', async () => {
      const odd = { year: NaN, track: 1e300, durationMs: Infinity };
      const song = await library.track(SHOWS, 'song.mp3', odd);
      await library.facts(song.content!.blobId, { year: 1999.5 });
      assert.deepEqual(await library.names({ scope: { kind: 'audio', year: 2000 } }), ['song.mp3']);
    });
  });
}
