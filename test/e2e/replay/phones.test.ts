import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { FolderSync, PHOTO_NAMES, PhotoSync, type Photo } from './photo-uploads.ts';
import { Phone } from './phone.ts';

/** As the libraries introduce themselves that the apps are built on. */
const IOS = 'Documents/8.19 CFNetwork/1496.0.7 Darwin/23.6.0';
const ANDROID = 'okhttp/4.12.0';
const SARDINE = 'Sardine/0.0';
const TAKEN = 1_707_733_564;

const photo = (path: string, sizeBytes = 4000, takenAtSeconds = TAKEN): Photo => ({
  path,
  content: seededBytes(path, sizeBytes),
  takenAtSeconds,
});

/**
 * What the apps of phones send beside photos is common knowledge of their libraries (Sardine, OkHttp, NSURLSession),
 * except where a test names a thread.
 */
describeOnDatabases('apps of phones, replayed', function replay(database) {
  this.timeout(120_000);
  let server: TestServer;
  let ios: Phone;
  let android: Phone;
  const open: { close(): void }[] = [];
  const kept = <T extends { close(): void }>(phone: T): T => {
    open.push(phone);
    return phone;
  };

  before(async () => {
    server = await startServer({ database });
    await server.addUser('anna', { password: 'secret-word' });
    ios = kept(new Phone(server.url, { app: IOS, user: 'anna' }));
    android = kept(new Phone(server.url, { app: ANDROID, user: 'anna' }));
  });
  after(async () => {
    for (const phone of open) phone.close();
    await server.stop();
  });

  it('connect: asked for a password first, told what there is by a PROPFIND without body, Depth or Content-Type', async () => {
    const refused = await ios.expect(401, 'PROPFIND', '/dav/', { isAnonymous: true, headers: { Depth: '0' } });
    assert.match(refused.headers['www-authenticate']!, /^Basic realm=/);
    const { headers, body } = await ios.expect(207, 'PROPFIND', '/dav', { headers: { depth: '1' } });
    assert.equal(headers['content-type'], 'application/xml; charset=utf-8');
    const [self, ...members] = parseMultistatus(body.toString());
    assert.equal(self!.isCollection, true);
    assert.ok(members.some(({ href }) => href === '/dav/Mere/'));
    await ios.expect(207, 'PROPFIND', '/dav/', { headers: { Depth: '0', 'Content-Type': 'text/plain' } });
    // Read to its end this would be the whole tree: apps ask again with Depth 1 (RFC 4918 §9.1).
    const infinite = await ios.expect(403, 'PROPFIND', '/dav/', { headers: { Depth: 'infinity' } });
    assert.match(infinite.body.toString(), /<D:propfind-finite-depth\/>/);
    await ios.expect(403, 'PROPFIND', '/dav/');
  });

  it('look whether a folder is there by HEAD, and make it with a slash at its end or without (hacdias/webdav#228)', async () => {
    const sardine = kept(new Phone(server.url, { app: SARDINE, user: 'anna' }));
    for (const target of ['/dav/111111/', '/dav/222222']) {
      await sardine.expect(404, 'HEAD', target);
      await sardine.expect(207, 'PROPFIND', '/dav/', { headers: { Depth: '1' } });
      await sardine.expect(201, 'MKCOL', target);
      assert.equal((await sardine.expect(200, 'HEAD', target)).body.length, 0);
      await sardine.expect(200, 'HEAD', target.replace(/\/?$/, '/'));
      await sardine.expect(405, 'MKCOL', target);
    }
    await sardine.expect(201, 'MOVE', '/dav/111111/', {
      headers: { Destination: `${server.url}/dav/333333/`, Overwrite: 'T' },
    });
    await sardine.expect(409, 'MKCOL', '/dav/none/nested/');
    await sardine.expect(409, 'PUT', '/dav/none/file', { body: 'x' });
  });

  it('name where to in any way of writing it, and meet nobody else there', async () => {
    const { host } = new URL(server.url);
    await android.expect(201, 'MKCOL', '/dav/moves');
    const ways = [
      '/dav/moves/%7efile%2d1.txt',
      `${server.url}/dav/moves/%7Efile-2.txt`,
      `HTTP://${host.toUpperCase()}/dav/moves/f%c3%bcr+alle.txt`,
      `https://${host}/dav//moves//doppelt.txt`,
      `http://anna:secret-word@${host}/dav/moves/mit%20%26%20ohne.txt`,
    ];
    let from = '/dav/moves/first';
    await android.expect(201, 'PUT', from, { body: 'moved' });
    for (const way of ways) {
      await android.expect(201, 'MOVE', from, { headers: { Destination: way } });
      from = /(?:\/dav)\/.*$/.exec(way)![0];
      assert.equal((await android.expect(200, 'GET', from)).body.toString(), 'moved', way);
    }
    assert.deepEqual([...(await android.list('/dav/moves/')).keys()], ['mit & ohne.txt']);
    for (const elsewhere of ['http://elsewhere.example/dav/moves/x', `${server.url}/other/x`]) {
      assert.ok(
        [403, 502].includes((await android.send('MOVE', from, { headers: { Destination: elsewhere } })).status),
      );
    }
    await android.expect(400, 'MOVE', from);
    await android.expect(201, 'PUT', '/dav/moves/there', { body: 'there' });
    await android.expect(412, 'MOVE', from, { headers: { Destination: '/dav/moves/there', Overwrite: 'F' } });
    assert.equal((await android.expect(200, 'GET', '/dav/moves/there')).body.toString(), 'there');
    await android.expect(204, 'MOVE', from, { headers: { Destination: '/dav/moves/there' } });
  });

  it('write paths with repeated slashes, in lower-case hexadecimal, and with a plus that is one', async () => {
    await ios.expect(201, 'MKCOL', '/dav//slashes');
    await ios.expect(201, 'PUT', '/dav//slashes//a+b%c3%a4.txt', { body: 'plus' });
    assert.equal((await ios.expect(200, 'GET', '/dav/slashes/a%2Bb%C3%A4.txt')).body.toString(), 'plus');
    assert.deepEqual([...(await ios.list('/dav/slashes')).keys()], ['a+bä.txt']);
    await ios.expect(404, 'GET', '/dav/slashes/a%20b%C3%A4.txt');
    await ios.expect(204, 'DELETE', '/dav//slashes/');
    await ios.expect(404, 'PROPFIND', '/dav/slashes', { headers: { Depth: '0' } });
  });

  it('wait for 100 Continue, and send nothing that would be refused', async () => {
    const body = Buffer.alloc(500_000, 'c');
    await ios.expect(201, 'PUT', '/dav/continue.bin', { headers: { Expect: '100-continue' }, body });
    const refused = { Expect: '100-continue', 'If-None-Match': '*' };
    await ios.expect(412, 'PUT', '/dav/continue.bin', { headers: refused, body });
    await ios.expect(409, 'PUT', '/dav/none/continue.bin', { headers: { Expect: '100-continue' }, body });
    assert.deepEqual((await ios.expect(200, 'GET', '/dav/continue.bin')).body, body);
  });

  it('replace only what they know, by etag and by date', async () => {
    const { headers } = await ios.expect(201, 'PUT', '/dav/note.txt', { headers: { 'If-None-Match': '*' }, body: '1' });
    const head = await ios.expect(200, 'HEAD', '/dav/note.txt');
    assert.equal(head.headers.etag, headers.etag);
    const entry = (await ios.list('/dav/')).get('note.txt')!;
    assert.equal(entry.properties.get('DAV: getetag'), headers.etag);
    await ios.expect(412, 'PUT', '/dav/note.txt', { headers: { 'If-None-Match': '*' }, body: '2' });
    const since = { 'If-Unmodified-Since': head.headers['last-modified']! };
    await ios.expect(204, 'PUT', '/dav/note.txt', { headers: { ...since, 'If-Match': headers.etag! }, body: '2' });
    await ios.expect(412, 'PUT', '/dav/note.txt', { headers: { 'If-Match': headers.etag! }, body: '3' });
    await ios.expect(412, 'DELETE', '/dav/note.txt', { headers: { 'If-Match': headers.etag! } });
    const old = { 'If-Unmodified-Since': 'Fri, 17 May 2024 18:30:12 GMT' };
    await ios.expect(412, 'PUT', '/dav/note.txt', { headers: old, body: '4' });
    assert.equal((await ios.expect(200, 'GET', '/dav/note.txt')).body.toString(), '2');
  });

  it('announce what the content hashes to, and change nothing when it does not', async () => {
    const content = 'a photo';
    const hash = (name: string, encoding: 'hex' | 'base64', of: string) => createHash(name).update(of).digest(encoding);
    const announcements = (of: string) => [
      { 'Content-MD5': hash('md5', 'base64', of) },
      { 'OC-Checksum': `SHA1:${hash('sha1', 'hex', of)}` },
      { 'OC-Checksum': `MD5:${hash('md5', 'hex', of)}` },
      { 'OC-Checksum': `SHA256:${hash('sha256', 'hex', of).toUpperCase()}` },
      { Digest: `sha=${hash('sha1', 'base64', of)}` },
      { 'Content-Digest': `sha-512=:${hash('sha512', 'base64', of)}:` },
    ];
    await android.expect(201, 'PUT', '/dav/hashed', { body: 'old' });
    for (const headers of announcements('something else')) {
      const { body } = await android.expect(400, 'PUT', '/dav/hashed', { headers, body: content });
      assert.match(body.toString(), /digest/);
      assert.equal((await android.expect(200, 'GET', '/dav/hashed')).body.toString(), 'old');
    }
    for (const headers of announcements(content))
      await android.expect(204, 'PUT', '/dav/hashed', { headers, body: content });
    await android.expect(204, 'PUT', '/dav/hashed', {
      headers: { 'OC-Checksum': 'SHA3-256:00' },
      body: 'unknown kind',
    });
  });

  it('keep the times of files: with PUT, and afterwards', async () => {
    const headers = { 'X-OC-Mtime': String(TAKEN), 'X-OC-CTime': String(TAKEN - 60), 'Content-Type': 'image/jpeg' };
    const put = await android.expect(201, 'PUT', '/dav/timed.jpg', { headers, body: 'photo' });
    assert.equal(put.headers['x-oc-mtime'], 'accepted');
    assert.equal(put.headers['x-oc-ctime'], 'accepted');
    const times = async () => {
      const { properties } = (await android.list('/dav/')).get('timed.jpg')!;
      return [properties.get('DAV: getlastmodified'), properties.get('DAV: creationdate')].map((text) =>
        Date.parse(text!),
      );
    };
    assert.deepEqual(await times(), [TAKEN * 1000, (TAKEN - 60) * 1000]);
    // rclone 1.63 and newer with vendor owncloud (its backend/webdav), and DAV:lastmodified of ownCloud.
    const change = (property: string) =>
      `<?xml version="1.0" encoding="utf-8"?><D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${property}</D:prop></D:set></D:propertyupdate>`;
    const later = change(`<lastmodified xmlns="DAV:">${TAKEN + 5}</lastmodified>`);
    const { body } = await android.expect(207, 'PROPPATCH', '/dav/timed.jpg', { body: later });
    assert.match(body.toString(), /200 OK/);
    assert.equal((await times())[0], (TAKEN + 5) * 1000);
    const protectedOne = change('<D:getlastmodified>Fri, 17 May 2024 18:30:12 GMT</D:getlastmodified>');
    const refused = await android.expect(207, 'PROPPATCH', '/dav/timed.jpg', { body: protectedOne });
    assert.match(refused.body.toString(), /403 Forbidden/);
    assert.equal((await times())[0], (TAKEN + 5) * 1000);
  });

  it('play films: a probe of two bytes, parts, the end, several parts at once', async () => {
    const film = seededBytes('film', 200_000);
    await ios.expect(201, 'PUT', '/dav/film.mp4', { headers: { 'Content-Type': 'video/mp4' }, body: film });
    const range = (value: string) => ios.expect(206, 'GET', '/dav/film.mp4', { headers: { Range: value } });
    const probe = await range('bytes=0-1');
    assert.equal(probe.headers['content-range'], 'bytes 0-1/200000');
    assert.equal(probe.headers['content-type'], 'video/mp4');
    assert.equal(probe.headers['content-encoding'], undefined);
    assert.deepEqual((await range('bytes=100000-')).body, film.subarray(100_000));
    assert.deepEqual((await range('bytes=-1000')).body, film.subarray(-1000));
    const several = await range('bytes=0-99,1000-1099');
    assert.match(several.headers['content-type']!, /^multipart\/byteranges; boundary=/);
    assert.ok(several.body.includes(film.subarray(1000, 1100)));
    await ios.expect(416, 'GET', '/dav/film.mp4', { headers: { Range: 'bytes=200000-' } });
    const head = await ios.expect(200, 'HEAD', '/dav/film.mp4');
    assert.equal(head.headers['accept-ranges'], 'bytes');
    assert.equal(head.headers['content-length'], '200000');
  });

  it('send media types that are none, or none at all, and get one that fits (owncloud/core#27368)', async () => {
    for (const [name, sent, served] of [
      ['app.properties', '|', /./],
      ['photo.jpg', undefined, /^image\/jpeg$/],
      ['photo.png', 'application/octet-stream', /^image\/png$/],
    ] as const) {
      await android.expect(201, 'PUT', `/dav/${name}`, { body: 'x', headers: sent ? { 'Content-Type': sent } : {} });
      assert.match((await android.expect(200, 'GET', `/dav/${name}`)).headers['content-type']!, served);
    }
  });

  it('keep to the connections that they have', async () => {
    const phone = kept(new Phone(server.url, { app: ANDROID, user: 'anna', connections: 1 }));
    for (let round = 0; round < 10; round += 1) {
      await phone.expect(round === 0 ? 201 : 204, 'PUT', '/dav/again', { body: String(round) });
      await phone.expect(200, 'GET', '/dav/again');
      await phone.expect(404, 'GET', '/dav/not-there');
      await phone.expect(401, 'GET', '/dav/again', { isAnonymous: true });
    }
    assert.equal(phone.connectionCount, 1);
  });

  for (const usesTemporaryNames of [true, false]) {
    const how = usesTemporaryNames ? 'by way of temporary names' : 'under their names at once';
    it(`FolderSync uploads photos ${how}, each once`, async () => {
      const folder = usesTemporaryNames ? 'Phone 1' : 'Phone 2';
      await android.expect(201, 'MKCOL', `/dav/${encodeURIComponent(folder)}/`);
      const app = new FolderSync(server.url, folder, { user: 'anna', usesTemporaryNames });
      open.push(app.phone);
      // With `.tacitpart` at its end a name must still have 255 bytes at most.
      const names = usesTemporaryNames ? PHOTO_NAMES.slice(0, -1) : PHOTO_NAMES;
      const photos = [
        ...names.map((name, index) => photo(`Camera/${name}`, 5000 + index, TAKEN + index)),
        ...names.map((name) => photo(`Bilder für Öma/${name}`)),
        photo('Camera/backup.properties'),
        photo('Camera/IMG_large.jpg', 2_000_000),
      ];
      await app.sync(photos);
      assert.equal(app.uploads, photos.length);
      await assertUploaded(folder, photos);

      await app.sync(photos);
      assert.equal(app.uploads, photos.length, 'what is there is not sent again');
      const more = [...photos, photo('Camera/IMG_new.jpg')];
      await app.sync(more);
      assert.equal(app.uploads, more.length);
      await assertUploaded(folder, more);
    });

    it(`FolderSync goes on ${how} after the network was gone`, async () => {
      const folder = usesTemporaryNames ? 'Train 1' : 'Train 2';
      await android.expect(201, 'MKCOL', `/dav/${encodeURIComponent(folder)}/`);
      const app = new FolderSync(server.url, folder, { user: 'anna', usesTemporaryNames });
      open.push(app.phone);
      const photos = [1, 2, 3].map((number) => photo(`Camera/IMG_${number}.jpg`, 900_000));
      await assert.rejects(app.sync(photos, photos[1]), /network/);
      const half = await android.list(`/dav/${encodeURIComponent(folder)}/Camera/`);
      for (const [name, { properties }] of half) assert.equal(properties.get('DAV: getcontentlength'), '900000', name);
      assert.ok(![...half.keys()].some((name) => name.includes('IMG_2')), 'half a photo is no photo');
      await app.sync(photos);
      await assertUploaded(folder, photos);
    });
  }

  it('PhotoSync transfers photos, each once, and the one that was broken off again', async () => {
    const app = new PhotoSync(server.url, 'iPhone von Anna/2024', { user: 'anna' });
    open.push(app.phone);
    await app.login();
    const photos = [
      ...PHOTO_NAMES.map((name) => photo(`Recents/${name}`)),
      photo('Recents/IMG_0001.HEIC', 1_500_000),
      photo('Favourites/IMG_0002.MOV', 3_000_000),
    ];
    await assert.rejects(app.transfer(photos, photos.at(-2)), /network/);
    assert.equal(app.uploads, photos.length - 1);
    await app.transfer(photos);
    assert.equal(app.uploads, photos.length + 1);
    await app.transfer(photos);
    assert.equal(app.uploads, photos.length + 1, 'what is there is not sent again');
    await assertUploaded('iPhone von Anna/2024', photos, 'of any time');
  });

  it('upload 200 photos at once, from two apps into one folder', async () => {
    const folderSync = new FolderSync(server.url, 'Many', { user: 'anna', usesTemporaryNames: true });
    const photoSync = new PhotoSync(server.url, 'Many', { user: 'anna' });
    open.push(folderSync.phone, photoSync.phone);
    await android.expect(201, 'MKCOL', '/dav/Many/');
    await android.expect(201, 'MKCOL', '/dav/Many/Camera/');
    const taken = Array.from({ length: 200 }, (_, index) => photo(`Camera/IMG_${index}.jpg`, 20_000 + index * 700));
    await Promise.all([folderSync.sync(taken.slice(0, 120)), photoSync.transfer(taken.slice(120))]);
    await assertUploaded('Many', taken, 'of any time');
    assert.equal(folderSync.uploads + photoSync.uploads, 200);
  });

  it('leave nothing wrong behind', async () => {
    const { code, stdout, stderr } = await server.cli(['fsck']);
    assert.equal(code, 0, stdout + stderr);
  });

  /** That these photos are there, whole, and nothing else. */
  async function assertUploaded(folder: string, photos: readonly Photo[], times: 'of any time' | 'dated' = 'dated') {
    const base = `/dav/${folder.split('/').map(encodeURIComponent).join('/')}/`;
    const albums = Map.groupBy(photos, ({ path }) => path.split('/')[0]!);
    for (const [album, members] of albums) {
      const target = `${base}${encodeURIComponent(album)}/`;
      const there = await android.list(target);
      assert.deepEqual([...there.keys()].sort(), members.map(({ path }) => path.split('/')[1]!).sort());
      for (const { path, content, takenAtSeconds } of members) {
        const name = path.split('/')[1]!;
        const { body, headers } = await android.expect(200, 'GET', target + encodeURIComponent(name));
        assert.ok(body.equals(content), path);
        if (times === 'dated') assert.equal(Date.parse(headers['last-modified']!), takenAtSeconds * 1000, path);
      }
    }
  }
});
