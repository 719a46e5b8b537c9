import assert from 'node:assert/strict';
import type { MediaFacts } from '../../src/core/media/facts.ts';
import type { MediaCriterion, MediaQuery, MediaRow, MediaUpdate } from '../../src/core/ports/media-library.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

/** Ids of folders; what lies in them has ids of its own. */
const ROOT = 9000;
const FILMS = 9001;
const SHOWS = 9002;

const NO_FACTS: MediaFacts = {
  container: undefined,
  durationMs: undefined,
  bitrateBps: undefined,
  width: undefined,
  height: undefined,
  videoCodec: undefined,
  videoProfile: undefined,
  bitDepth: undefined,
  frameRate: undefined,
  audioCodec: undefined,
  audioChannels: undefined,
  sampleRateHz: undefined,
  title: undefined,
  artist: undefined,
  album: undefined,
  genre: undefined,
  year: undefined,
  track: undefined,
};

function folder(nodeId: number, parentId: number, name: string, more: Partial<MediaRow> = {}): MediaRow {
  const times = { addedAtMs: 1, modifiedAtMs: 1 };
  return { nodeId, parentId, kind: 'folder', name, ...times, content: undefined, folderCoverId: undefined, ...more };
}

const TREE = [folder(ROOT, 0, 'Movies'), folder(FILMS, ROOT, 'Films'), folder(SHOWS, FILMS, 'Shows')];

class MediaWorld {
  readonly world: World;
  #lastId = 9100;

  constructor(world: World) {
    this.world = world;
  }

  get media() {
    return this.world.store.media;
  }

  update(put: readonly MediaRow[], removed: readonly number[] = []): Promise<MediaUpdate> {
    return this.world.store.run('updateMediaLibrary', { put, removed, position: undefined });
  }

  facts(blobId: string, facts: Partial<MediaFacts> | undefined): Promise<MediaUpdate> {
    const all = facts && { ...NO_FACTS, ...facts };
    return this.world.store.run('recordMediaFacts', { blobId, facts: all, nowMs: this.world.now });
  }

  /** A film, unless another kind is said. Its content is nobody's. */
  piece(parentId: number, name: string, { content, ...more }: Partial<MediaRow> = {}): MediaRow {
    const nodeId = (this.#lastId += 1);
    const own = {
      blobId: `blob ${nodeId}`,
      sizeBytes: 10,
      mediaType: 'video/mp4',
      subtitlesId: undefined,
      coverId: undefined,
      ...content,
    };
    const times = { addedAtMs: 1, modifiedAtMs: 1 };
    return { nodeId, parentId, kind: 'video', name, ...times, content: own, folderCoverId: undefined, ...more };
  }

  /** Music whose content is there, so that something can be known of it. */
  async track(parentId: number, name: string, facts: Partial<MediaFacts>): Promise<MediaRow> {
    const blob = this.world.blob(10);
    const { nodeId } = await this.world.put(this.world.root, `${this.world.unique()}.mp3`, 10, { blob });
    const piece = this.piece(parentId, name, { kind: 'audio' });
    const row = { ...piece, nodeId, content: { ...piece.content!, blobId: blob.id } };
    await this.update([row]);
    await this.facts(blob.id, facts);
    return row;
  }

  async page(query: Partial<MediaQuery>): Promise<{ names: string[]; total: number }> {
    const all = { scope: { in: FILMS }, order: [], offset: 0, limit: 1000, ...query };
    const { entries, total } = await this.media.list(all);
    return { names: entries.map(({ name }) => name), total };
  }

  async names(query: Partial<MediaQuery> = {}): Promise<string[]> {
    const { names, total } = await this.page(query);
    assert.equal(names.length, total);
    return names;
  }

  /** Of the folders. */
  async updateIds(): Promise<number[]> {
    const found = await this.media.entries([ROOT, FILMS, SHOWS]);
    return [ROOT, FILMS, SHOWS].map((id) => found.find(({ nodeId }) => nodeId === id)?.updateId ?? 0);
  }
}

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
        childCount: 0,
        updateId: 0,
      });
      const [films] = await library.media.entries([FILMS]);
      const { childCount, content, folderCoverId, kind } = films!;
      assert.deepEqual(
        { childCount, content, folderCoverId, kind },
        {
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

    describe('finds', () => {
      const text = (
        field: 'title' | 'artist' | 'album' | 'genre',
        how: 'is' | 'contains' | 'starts' | 'there',
        value = '',
      ): MediaCriterion => ({ field, how, value });
      const cases: [what: string, criterion: MediaCriterion, found: string[]][] = [
        ['a whole title, whatever its case and accents', text('title', 'is', 'BUNNY & <friends> E'), ['bunny']],
        ['no part of it as the whole', text('title', 'is', 'Bunny'), []],
        ['a part of it', text('title', 'contains', '<FRIENDS>'), ['bunny']],
        ['a per cent sign', text('title', 'contains', '%'), ['percent']],
        ['a low line', text('title', 'contains', '_'), ['percent']],
        ['quotes and backslashes', text('title', 'contains', `'"\\`), ['percent']],
        ['ß as ss', text('title', 'contains', 'GROSSE STRASSE'), ['song']],
        ['other scripts', text('title', 'contains', '東京'), ['tokyo']],
        ['a beginning', text('title', 'starts', 'bun'), ['bunny']],
        ['no beginning within', text('title', 'starts', 'friends'), []],
        ['all that is called anything', text('title', 'there'), ['Shows', 'bunny', 'percent', 'song', 'tokyo']],
        [
          'everything with nothing in it',
          text('title', 'contains', ''),
          ['Shows', 'bunny', 'percent', 'song', 'tokyo'],
        ],
        ['an artist', text('artist', 'contains', 'bela'), ['song']],
        ['an album', text('album', 'is', 'VOL. 1'), ['song']],
        ['a genre', text('genre', 'starts', 'folk'), ['song']],
        ['what has an artist', text('artist', 'there'), ['song']],
        ['what has none', { not: text('artist', 'there') }, ['Shows', 'bunny', 'percent', 'tokyo']],
        [
          'what has no such artist',
          { not: text('artist', 'contains', 'bela') },
          ['Shows', 'bunny', 'percent', 'tokyo'],
        ],
        ['kinds', { kinds: ['audio', 'folder'] }, ['Shows', 'song']],
        ['no kind at all', { kinds: [] }, []],
        ['a year', { field: 'year', how: '=', value: 1953 }, ['tokyo']],
        ['years before', { field: 'year', how: '<', value: 1953 }, []],
        ['years up to', { field: 'year', how: '<=', value: 2000 }, ['tokyo']],
        ['years after', { field: 'year', how: '>', value: 1953 }, ['song']],
        ['what is not of that year', { not: { field: 'year', how: '>=', value: 1900 } }, ['Shows', 'bunny', 'percent']],
        ['either', { any: [text('title', 'starts', 'bun'), text('artist', 'there')] }, ['bunny', 'song']],
        ['both', { all: [{ kinds: ['video'] }, text('title', 'contains', 'n')] }, ['bunny', 'percent', 'tokyo']],
        ['all of nothing', { all: [] }, ['Shows', 'bunny', 'percent', 'song', 'tokyo']],
        ['any of nothing', { any: [] }, []],
        ['what is in a folder', { parentId: SHOWS }, ['tokyo']],
        ['one entry', { nodeId: SHOWS }, ['Shows']],
      ];

      it('what is asked for', async () => {
        const films = [
          library.piece(FILMS, 'Bunny & <Friends> é.mp4'),
          library.piece(FILMS, `100% sure_thing '"\\ n.mp4`),
          library.piece(SHOWS, '東京物語 Tokyo Monogatari (1953).mkv'),
        ];
        await library.update(films);
        const tags = { title: 'Große Straße', artist: 'Béla', album: 'Vol. 1', genre: 'Folk', year: 2001 };
        const song = await library.track(FILMS, 'song.mp3', tags);
        const short = new Map([
          [SHOWS, 'Shows'],
          [song.nodeId, 'song'],
          ...films.map(({ nodeId }, at) => [nodeId, ['bunny', 'percent', 'tokyo'][at]] as const),
        ]);
        for (const [what, criterion, found] of cases) {
          const { entries, total } = await library.media.list({
            scope: { below: FILMS },
            criterion,
            order: [],
            offset: 0,
            limit: 100,
          });
          assert.deepEqual(entries.map(({ nodeId }) => short.get(nodeId)).toSorted(), found, what);
          assert.equal(total, found.length, what);
        }
      });

      it('nothing for who asks for too much at once', async () => {
        const many = Array.from({ length: 200 }, () => text('title', 'contains', 'x'));
        await assertFails(library.page({ criterion: { any: many } }), 'too-large');
      });
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
      const before = await library.media.state();
      assert.deepEqual((await library.facts('unknown', facts)).folders, []);
      assert.deepEqual(await library.media.state(), before);
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
      assert.deepEqual(
        (await library.media.members(FILMS)).toSorted((a, b) => a.nodeId - b.nodeId),
        [
          { nodeId: SHOWS, isFolder: true },
          { nodeId: film.nodeId, isFolder: false },
        ],
      );
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
  });
}
