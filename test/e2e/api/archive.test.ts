import assert from 'node:assert/strict';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient, type ApiAnswer } from '../../support/api-client.ts';
import { SQLITE } from '../../support/databases.ts';
import { runWell } from '../../support/processes.ts';
import { describeFiles, type FilesServer, type Name } from './file-fixture.ts';
import { Page } from './page.ts';

/** Comes in several pieces. */
const LARGE = Buffer.alloc(3_000_001, 'large content ');
const TIME = '2021-03-04T05:06:08Z';
const NFD = 'Ame\u0301lie.txt';
const NAMES = ['Amélie folder', NFD, '😀 한국어.txt', "it's 100% & #1.txt", 'empty.txt'];

interface Member {
  readonly name: string;
  readonly size: number;
  readonly isFolder: boolean;
  readonly time: number[];
  readonly mode: number;
  readonly text: string;
}

/** What Python finds in a zip, with each checksum verified. */
const READ_ZIP = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([dict(name=i.filename, size=i.file_size, isFolder=i.is_dir(), time=i.date_time, mode=i.external_attr >> 16,
        text=z.read(i)[:40].decode()) for i in z.infolist()]))
`;

async function membersOf(files: FilesServer, { bytes }: Pick<ApiAnswer, 'bytes'>): Promise<Member[]> {
  const file = files.server.scratch.path('answer.zip');
  await writeFile(file, bytes);
  await runWell('unzip', ['-tqq', file]);
  return JSON.parse(await runWell('python3', ['-c', READ_ZIP, file])) as Member[];
}

async function namesIn(files: FilesServer, answer: Pick<ApiAnswer, 'bytes'>): Promise<string[]> {
  return (await membersOf(files, answer)).map(({ name }) => name).sort();
}

describeFiles('files and folders as a zip', function (files, database) {
  const zip = (name: Name, query: object): Promise<ApiAnswer> =>
    files.as(name).ok('downloadArchive', { query: query as Record<string, string> });

  before(async () => {
    await files.mkdir('anna', '/Mere/trip/empty folder');
    await files.mkdir('anna', '/Mere/trip/Amélie folder');
    for (const name of NAMES.slice(1)) {
      const query = { path: `/Mere/trip/Amélie folder/${name}`, modifiedAt: TIME };
      await files.as('anna').ok('uploadFile', { query, content: name === 'empty.txt' ? '' : `in ${name}` });
    }
    await files.put('anna', '/Mere/trip/large.bin', LARGE);
    await files.mkdir('anna', '/Mere/other');
    await files.put('anna', '/Mere/other/LARGE.bin', 'not large');
    await files.put('bert', '/Mere/secret.txt');
    await files.put('bert', '/Workspace/shared.txt');
  });

  it('holds a folder with all that is in it: names, times, contents, empty folders', async () => {
    const answer = await zip('anna', { path: '/Mere/trip' });
    assert.equal(answer.headers.get('content-type'), 'application/zip');
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="trip\.zip"/);
    assert.equal(Number(answer.headers.get('content-length')), answer.bytes.length);
    const members = await membersOf(files, answer);
    assert.deepEqual(
      members.map(({ name }) => name).sort(),
      [
        'trip/',
        'trip/empty folder/',
        'trip/large.bin',
        'trip/Amélie folder/',
        ...NAMES.slice(1).map((name) => `trip/Amélie folder/${name}`),
      ].sort(),
    );
    const named = (end: string): Member | undefined => members.find(({ name }) => name.endsWith(end));
    const local = new Date(TIME);
    assert.deepEqual(named(NFD), {
      name: `trip/Amélie folder/${NFD}`,
      size: Buffer.byteLength(`in ${NFD}`),
      isFolder: false,
      time: [2021, 3, local.getDate(), local.getHours(), local.getMinutes(), 8],
      mode: 0o100644,
      text: `in ${NFD}`,
    });
    assert.equal(named('large.bin')?.size, LARGE.length);
    assert.equal(named('empty folder/')?.mode, 0o040755);
    const times = await runWell('zipinfo', ['-v', files.server.scratch.path('answer.zip'), 'trip/*/empty.txt']);
    assert.match(times, /2021 Mar 4 05:06:08/);
  });

  it('gives names of one selection apart, each thing once, and nothing twice that lies in another', async () => {
    const path = ['/Mere/trip/large.bin', '/Mere/other/LARGE.bin', '/Mere/trip/Amélie folder', '/Mere/trip/large.bin'];
    const inside = `/Mere/trip/Amélie folder/${NAMES[2]!}`;
    const { id } = (await files.as('anna').ok('getFile', { query: { path: '/Mere/trip/empty folder' } })).body;
    const answer = await zip('anna', { path: [...path, inside], id, name: 'Some 한 things' });
    assert.deepEqual(
      await namesIn(files, answer),
      [
        'Amélie folder/',
        ...NAMES.slice(1).map((name) => `Amélie folder/${name}`),
        'empty folder/',
        'large.bin',
        'LARGE (2).bin',
      ].sort(),
    );
    assert.match(answer.headers.get('content-disposition') ?? '', /filename\*=UTF-8''Some%20%ED%95%9C%20things\.zip$/);
  });

  it('is named for the folder that all of them are in', async () => {
    const answer = await zip('anna', { path: ['/Mere/trip/large.bin', '/Mere/trip/empty folder'] });
    assert.match(answer.headers.get('content-disposition') ?? '', /filename="trip\.zip"/);
  });

  it('of the root holds the home and what is mounted in it', async () => {
    const names = await namesIn(files, await zip('bert', { path: '/' }));
    assert.ok(names.includes('Mere/secret.txt') && names.includes('Workspace/shared.txt') && names.includes('Movies/'));
    assert.deepEqual(await namesIn(files, await zip('nora', { path: '/' })), [
      'Movies/',
      'Public/',
      'Workspace/',
      'Workspace/shared.txt',
    ]);
  });

  it('says before the first byte what is not there or is not meant for one', async () => {
    const anna = files.as('anna');
    await anna.refused('downloadArchive', 'bad-request');
    await anna.refused('downloadArchive', 'not-found', { query: { path: ['/Mere/trip', '/Mere/missing'] } });
    const { id } = (await files.as('bert').ok('getFile', { query: { path: '/Mere/secret.txt' } })).body;
    await anna.refused('downloadArchive', 'not-found', { query: { id: [id, id] } });
    const many = Array.from({ length: 1200 }, (_, index) => index + 1);
    await anna.refused('downloadArchive', 'bad-request', { query: { id: many } });
    await new ApiClient(files.server.url).refused('downloadArchive', 'not-authenticated', { query: { path: '/' } });
  });

  it('has a short address for a selection too long for one, for who chose it', async () => {
    const { items } = (await files.as('anna').ok('listFiles', { query: { path: '/Mere/trip' } })).body;
    const ids = items.map(({ id }: { id: number }) => id);
    const body = { ids, paths: ['/Mere/other'], name: 'chosen.zip' };
    const { href } = (await files.as('anna').ok('prepareArchive', { body })).body;
    const params = { key: href.split('/').at(-1) };
    for (let times = 0; times < 2; times += 1) {
      const answer = await files.as('anna').ok('downloadPreparedArchive', { params });
      assert.match(answer.headers.get('content-disposition') ?? '', /filename="chosen\.zip"/);
      const names = await namesIn(files, answer);
      assert.ok(names.includes('other/LARGE.bin') && names.includes('empty folder/') && names.includes('large.bin'));
    }
    await files.as('anna').refused('downloadPreparedArchive', 'not-found', { params: { key: 'unknown' } });
    await files.as('bert').refused('prepareArchive', 'not-found', { body });
    const common = await files.as('anna').ok('prepareArchive', { body: { paths: ['/Workspace'] } });
    const foreign = { key: common.body.href.split('/').at(-1) };
    await files.as('bert').refused('downloadPreparedArchive', 'not-found', { params: foreign });
    await files.as('anna').ok('downloadPreparedArchive', { params: foreign });
    await files.as('anna').refused('prepareArchive', 'bad-request', { body: {} });
  });

  // What follows is the same whatever the database.
  if (database !== SQLITE) return;

  it('leaves out what Finder keeps for itself, and keeps a drive letter from being one', async () => {
    const dav = files.dav('anna');
    const headers = { 'User-Agent': 'WebDAVFS/3.0.0 (03008000) Darwin/22.0.0 (x86_64)' };
    await files.mkdir('anna', '/Mere/C:evil');
    await files.put('anna', '/Mere/C:evil/film.mkv');
    assert.equal((await dav.request('PUT', 'Mere/C:evil/._film.mkv', { headers, body: 'x' })).status, 201);
    dav.close();
    assert.deepEqual(await namesIn(files, await zip('anna', { path: '/Mere/C:evil' })), [
      'C\u{FF1A}evil/',
      'C\u{FF1A}evil/film.mkv',
    ]);
  });

  it('answers HEAD without a body', async () => {
    const response = await fetch(`${files.server.url}/api/v1/files/archive?path=/Mere/trip`, {
      method: 'HEAD',
      headers: await authorization(files, 'anna'),
    });
    assert.equal(response.status, 200);
    assert.ok(Number(response.headers.get('content-length')) > LARGE.length);
    assert.equal((await response.arrayBuffer()).byteLength, 0);
  });

  it('can be navigated to by a page that is signed in', async () => {
    const page = await Page.signIn(files.server.url, { name: 'anna', password: 'correct horse' });
    assert.equal((await page.ok('downloadArchive', { query: { path: '/Mere/other' } })).status, 200);
  });

  it('comes in chunks when it is of many, and each is in it', async () => {
    // Each step puts a copy of all that is there beside it: 3 × 2ⁿ − 1.
    await files.mkdir('anna', '/Mere/many/0');
    await files.put('anna', '/Mere/many/0/file', 'content');
    for (let step = 1; step <= 10; step += 1) {
      await files.as('anna').ok('copyFile', { body: { path: '/Mere/many', to: `/Mere/copy` } });
      await files.as('anna').ok('moveFile', { body: { path: '/Mere/copy', to: `/Mere/many/${step}` } });
    }
    const answer = await zip('anna', { path: '/Mere/many' });
    assert.equal(answer.headers.get('content-length'), null);
    const { nodeCount } = (await files.as('anna').ok('getFile', { query: { path: '/Mere/many' } })).body;
    const members = await membersOf(files, answer);
    assert.equal(members.length, Number(nodeCount) + 1);
    assert.ok(nodeCount > 2000);
    assert.equal(new Set(members.map(({ name }) => name)).size, members.length);
    assert.ok(members.every(({ isFolder, text }) => isFolder || text === 'content'));
  });

  it('holds nothing of those who went away, and no more than four at once each', async () => {
    await files.put('bert', '/Mere/film.bin', new Uint8Array(32 * 1024 * 1024));
    const headers = await authorization(files, 'bert');
    const zipOf = async (signal: AbortSignal): Promise<number> =>
      (await fetch(`${files.server.url}/api/v1/files/archive?path=/Mere/film.bin`, { headers, signal })).status;
    const open = async (): Promise<number> => (await readdir(`/proc/${files.server.pid}/fd`)).length;
    let before = 0;
    for (let round = 0; round < 2; round += 1) {
      const leaving = new AbortController();
      // Nobody reads them: each stops as soon as the connection is full.
      const begun = await Promise.all(Array.from({ length: 4 }, () => zipOf(leaving.signal)));
      assert.deepEqual(begun, [200, 200, 200, 200]);
      await files.as('bert').refused('downloadArchive', 'busy', { query: { path: '/Mere/film.bin' } });
      await zip('anna', { path: '/Mere/other' });
      leaving.abort();
      while ((await files.as('bert').call('downloadArchive', { query: { path: '/Mere/film.bin' } })).status !== 200);
      // Connections that were cut off are closed by the time at which the next one was answered, or soon after.
      if (round === 0) before = await open();
      else while ((await open()) > before + 1) await files.as('anna').ok('getFile', { query: { path: '/Mere' } });
    }
  });

  it('is made with the rights of an app password', async () => {
    const wanted = { name: 'one', access: 'read-only', folder: '/Mere/other' };
    const { password } = (await files.as('anna').ok('createAppPassword', { body: wanted })).body;
    const narrow = new ApiClient(files.server.url, password as string);
    const whole = await narrow.ok('downloadArchive', { query: { path: '/' } });
    assert.deepEqual(await namesIn(files, whole), ['LARGE.bin']);
    const { id } = (await files.as('anna').ok('getFile', { query: { path: '/Mere/trip' } })).body;
    await narrow.refused('downloadArchive', 'not-found', { query: { id } });
    const { href } = (await files.as('anna').ok('prepareArchive', { body: { ids: [id] } })).body;
    const params = { key: href.split('/').at(-1) };
    await narrow.refused('downloadPreparedArchive', 'not-found', { params });
  });

  it('breaks off when a file turns out to be damaged, and says beforehand when the disk is away', async () => {
    await files.put('anna', '/Mere/trip/z-damaged.bin', Buffer.alloc(900_001, 'damaged '));
    const blob = await blobOf(files, 900_001);
    const bytes = await readFile(blob);
    bytes[100_000]! ^= 1;
    await writeFile(blob, bytes);
    await files.as('anna').refused('downloadArchive', 'corrupt', { query: { path: '/Mere/trip/z-damaged.bin' } });
    await assert.rejects(zip('anna', { path: '/Mere/trip' }), { name: 'TypeError', message: 'terminated' });
    await files.as('anna').ok('deleteFile', { query: { path: '/Mere/trip/z-damaged.bin' } });
    await zip('anna', { path: '/Mere/trip' });

    const disk = join(files.server.dataFolder, 'disk');
    await rename(disk, `${disk}-away`);
    try {
      let answer = await files.as('anna').call('downloadArchive', { query: { path: '/Mere/trip' } });
      // What is open already can be read until the server has noticed.
      while (answer.status === 200)
        answer = await files.as('anna').call('downloadArchive', { query: { path: '/Mere/trip' } });
      assert.equal(answer.body.code, 'unavailable');
    } finally {
      await rename(`${disk}-away`, disk);
    }
  });
});

async function authorization(files: FilesServer, username: Name): Promise<Record<string, string>> {
  const body = { username, password: 'correct horse' };
  const { token } = (await new ApiClient(files.server.url).ok('login', { body })).body;
  return { Authorization: `Bearer ${token as string}` };
}

/** The file of the only blob of this size. */
async function blobOf(files: FilesServer, sizeBytes: number): Promise<string> {
  const root = files.server.dataFolder;
  const found = await runWell('find', [root, '-type', 'f', '-size', `${sizeBytes}c`]);
  const [file = '', ...more] = found.trim().split('\n');
  assert.ok(file !== '' && more.length === 0, found);
  return file;
}
