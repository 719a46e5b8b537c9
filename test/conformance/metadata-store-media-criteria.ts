import assert from 'node:assert/strict';
import type { MediaCriterion } from '../../src/core/ports/media-library.ts';
import { FILMS, MediaWorld, SHOWS, TREE } from './metadata-store-media-world.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

/** What televisions search for. */
export function describeMediaCriteria(prepare: () => Promise<Backend>): void {
  describe('searching for televisions', () => {
    let world: World;
    let library: MediaWorld;
    beforeEach(async () => {
      world = await World.open(await prepare());
      library = new MediaWorld(world);
      await library.update(TREE);
    });
    afterEach(() => world.backend.remove());

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
      ['everything with nothing in it', text('title', 'contains', ''), ['Shows', 'bunny', 'percent', 'song', 'tokyo']],
      ['an artist', text('artist', 'contains', 'bela'), ['song']],
      ['an album', text('album', 'is', 'VOL. 1'), ['song']],
      ['a genre', text('genre', 'starts', 'folk'), ['song']],
      ['what has an artist', text('artist', 'there'), ['song']],
      ['what has none', { not: text('artist', 'there') }, ['Shows', 'bunny', 'percent', 'tokyo']],
      ['what has no such artist', { not: text('artist', 'contains', 'bela') }, ['Shows', 'bunny', 'percent', 'tokyo']],
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

    it('finds what is asked for', async () => {
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

    it('finds nothing for who asks for too much at once', async () => {
      const many = Array.from({ length: 200 }, () => text('title', 'contains', 'x'));
      await assertFails(library.page({ criterion: { any: many } }), 'too-large');
    });
  });
}
