import assert from 'node:assert/strict';
import { parseSearch } from '../../../src/dlna/content-directory/search-expression.ts';
import { ControlWorld, idsOf, titlesOf } from '../control-world.ts';

const MUST_NOT = [
  '',
  ' ',
  'dc:title',
  'dc:title =',
  'dc:title = Bunny',
  'dc:title = "Bunny',
  'dc:title == "Bunny"',
  'dc:title ~ "x"',
  '= "x"',
  '"x" = dc:title',
  '(dc:title = "x"',
  'dc:title = "x")',
  '()',
  'dc:title = "x" and',
  'and dc:title = "x"',
  'dc:title = "x" or or dc:title = "y"',
  'dc:title = "x" dc:title = "y"',
  'dc:title exists perhaps',
  'dc:title exists',
  'not dc:title = "x"',
  '* and dc:title = "x"',
  'dc:title < "x"',
  'dc:date contains "1"',
  'dc:date = "yesterday"',
  '@id contains "i"',
  `${'('.repeat(40)}dc:title = "x"${')'.repeat(40)}`,
  Array.from({ length: 65 }, () => 'dc:title = "x"').join(' or '),
];

describe('Search', () => {
  let world: ControlWorld;
  let folder: number;
  let bunny: number;
  let song: number;
  before(async () => {
    world = await ControlWorld.open();
    folder = await world.addFolder('Old');
    bunny = await world.add('Bunny & <Friends> é.mp4', 'video/mp4');
    await world.add('Old/Say "Hi" or not.mkv', 'video/x-matroska');
    song = await world.add('Old/Song.mp3', 'audio/mpeg', {
      ...{ container: 'mp3', title: 'A song', artist: 'Ann', album: 'First', genre: 'Folk', year: 1999 },
    });
    await world.add('Sun.jpg', 'image/jpeg');
  });
  after(() => world.close());

  const [BUNNY, QUOTE, SONG, SUN, OLD] = ['Bunny & <Friends> é', 'Say "Hi" or not', 'A song', 'Sun', 'Old'];
  const CASES: [criteria: string, titles: (string | undefined)[]][] = [
    ['*', [SONG, BUNNY, OLD, QUOTE, SUN]],
    ['dc:title = "Bunny & <Friends> é"', [BUNNY]],
    ['dc:title="bunny & <FRIENDS> É"', [BUNNY]],
    ['dc:title contains "friend"', [BUNNY]],
    ['dc:title contains "S"', [SONG, BUNNY, QUOTE, SUN]],
    ['dc:title startsWith "s"', [QUOTE, SUN]],
    ['dc:title doesNotContain "s"', [OLD]],
    ['dc:title != "old"', [SONG, BUNNY, QUOTE, SUN]],
    ['dc:title contains "\\"Hi\\" or"', [QUOTE]],
    ['dc:title contains "%"', []],
    ['dc:title exists true', [SONG, BUNNY, OLD, QUOTE, SUN]],
    ['dc:title exists false', []],
    // Xbox and Windows Media Player
    ['(upnp:class derivedfrom "object.item.videoItem")', [BUNNY, QUOTE]],
    ['upnp:class derivedfrom "object.item.videoItem" and @refID exists false', [BUNNY, QUOTE]],
    ['upnp:class derivedfrom "object.item" and @refID exists true', []],
    ['(upnp:class = "object.container.storageFolder") and (dc:title contains "o")', [OLD]],
    ['upnp:class derivedFrom "object.item.audioItem"', [SONG]],
    ['upnp:class = "object.item"', []],
    ['upnp:class derivedfrom "object.it"', []],
    ['upnp:class != "object.item.videoItem"', [SONG, OLD, SUN]],
    ['upnp:class contains "photo" OR upnp:class = "object.item.videoItem"', [BUNNY, QUOTE, SUN]],
    // BubbleUPnP and HEOS
    [
      'upnp:class derivedfrom "object.item.audioItem" and (dc:title contains "ann" or upnp:artist contains "ann")',
      [SONG],
    ],
    // `and` binds more closely
    ['dc:title = "Sun" or dc:title = "Old" and upnp:class derivedfrom "object.item"', [SUN]],
    ['(dc:title = "Sun" or dc:title = "Old") and upnp:class derivedfrom "object.container"', [OLD]],
    ['\t( ( dc:title = "Sun" ) )\n', [SUN]],
    ['upnp:artist = "ann"', [SONG]],
    ['dc:creator exists true', [SONG]],
    ['upnp:artist exists false', [BUNNY, OLD, QUOTE, SUN]],
    // What is not there is not another, either.
    ['upnp:artist != "Ben"', [SONG]],
    ['upnp:artist doesNotContain "x"', [SONG]],
    ['upnp:genre = "folk" and upnp:album startsWith "fi"', [SONG]],
    ['dc:date = "1999-01-01"', [SONG]],
    ['dc:date >= "1999"', [SONG]],
    ['dc:date < "1999-05-01"', [SONG]],
    ['dc:date > "1999-05-01"', []],
    ['dc:date <= "1998-12-31"', []],
    ['dc:date != "2001"', [SONG]],
    ['@restricted = "1" and dc:title = "Sun"', [SUN]],
    ['res exists true', [SONG, BUNNY, QUOTE, SUN]],
    ['res@protocolInfo contains "mp4"', []],
    ['pv:numberOfThings > "3"', []],
    ['constructor = "x" or toString exists true', []],
    ['pv:numberOfThings exists false and dc:title = "Sun"', [SUN]],
  ];
  for (const [criteria, titles] of CASES) {
    it(`finds ${criteria.trim()}`, async () => {
      assert.deepEqual(titlesOf(await world.search(criteria)), titles);
    });
  }

  for (const criteria of MUST_NOT) {
    it(`answers 708 to "${criteria.slice(0, 50)}"`, async () => {
      const args = { ContainerID: '0', SearchCriteria: criteria, StartingIndex: 0, RequestedCount: 0 };
      assert.deepEqual(await world.call('content-directory', 'Search', args), { fault: 708 });
    });
  }

  it('takes a backslash for what stands before a quote or another backslash', () => {
    const wanted = { property: 'dc:title', relation: '=', value: 'a"b\\c' };
    assert.deepEqual(parseSearch('dc:title = "a\\"b\\\\c"'), wanted);
  });

  it('finds things by what they are called here', async () => {
    assert.deepEqual(idsOf(await world.search(`@id = "i${bunny}"`)), [`i${bunny}`]);
    assert.deepEqual(idsOf(await world.search(`@id = "f${folder}"`)), [`f${folder}`]);
    assert.deepEqual(idsOf(await world.search(`@id = "f${bunny}" or @id = "i${folder}" or @id = "x"`)), []);
    assert.deepEqual(titlesOf(await world.search(`@parentID = "f${folder}"`)), [SONG, QUOTE]);
  });

  it('searches below a container, folders as well as views', async () => {
    const below = async (ContainerID: string) => world.search('dc:title contains "o"', { ContainerID });
    assert.deepEqual(titlesOf(await below(`f${folder}`)), [SONG, QUOTE]);
    assert.deepEqual(titlesOf(await below('titles')), [QUOTE]);
    assert.deepEqual(idsOf(await below('music/titles')), [`music/titles/i${song}`]);
    assert.deepEqual(idsOf(await below('music')), [`i${song}`]);
    const [album] = idsOf(await world.browse('music/albums'));
    assert.deepEqual(idsOf(await below(album!)), [`${album}/i${song}`]);
    const references = await world.search(`@refID = "i${song}"`, { ContainerID: 'music/titles' });
    assert.deepEqual(idsOf(references), [`music/titles/i${song}`]);
  });

  it('finds albums and artists by their classes', async () => {
    const album = 'upnp:class derivedfrom "object.container.album"';
    const artist = 'upnp:class = "object.container.person.musicArtist"';
    assert.deepEqual(titlesOf(await world.search(`${album} and dc:title contains "FIR"`)), ['First']);
    assert.deepEqual(titlesOf(await world.search(`${artist} and dc:title contains "x"`)), []);
    assert.deepEqual(titlesOf(await world.search(artist, { ContainerID: 'music' })), ['Ann']);
    assert.deepEqual(titlesOf(await world.search(artist, { ContainerID: 'music/albums' })), []);
    const both = await world.search(`${album} or ${artist}`, { SortCriteria: '-dc:title' });
    assert.deepEqual([titlesOf(both), both.total], [['First', 'Ann'], 2]);
    const second = await world.search(`${album} or ${artist}`, { StartingIndex: 1, RequestedCount: 5 });
    assert.deepEqual([titlesOf(second), second.total], [['Ann'], 2]);
    const [id] = idsOf(both);
    assert.deepEqual(titlesOf(await world.browse(id!)), [SONG]);
  });

  it('finds nothing in what says that it cannot be searched', async () => {
    assert.equal((await world.metadata('recent')).attributes['searchable'], '0');
    assert.equal((await world.search('*', { ContainerID: 'recent' })).total, 0);
  });

  it('answers 710 for what is no container', async () => {
    for (const ContainerID of [
      'x',
      '',
      `i${bunny}`,
      `f${bunny}`,
      'f999999',
      'titles/i1',
      '-1',
      'years/1877',
      'music/albums/eA',
    ]) {
      const args = { ContainerID, SearchCriteria: '*', StartingIndex: 0, RequestedCount: 0 };
      assert.deepEqual(await world.call('content-directory', 'Search', args), { fault: 710 }, ContainerID);
    }
  });

  it('pages and sorts', async () => {
    const page = await world.search('*', { StartingIndex: 1, RequestedCount: 2, SortCriteria: '-dc:title' });
    assert.deepEqual([titlesOf(page), page.total], [[QUOTE, OLD], 5]);
  });

  it('reads criteria of 64 KB in no time', () => {
    const before = process.cpuUsage();
    assert.throws(() => parseSearch(`dc:title = "${'\\"'.repeat(32_000)}`), { code: 708 });
    assert.throws(() => parseSearch(`${' '.repeat(64_000)}(`), { code: 708 });
    assert.throws(() => parseSearch('dc:title '.repeat(7000)), { code: 708 });
    const conditions = (count: number) => Array.from({ length: count }, () => 'dc:title contains "x"').join(' or ');
    assert.doesNotThrow(() => parseSearch(conditions(24)));
    assert.throws(() => parseSearch(conditions(25)), { code: 708 });
    assert.ok(process.cpuUsage(before).user < 1_000_000);
  });
});
