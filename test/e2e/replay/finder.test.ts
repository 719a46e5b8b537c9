import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { DavClient, inPieces } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { appleDouble, Finder, WEBDAVFS } from './finder.ts';

const PASSWORD = 'secret-word';
const QUOTA_BYTES = 20_000_000;

describeOnDatabases('macOS Finder (WebDAVFS 3.0.0), replayed', function replay(database) {
  this.timeout(60_000);
  let server: TestServer;
  let anna: Finder;
  /** The same user with any other client. */
  let other: DavClient;
  const open: { close(): void }[] = [];

  const finderOf = (name: string) => {
    const finder = new Finder(server.davUrl, { name, password: PASSWORD });
    open.push(finder);
    return finder;
  };
  const clientOf = (name: string) => {
    const client = new DavClient(server.davUrl, { name, password: PASSWORD });
    open.push(client);
    return client;
  };
  const seen = async (path: string) => [...(await other.list(path)).keys()];

  before(async () => {
    server = await startServer({ database, env: { NOSOCIAL_PROPFIND_INFINITE_DEPTH: 'true' } });
    await server.addUser('anna', { password: PASSWORD, quota: `${QUOTA_BYTES}B` });
    await server.addUser('ben', { password: PASSWORD });
    anna = finderOf('anna');
    other = clientOf('anna');
  });
  after(async () => {
    for (const each of open) each.close();
    await server.stop();
  });

  it('mounts for reading and writing, and shows what room there is', async () => {
    await anna.mount();
    const before = await anna.statfs();
    assert.ok(Number(before.get('{DAV:}quota-available-bytes')!.text) > 0);
    await other.put('hundred', Buffer.alloc(100));
    const after = await anna.statfs();
    const usedBytes = (room: typeof after) => Number(room.get('{DAV:}quota-used-bytes')!.text);
    assert.equal(usedBytes(after), usedBytes(before) + 100);
  });

  it('hears at once that there is nothing of what it looks for above and beside the volume', async () => {
    for (const target of [
      '/',
      '/._dav',
      '/.metadata_never_index',
      '//dav/x',
      '/dav/._.',
      '/dav/.hidden',
      '/dav/mach_kernel',
    ]) {
      const status = await new Promise<number>((resolve, reject) => {
        const headers = { 'user-agent': WEBDAVFS, authorization: other.authorization, depth: '0' };
        request(new URL(server.url), { method: 'PROPFIND', path: target, headers }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        })
          .on('error', reject)
          .end();
      });
      assert.ok([404, 405].includes(status), `${target}: ${status}`);
    }
  });

  it('copies files in, in chunks of no announced length, and reads them', async () => {
    await other.makeCollection('Copied');
    for (const [name, bytes] of [
      ['empty', 0],
      ['small.txt', 1000],
      ['large.mov', 3_000_000],
    ] as const) {
      const content = Buffer.alloc(bytes, name);
      await anna.copyIn(`Copied/${name}`, content);
      assert.deepEqual((await anna.expect(200, 'GET', `Copied/${name}`)).body, content);
    }
    assert.deepEqual(await seen('Copied'), ['empty', 'large.mov', 'small.txt']);
  });

  it('reads on where it stopped, unless the file is another by now', async () => {
    await other.put('film.mov', Buffer.from('0123456789'));
    const { headers } = await anna.expect(200, 'GET', 'film.mov');
    const date = headers['last-modified']!;
    const past = 'Fri, 17 May 2024 18:30:12 GMT';
    await anna.expect(304, 'GET', 'film.mov', { 'if-modified-since': date });
    assert.equal((await anna.expect(206, 'GET', 'film.mov', { range: 'bytes=4-7' })).body.toString(), '4567');
    const resumed = { range: 'bytes=4-', 'if-range': past };
    assert.equal((await anna.expect(200, 'GET', 'film.mov', resumed)).body.toString(), '0123456789');

    const dated = { headers: { 'x-oc-mtime': String(Date.parse(past) / 1000) } };
    await other.expect(204, 'PUT', 'film.mov', { ...dated, body: 'abcdefghij' });
    assert.equal((await anna.expect(206, 'GET', 'film.mov', resumed)).body.toString(), 'efghij');
    // The file is older than the one before, and yet another: Finder has nothing but the date to know it by.
    const again = await anna.expect(200, 'GET', 'film.mov', { 'if-modified-since': date });
    assert.equal(again.body.toString(), 'abcdefghij');
  });

  it('keeps a lock for as long as it says, an hour at most, and longer when it asks again', async () => {
    await other.put('locked', 'x');
    const token = await anna.lock('locked', 'Second-7200');
    assert.equal(await anna.refresh('locked', token), 'Second-600');
    assert.equal(await anna.refresh('locked', token, 'Second-7200'), 'Second-3600');
    await other.expect(423, 'PUT', 'locked', { body: 'of another' });
    await anna.unlock('locked', token);
    await other.put('locked', 'of another');
  });

  it('leaves the old file when a copy is broken off, and takes one that has grown', async () => {
    const content = Buffer.alloc(300_000, 'n');
    await other.put('torn', 'the old one');
    for (const [sent, announced] of [
      [200_000, 300_000],
      [500, 1000],
      [0, 70_000],
    ] as const) {
      const token = await anna.lock('torn');
      const headers = { if: `(<${token}>)`, 'x-expected-entity-length': String(announced) };
      await anna.expect(400, 'PUT', 'torn', headers, inPieces(content.subarray(0, sent)));
      await anna.unlock('torn', token);
      assert.equal((await other.get('torn')).toString(), 'the old one');
    }
    for (const announced of [299_999, 10, 0]) {
      await anna.expect(204, 'PUT', 'torn', { 'x-expected-entity-length': String(announced) }, inPieces(content));
      assert.deepEqual(await other.get('torn'), content);
    }
    await anna.expect(204, 'PUT', 'torn', { 'x-expected-entity-length': 'many' }, inPieces(Buffer.from('whole')));
    assert.equal((await other.get('torn')).toString(), 'whole');
  });

  it('hears before it sends a byte that a file has no room', async () => {
    for (const length of [QUOTA_BYTES + 1, 2 ** 60]) {
      const connection = await RawConnection.open(server.url);
      await connection.send(
        `PUT /dav/huge HTTP/1.1\r\nHost: x\r\nUser-Agent: ${WEBDAVFS}\r\nAuthorization: ${other.authorization}\r\n` +
          `X-Expected-Entity-Length: ${length}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      assert.ok(await connection.answered(1, 30_000));
      assert.deepEqual(connection.statuses, [507]);
      connection.reset();
    }
    await other.expect(404, 'GET', 'huge');
  });

  it('finds names again as it wrote them, and as others write them', async () => {
    const nfd = 'Fotos Übersee é가.jpg'.normalize('NFD');
    await other.makeCollection('Names');
    await anna.copyIn(`Names/${nfd}`, Buffer.from('photo'));
    assert.ok((await anna.readdir('Names')).includes(nfd));
    assert.equal((await other.get(`Names/${nfd.normalize('NFC')}`)).toString(), 'photo');
    await other.put(`Names/${nfd.normalize('NFC')}`, 'changed');
    assert.equal((await anna.expect(200, 'GET', `Names/${nfd}`)).body.toString(), 'changed');
    assert.deepEqual(await seen('Names'), [nfd]);
    for (const name of ['a:b', 'a#b%20c?d', "it's; & +", ' space ', '._', '.hidden']) {
      await anna.copyIn(`Names/${name}`, Buffer.from(name));
      assert.ok((await seen('Names')).includes(name), name);
    }
  });

  it('saves by way of a temporary file, renames onto others, copies and deletes folders', async () => {
    await anna.makeFolder('Work');
    await anna.copyIn('Work/letter.pages', Buffer.from('first'));
    await anna.copyIn('Work/letter.pages.sb-1', Buffer.from('second'));
    await anna.rename('Work/letter.pages.sb-1', 'Work/letter.pages');
    assert.equal((await other.get('Work/letter.pages')).toString(), 'second');
    assert.deepEqual(await anna.readdir('Work'), ['._letter.pages', 'letter.pages']);
    await anna.rename('Work', 'Done');
    await anna.look('Done');
    await anna.makeFolder('Done/inner');
    await anna.remove('Done');
    await other.expect(404, 'GET', 'Done');
    assert.equal(await anna.stat('Work'), undefined);
  });

  it('sees alone what it keeps beside files and in folders, also where it was copied or moved to', async () => {
    await anna.makeFolder('Mac');
    await anna.makeFolder('Mac/inner');
    await anna.copyIn('Mac/inner/x.txt', Buffer.from('x'));
    await anna.look('Mac');
    await anna.look('Mac/inner');
    await other.expect(201, 'COPY', 'Mac', { headers: { destination: '/dav/Copy' } });
    await other.expect(201, 'MOVE', 'Mac', { headers: { destination: '/dav/Moved' } });
    for (const folder of ['Copy', 'Moved']) {
      assert.deepEqual(await anna.readdir(folder), ['.DS_Store', 'inner']);
      assert.deepEqual(await anna.readdir(`${folder}/inner`), ['.DS_Store', '._x.txt', 'x.txt']);
      assert.deepEqual(await seen(folder), ['inner']);
      assert.deepEqual(await seen(`${folder}/inner`), ['x.txt']);
      const page = (await other.get(`${folder}/inner`)).toString();
      assert.match(page, />x\.txt</);
      assert.doesNotMatch(page, /DS_Store|\._x/);
      const all = await other.expect(207, 'PROPFIND', folder, { headers: { depth: 'infinity' } });
      assert.match(all.body.toString(), /x\.txt/);
      assert.doesNotMatch(all.body.toString(), /DS_Store|\._x/);
    }
    // By its very name everybody comes by it.
    assert.deepEqual(await other.get('Moved/inner/._x.txt'), appleDouble('Mac/inner/x.txt'));
    await other.expect(207, 'PROPFIND', 'Moved/inner/._x.txt', { headers: { depth: '0' } });
    await other.expect(204, 'DELETE', 'Moved/inner/.DS_Store');
    assert.deepEqual(await anna.readdir('Moved/inner'), ['._x.txt', 'x.txt']);
  });

  it('finds what it keeps beside a file where others have moved that, and nothing where they have deleted it', async () => {
    await anna.makeFolder('Both');
    await anna.copyIn('Both/x.txt', Buffer.from('x'));
    await anna.copyIn('Both/y.txt', Buffer.from('y'));
    await other.expect(201, 'MOVE', 'Both/x.txt', { headers: { destination: '/dav/Both/z.txt' } });
    assert.deepEqual(await anna.readdir('Both'), ['._y.txt', '._z.txt', 'y.txt', 'z.txt']);
    assert.deepEqual((await anna.expect(200, 'GET', 'Both/._z.txt')).body, appleDouble('Both/x.txt'));
    // As editors save on other systems: what Finder knows of the file stays with it.
    await other.put('Both/new', 'y, saved');
    await other.expect(204, 'MOVE', 'Both/new', { headers: { destination: '/dav/Both/y.txt' } });
    await other.expect(204, 'DELETE', 'Both/z.txt');
    assert.deepEqual(await anna.readdir('Both'), ['._y.txt', 'y.txt']);
  });

  it('hides nothing that others made, whoever writes it last', async () => {
    await other.makeCollection('Others');
    await other.put('Others/._a', 'of another program');
    await other.put('Others/.DS_Store', 'of another program');
    await other.makeCollection('Others/._folder');
    await anna.writeSidecar('Others/._a', 'changed on a Mac');
    await anna.writeSidecar('Others/._b', 'of Finder');
    assert.deepEqual(await seen('Others'), ['.DS_Store', '._a', '._folder']);
    await other.put('Others/._b', 'and then of another');
    assert.deepEqual(await seen('Others'), ['.DS_Store', '._a', '._b', '._folder']);
    await anna.writeSidecar('Others/._c', 'of Finder');
    await anna.rename('Others/._c', 'Others/c');
    assert.ok((await seen('Others')).includes('c'));
    const versions = await server.cli(['versions', 'list', 'Others/._a', '--user', 'anna', '--json']);
    assert.equal((JSON.parse(versions.stdout) as unknown[]).length, 1);
  });

  it('leaves a folder with nothing but its own as good as empty for all', async () => {
    const ben = finderOf('ben');
    await other.makeCollection('Workspace/plans');
    await ben.look('Workspace/plans');
    assert.deepEqual(await seen('Workspace/plans'), []);
    await other.expect(201, 'MOVE', 'Workspace/plans', { headers: { destination: '/dav/Workspace/ideas' } });
    await other.expect(204, 'DELETE', 'Workspace/ideas');
    await other.expect(404, 'GET', 'Workspace/ideas');
  });

  it('gets back from trash with a file what belonged to it, and keeps no versions of it', async () => {
    const trash = async () =>
      JSON.parse((await server.cli(['trash', 'list', '--user', 'anna', '--json'])).stdout) as {
        number: number;
        path: string;
      }[];
    await anna.makeFolder('Bin');
    await anna.copyIn('Bin/photo.jpg', Buffer.from('photo'));
    for (const how of ['list', 'columns', 'icons']) await anna.look('Bin', how);
    const versions = await server.cli(['versions', 'list', 'Bin/.DS_Store', '--user', 'anna', '--json']);
    assert.deepEqual(JSON.parse(versions.stdout), []);
    await anna.remove('Bin/photo.jpg');
    const inBin = (await trash()).filter(({ path }) => path.includes('Bin/'));
    assert.deepEqual(
      inBin.map(({ path }) => path),
      ['Bin/photo.jpg'],
    );
    await server.cli(['trash', 'restore', '--user', 'anna', String(inBin[0]!.number)]);
    assert.deepEqual(await anna.readdir('Bin'), ['.DS_Store', '._photo.jpg', 'photo.jpg']);
    assert.deepEqual((await anna.expect(200, 'GET', 'Bin/._photo.jpg')).body, appleDouble('Bin/photo.jpg'));

    await anna.remove('Bin/photo.jpg');
    const purged = await server.cli(['trash', 'purge', '--all', '--yes', '--user', 'anna']);
    assert.equal(purged.code, 0, purged.stderr);
    assert.deepEqual(await trash(), []);
  });

  it('is exported with its files and counted as none of them', async () => {
    await anna.makeFolder('Out');
    await anna.copyIn('Out/a.txt', Buffer.from('a'));
    await anna.look('Out');
    const folder = server.scratch.path('out');
    const { stdout, stderr, code } = await server.cli(['export', 'Out', folder, '--user', 'anna', '--json']);
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as { fileCount: number }).fileCount, 1);
    assert.deepEqual((await readdir(folder)).sort(), ['.DS_Store', '._a.txt', 'a.txt']);
  });

  it('leaves nothing wrong behind', async () => {
    const { code, stdout, stderr } = await server.cli(['fsck']);
    assert.equal(code, 0, stdout + stderr);
  });
});
