import assert from 'node:assert/strict';
import { ControlWorld, idsOf, LG, SAMSUNG, SAMSUNG_Q, titlesOf } from '../control-world.ts';

describe('Browse', () => {
  let world: ControlWorld;
  let root: string;
  let folder: number;
  let film: number;
  before(async () => {
    world = await ControlWorld.open();
    root = `f${await world.context.library.rootId()}`;
    folder = await world.addFolder('Old');
    film = await world.add('Old/Part 10.mkv', 'video/x-matroska', {
      ...{ container: 'matroska', durationMs: 3_723_045, bitrateBps: 8_000_000, width: 1920, height: 800 },
      ...{ videoCodec: 'h264', audioCodec: 'ac3', audioChannels: 6, sampleRateHz: 48_000 },
    });
    await world.add('Old/Part 10.srt', 'application/x-subrip');
    await world.add('Old/Part 2.mp4', 'video/mp4');
    await world.add('Bunny & <Friends> é 🐇.avi', 'video/x-msvideo', { container: 'avi' });
    await world.add('Song.mp3', 'audio/mpeg', {
      ...{ container: 'mp3', audioCodec: 'mp3', audioChannels: 2, sampleRateHz: 44_100, durationMs: 61_000 },
      ...{ title: 'A song', artist: 'Ann \u0001& Co', album: 'First', genre: 'Folk', track: 3, year: 1999 },
    });
    await world.add('Sun.jpg', 'image/jpeg', { container: 'jpeg', width: 640, height: 480 });
  });
  after(() => world.close());

  it('has a root before the library has been looked through', async () => {
    const young = await ControlWorld.open();
    assert.deepEqual((await young.browse('0')).objects, []);
    assert.equal((await young.metadata('0')).attributes['childCount'], '0');
    await young.close();
  });

  it('shows the folders and what there is something of', async () => {
    const page = await world.browse('0');
    assert.deepEqual(idsOf(page), [root, 'recent', 'titles', 'years', 'music', 'pictures']);
    assert.deepEqual(
      page.objects.map(({ attributes }) => [
        attributes['parentID'],
        attributes['restricted'],
        attributes['childCount'],
      ]),
      [4, 3, 3, 1, 3, 1].map((count) => ['0', '1', String(count)]),
    );
    const { attributes, properties } = await world.metadata('0');
    assert.deepEqual([attributes['id'], attributes['parentID'], attributes['childCount']], ['0', '-1', '6']);
    assert.equal(properties['dc:title'], 'Films & more');
  });

  it('has folders first, numbers by their value, and names as they are', async () => {
    assert.deepEqual(titlesOf(await world.browse(root)), ['Old', 'Bunny & <Friends> é 🐇', 'A song', 'Sun']);
    assert.deepEqual(titlesOf(await world.browse(`f${folder}`)), ['Part 2', 'Part 10']);
  });

  it('refers to pieces in the views', async () => {
    const { objects } = await world.browse('titles');
    const { attributes } = objects.at(-1)!;
    assert.deepEqual(attributes, { id: `titles/i${film}`, parentID: 'titles', refID: `i${film}`, restricted: '1' });
    assert.equal((await world.metadata(`titles/i${film}`)).attributes['refID'], `i${film}`);
    const { attributes: own } = await world.metadata(`i${film}`);
    assert.deepEqual(own, { id: `i${film}`, parentID: `f${folder}`, restricted: '1' });
  });

  it('has what each container says of itself, all the way down', async () => {
    const walk = async (id: string): Promise<number> => {
      const { objects, total } = await world.browse(id);
      let seen = 1;
      for (const { type, attributes } of objects) {
        assert.equal(attributes['parentID'], id);
        const metadata = await world.metadata(attributes['id']!);
        assert.deepEqual(metadata.attributes, attributes);
        if (type === 'container') seen += await walk(attributes['id']!);
      }
      assert.equal((await world.metadata(id)).attributes['childCount'], String(total));
      return seen;
    };
    assert.equal(await walk('0'), 14);
  });

  it('groups music by album and artist', async () => {
    const [album] = (await world.browse('music/albums')).objects;
    assert.equal(album?.properties['upnp:class'], 'object.container.album.musicAlbum');
    assert.deepEqual(titlesOf(await world.browse(album.attributes['id']!)), ['A song']);
    const [artist] = (await world.browse('music/artists')).objects;
    assert.equal(artist?.properties['dc:title'], 'Ann \uFFFD& Co');
    const { objects } = await world.browse(artist.attributes['id']!);
    assert.equal((await world.metadata(objects[0]!.attributes['id']!)).properties['dc:title'], 'A song');
    const args = { ObjectID: `${artist.attributes['id']}/i${film}`, BrowseFlag: 'BrowseMetadata' };
    const whole = { Filter: '*', StartingIndex: 0, RequestedCount: 0, SortCriteria: '' };
    assert.deepEqual(await world.call('content-directory', 'Browse', { ...args, ...whole }), { fault: 701 });
    const { 'upnp:albumArtURI': _, ...properties } = objects[0]!.properties;
    assert.deepEqual(properties, {
      ...{ 'dc:title': 'A song', 'upnp:class': 'object.item.audioItem.musicTrack', 'dc:date': '1999-01-01' },
      ...{ 'dc:creator': 'Ann \uFFFD& Co', 'upnp:artist': 'Ann \uFFFD& Co', 'upnp:album': 'First' },
      ...{ 'upnp:genre': 'Folk', 'upnp:originalTrackNumber': '3' },
    });
    assert.match(
      objects[0]!.resources[0]!.attributes['protocolInfo']!,
      /^http-get:\*:audio\/mpeg:DLNA.ORG_PN=MP3;DLNA/,
    );
  });

  it('pages exactly', async () => {
    const all = idsOf(await world.browse(root));
    for (const [start, count] of [
      [0, 1],
      [1, 2],
      [3, 5],
      [4, 1],
      [9, 0],
      [0, 4_294_967_295],
      [4_294_967_295, 4_294_967_295],
    ] as const) {
      const page = await world.browse(root, { StartingIndex: start, RequestedCount: count });
      const end = count === 0 ? undefined : start + count;
      assert.deepEqual([idsOf(page), page.total], [all.slice(start, end), 4], `${start} ${count}`);
    }
  });

  it('sorts as it is asked to, and passes over what nobody can sort by', async () => {
    const sorted = async (order: string): Promise<string[]> =>
      titlesOf(await world.browse(root, { SortCriteria: order }));
    assert.deepEqual(await sorted('+dc:title'), ['A song', 'Bunny & <Friends> é 🐇', 'Old', 'Sun']);
    assert.deepEqual(await sorted('-dc:title'), ['Sun', 'Old', 'Bunny & <Friends> é 🐇', 'A song']);
    assert.deepEqual(await sorted('-upnp:class, dc:title'), ['Sun', 'A song', 'Bunny & <Friends> é 🐇', 'Old']);
    assert.equal((await sorted('+upnp:rating,+foo:bar@baz')).length, 4);
    const containers = titlesOf(await world.browse('0', { SortCriteria: '-dc:title' }));
    assert.deepEqual(containers, [...containers].sort().reverse());
  });

  it('gives what was asked for, and what must be', async () => {
    const only = async (filter: string) => world.metadata(`i${film}`, filter);
    const { properties, resources } = await only('dc:title');
    assert.deepEqual([Object.keys(properties), resources], [['dc:title', 'upnp:class'], []]);
    assert.deepEqual(await only(''), await only('*'));
    const sized = (await only('res@size')).resources[0]!;
    assert.deepEqual(Object.keys(sized.attributes), ['protocolInfo', 'size']);
    assert.deepEqual(Object.keys((await only('res')).resources[0]!.attributes), ['protocolInfo']);
    assert.deepEqual(Object.keys((await only('nothing:known,upnp:albumArtURI')).properties), [
      ...['dc:title', 'upnp:class', 'upnp:albumArtURI'],
    ]);
    const { attributes } = await world.metadata(`f${folder}`, 'dc:title');
    assert.deepEqual(Object.keys(attributes), ['id', 'parentID', 'restricted']);
    assert.equal((await world.metadata(`f${folder}`, '@childCount')).attributes['childCount'], '2');
  });

  it('shows the picture that stands for a folder', async () => {
    const pictured = await world.addFolder('Pictured');
    assert.equal((await world.metadata(`f${pictured}`)).properties['upnp:albumArtURI'], undefined);
    await world.add('Pictured/folder.jpg', 'image/jpeg');
    const { properties } = await world.metadata(`f${pictured}`);
    assert.match(properties['upnp:albumArtURI']!, new RegExp(`/thumbnails/${pictured}-[\\w-]+\\.jpg$`));
    assert.deepEqual((await world.browse(`f${pictured}`)).objects, []);
  });

  it('tells all of a film', async () => {
    const { resources, properties } = await world.metadata(`i${film}`);
    const [{ attributes, address } = assert.fail()] = resources;
    assert.deepEqual(attributes, {
      protocolInfo:
        'http-get:*:video/x-matroska:DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000',
      size: String(Buffer.byteLength('what is in Old/Part 10.mkv')),
      ...{ duration: '1:02:03.045', bitrate: '1000000', sampleFrequency: '48000', nrAudioChannels: '6' },
      resolution: '1920x800',
    });
    assert.match(address, /^http:\/\/192\.168\.7\.1:8200\/media\/[\x21-\x7e]+\.mkv$/);
    assert.match(properties['upnp:albumArtURI']!, /^http:\/\/192\.168\.7\.1:8200\/thumbnails\/[\w-]+\.jpg$/);
  });

  it('is XML whatever somebody stored as a type', async () => {
    const id = await world.add('Pictured/odd.zzz', 'image/a&b');
    const { resources } = await world.metadata(`i${id}`);
    assert.match(resources[0]?.attributes['protocolInfo'] ?? '', /^http-get:\*:image\/a&b:DLNA/);
  });

  it('offers subtitles as each set wants them', async () => {
    const at = async (userAgent: string) => world.metadata(`i${film}`, '*', userAgent);
    const infos = ({ resources }: { resources: readonly { attributes: Readonly<Record<string, string>> }[] }) =>
      resources.map(({ attributes }) => attributes['protocolInfo']!.split(':')[2]);
    const lg = await at(LG);
    assert.deepEqual(infos(lg), ['video/x-matroska', 'text/srt']);
    assert.equal(lg.properties['dc:title'], 'Part 10.');
    assert.equal(lg.properties['sec:CaptionInfoEx'], undefined);
    const samsung = await at(SAMSUNG);
    assert.deepEqual(infos(samsung), ['video/x-mkv']);
    assert.match(samsung.properties['sec:CaptionInfoEx']!, /\/subtitles\/[\w-]+\.srt$/);
    assert.equal(samsung.properties['sec:CaptionInfo'], samsung.properties['sec:CaptionInfoEx']);
    assert.deepEqual(infos(await at('SEC_HHP_[PC]LPC001/1.0')), ['video/x-matroska', 'text/srt']);
    assert.deepEqual(infos(await at('Linux/4.9 UPnP/1.0 Sony-BDV/2.0')), ['video/x-matroska']);
  });

  it('keeps where a Samsung set stopped, in its own unit', async () => {
    const noted = async (PosSecond: number, userAgent: string) =>
      world.call('content-directory', 'X_SetBookmark', { ObjectID: `titles/i${film}`, PosSecond }, userAgent);
    const told = async (userAgent: string) =>
      (await world.metadata(`i${film}`, '*', userAgent)).properties['sec:dcmInfo'];
    assert.equal(await told(SAMSUNG), 'CREATIONDATE=0,FOLDER=Part 10,BM=0');
    assert.deepEqual(await noted(754, SAMSUNG), {});
    assert.match((await told(SAMSUNG))!, /,BM=754$/);
    assert.match((await told(SAMSUNG_Q))!, /,BM=754000$/);
    await noted(60_000, SAMSUNG_Q);
    assert.match((await told(SAMSUNG))!, /,BM=60$/);
    // Past the end in seconds, hence milliseconds.
    await noted(120_000, SAMSUNG);
    assert.match((await told(SAMSUNG))!, /,BM=120$/);
    assert.equal(await told(LG), undefined);
  });

  it('shares positions with the viewer whose set it is', async () => {
    world.viewer = world.test.as('ben');
    await world.call('content-directory', 'X_SetBookmark', { ObjectID: `i${film}`, PosSecond: 600 }, SAMSUNG);
    const kept = await world.test.core.store.positions.get(world.viewer.userId, film);
    assert.equal(kept?.positionMs, 600_000);
    world.viewer = undefined;
    assert.doesNotMatch((await world.metadata(`i${film}`, '*', SAMSUNG)).properties['sec:dcmInfo']!, /BM=600$/);
  });

  it('declares the namespaces that it uses', async () => {
    const { didl } = await world.browse('0');
    assert.doesNotMatch(didl, /xmlns:(?:sec|dlna)/);
    assert.match((await world.browse(`f${folder}`, {}, SAMSUNG)).didl, /xmlns:sec="http:\/\/www\.sec\.co\.kr\/"/);
  });

  it('raises the update id of a folder, and of the library, when something changes', async () => {
    const before = await world.browse(`f${folder}`);
    const system = await world.call('content-directory', 'GetSystemUpdateID');
    await world.add('Old/Part 3.mp4', 'video/mp4');
    assert.ok((await world.browse(`f${folder}`)).updateId > before.updateId);
    assert.notDeepEqual(await world.call('content-directory', 'GetSystemUpdateID'), system);
  });
});
