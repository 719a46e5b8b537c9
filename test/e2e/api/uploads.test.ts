import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TusClient } from '../../support/tus-client.ts';

const PASSWORD = 'correct horse';
const MIB = 1024 * 1024;

describeOnDatabases('resumable uploads', function (database) {
  this.timeout(120_000);
  let server: TestServer;
  let ann: TusClient;
  let api: ApiClient;
  let ben: TusClient;
  let nora: TusClient;

  before(async () => {
    server = await startServer({ database });
    await server.addUser('ann', { password: PASSWORD, quota: '50MiB' });
    await server.addUser('ben', { password: PASSWORD });
    await server.addUser('nora', { password: PASSWORD, role: 'normal' });
    const login = (name: string) => TusClient.login(server.url, { name, password: PASSWORD });
    [ann, ben, nora] = [await login('ann'), await login('ben'), await login('nora')];
    api = await ApiClient.login(server.url, { name: 'ann', password: PASSWORD });
  });
  after(async () => {
    const { stdout, stderr } = await server.cli(['fsck', '--json']);
    await server.stop();
    assert.deepEqual((JSON.parse(stdout || stderr) as { findings: unknown[] }).findings, []);
  });

  /** What a file holds, by WebDAV. */
  async function content(path: string): Promise<Buffer> {
    const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
    const url = server.davUrl + path.split('/').filter(Boolean).map(encodeURIComponent).join('/');
    const response = await fetch(url, { headers: { Authorization: authorization } });
    assert.equal(response.status, 200);
    return Buffer.from(await response.arrayBuffer());
  }

  async function reservedBytes(): Promise<number> {
    const { stdout } = await server.cli(['user', 'show', 'ann', '--json']);
    return (JSON.parse(stdout) as { reservedBytes: number }).reservedBytes;
  }

  it('takes a file from tus-js-client, also from where it stopped', async () => {
    const bytes = randomBytes(2 * MIB + 12_345);
    const metadata = { path: '/Mere/film ä.mkv', modifiedAt: '2020-01-02T03:04:05Z' };
    const stopped = Promise.withResolvers<undefined>();
    const first = ann.upload(bytes, {
      metadata,
      onChunkComplete: (_size, accepted) => {
        if (accepted > MIB) void first.upload.abort().then(() => stopped.resolve(undefined));
      },
    });
    first.upload.start();
    await stopped.promise;
    const place = new URL(first.upload.url!).pathname;
    const offset = await ann.offset(place);
    assert.ok(offset > MIB && offset < bytes.length);

    const sent: number[] = [];
    const second = ann.upload(bytes, { metadata, uploadUrl: first.upload.url, onProgress: (at) => sent.push(at) });
    second.upload.start();
    await second.done;
    assert.ok(Math.min(...sent) >= offset);
    assert.deepEqual(await content('/Mere/film ä.mkv'), bytes);
    const file = (await api.ok('getUpload', { params: { id: place.split('/').at(-1)! } })).body;
    assert.equal(file.state, 'finished');
    assert.equal(file.path, '/Mere/film ä.mkv');
  });

  it('goes on after kill -9, with what it had acknowledged', async () => {
    const bytes = randomBytes(3 * MIB);
    const place = await ann.create({ filename: 'killed', folder: '/Mere' }, bytes.length);
    assert.equal((await ann.patch(place, 0, bytes.subarray(0, MIB))).status, 204);
    const piece = ann.openPatch(place, MIB, 2 * MIB);
    piece.request.write(bytes.subarray(MIB, MIB + 300_000));
    await server.kill();
    await assert.rejects(piece.answer);
    await server.restart();
    const offset = await ann.offset(place);
    assert.ok(offset >= MIB && offset <= MIB + 300_000, `the offset is ${offset}`);
    const { status, headers } = await ann.patch(place, offset, bytes.subarray(offset));
    assert.equal(status, 204);
    assert.match(headers.get('nosocial-file-id') ?? '', /^\d+$/);
    assert.deepEqual(await content('/Mere/killed'), bytes);
  });

  it('keeps what came of a piece that broke off', async () => {
    const bytes = randomBytes(MIB);
    const place = await ann.create({ path: '/Mere/broken' }, bytes.length);
    const piece = ann.openPatch(place, 0, bytes.length);
    await new Promise((resolve) => piece.request.write(bytes.subarray(0, 500_000), resolve));
    piece.request.destroy();
    await assert.rejects(piece.answer);
    const goOn = async () => {
      const offset = await ann.offset(place);
      assert.ok(offset <= 500_000);
      return (await ann.patch(place, offset, bytes.subarray(offset))).status;
    };
    // What was on its way when it broke off may come between the question and the next piece: one asks again then.
    const status = await goOn();
    assert.equal(status === 409 ? await goOn() : status, 204);
    assert.deepEqual(await content('/Mere/broken'), bytes);
  });

  it('lets a later request take the place of one that stalls', async () => {
    const place = await ann.create({ path: '/Mere/stalled' }, 10);
    const stalled = ann.openPatch(place, 0, 10);
    await new Promise((resolve) => stalled.request.write('01234', resolve));
    let answered: { status: number } | undefined;
    void stalled.answer.then((answer) => (answered = answer));
    // It asks for the offset, as clients do; what has come by then counts.
    let offset: number;
    do offset = await ann.offset(place);
    while (answered === undefined);
    assert.equal(answered.status, 423);
    stalled.request.destroy();
    assert.ok(offset === 0 || offset === 5);
    const rest = await ann.patch(place, offset, '0123456789'.slice(offset));
    assert.equal(rest.status, 204);
    assert.equal((await content('/Mere/stalled')).toString(), '0123456789');
  });

  it('never mixes pieces that are sent at the same time', async () => {
    const place = await ann.create({ path: '/Mere/contested' }, 4 * MIB);
    const pieces = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(4 * MIB, letter));
    const answers = await Promise.all(pieces.map((piece) => ann.patch(place, 0, piece).catch(() => undefined)));
    const statuses = answers.map((answer) => answer?.status);
    for (const status of statuses) assert.ok([204, 409, 423, undefined].includes(status), `answered ${status}`);
    const offset = await ann.offset(place);
    if (offset < 4 * MIB)
      assert.equal((await ann.patch(place, offset, Buffer.alloc(4 * MIB - offset, 'e'))).status, 204);
    // One piece, and the end of it: nothing of another lies in between.
    assert.match(
      (await content('/Mere/contested')).toString(),
      /^(a*|b*|c*|d*)(a*|b*|c*|d*)(a*|b*|c*|d*)(a*|b*|c*|d*)e*$/,
    );
  });

  it('answers what is wrong with a piece, and keeps nothing of it', async () => {
    const place = await ann.create({ path: '/Mere/wrong' }, 10);
    const sha1 = (text: string): string => `sha1 ${createHash('sha1').update(text).digest('base64')}`;
    const cases: [
      what: string,
      status: number,
      code: string,
      offset: number,
      headers: Record<string, string | undefined>,
    ][] = [
      ['01234', 409, 'refused', 3, {}],
      ['0123456789a', 413, 'too-large', 0, {}],
      ['01234', 460, 'checksum-mismatch', 0, { 'Upload-Checksum': sha1('other') }],
      ['01234', 400, 'bad-request', 0, { 'Upload-Checksum': 'crc7 AA==' }],
      ['01234', 400, 'bad-request', 0, { 'Upload-Checksum': 'sha1 AA==' }],
      ['01234', 415, 'body-not-supported', 0, { 'Content-Type': 'text/plain' }],
      ['01234', 412, 'precondition-failed', 0, { 'Tus-Resumable': undefined }],
      ['01234', 412, 'precondition-failed', 0, { 'Tus-Resumable': '0.2.2' }],
      ['01234', 400, 'bad-request', 0, { 'Upload-Offset': '-1' }],
      ['01234', 400, 'bad-request', 0, { 'Upload-Length': '12' }],
      ['01234', 400, 'bad-request', 0, { 'Upload-Offset': undefined }],
    ];
    for (const [body, status, code, offset, headers] of cases) {
      const answer = await ann.patch(place, offset, body, headers);
      assert.equal(answer.status, status, JSON.stringify([headers, answer.body]));
      assert.equal(answer.body.code, code);
      assert.equal(answer.body.status, status);
      assert.equal(answer.headers.get('tus-resumable'), '1.0.0');
      assert.equal(await ann.offset(place), 0);
    }
    assert.equal((await ann.patch(place, 0, '01234', { 'Upload-Checksum': sha1('01234') })).status, 204);
    // The method is what it is.
    assert.equal((await ann.send('POST', place, { 'X-HTTP-Method-Override': 'DELETE' })).status, 405);
    assert.equal(await ann.offset(place), 5);
    assert.equal((await ann.send('DELETE', place)).status, 204);
    assert.equal((await ann.send('HEAD', place)).status, 404);
  });

  it('says at the beginning what cannot be', async () => {
    const refusals: [
      client: TusClient,
      metadata: Record<string, string>,
      length: number,
      status: number,
      code: string,
    ][] = [
      [ann, {}, 5, 400, 'bad-request'],
      [ann, { path: '/Mere/../x' }, 5, 400, 'bad-name'],
      [ann, { path: '/' }, 5, 400, 'bad-request'],
      [ann, { path: '/Mere/a\nb' }, 5, 400, 'bad-name'],
      [ann, { filename: '..', folder: '/Mere' }, 5, 400, 'bad-name'],
      [ann, { filename: '../x', folder: '/Mere' }, 5, 400, 'bad-name'],
      [ann, { filename: 'a/b', folder: '/Mere' }, 5, 400, 'bad-name'],
      [ann, { filename: 'x', folder: '/Mere/..' }, 5, 400, 'bad-name'],
      [ann, { filename: 'n'.repeat(256) }, 5, 400, 'bad-name'],
      [ann, { path: '/Mere/x', onConflict: 'perhaps' }, 5, 400, 'bad-request'],
      [ann, { path: '/Mere/x', modifiedAt: 'yesterday' }, 5, 400, 'bad-request'],
      [ann, { path: '/Mere/x', comment: 'x'.repeat(7000) }, 5, 400, 'bad-request'],
      [ann, { path: '/nowhere/x' }, 5, 409, 'parent-missing'],
      [ann, { path: '/Mere' }, 5, 409, 'is-a-collection'],
      [ann, { path: '/Mere/huge' }, 60 * MIB, 507, 'quota-exceeded'],
      [nora, { path: '/x' }, 5, 403, 'forbidden'],
      [nora, { path: '/Movies/x' }, 5, 403, 'forbidden'],
    ];
    for (const [client, metadata, length, status, code] of refusals) {
      const answer = await client.tryCreate(metadata, length);
      assert.equal(answer.body.code, code, JSON.stringify([metadata, answer.body]));
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('location'), null);
    }
    const unsupported = await ann.tryCreate({ path: '/Mere/x' }, 5, { 'Upload-Concat': 'partial' });
    assert.equal(unsupported.status, 400);
    for (const metadata of ['path !!!', `path ${Buffer.from([0x2f, 0xff]).toString('base64')}`]) {
      const bad = await ann.tryCreate({}, 5, { 'Upload-Metadata': metadata });
      assert.equal(bad.status, 400, metadata);
    }
    for (const length of ['-1', 'NaN', '1e3', '1.5', '', '0x10', '9007199254740993']) {
      const bad = await ann.tryCreate({ path: '/Mere/x' }, 5, { 'Upload-Length': length });
      assert.equal(bad.status, 400, length);
    }
    assert.equal((await api.ok('listUploads')).body.items?.length, 0);
  });

  it('shows uploads to nobody else', async () => {
    const place = await ann.create({ path: '/Mere/own' }, 10);
    const nowhere = '/api/v1/uploads/0123456789abcdef0123456789abcdef';
    for (const method of ['HEAD', 'GET', 'PATCH', 'DELETE']) {
      const headers =
        method === 'PATCH' ? { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' } : {};
      const [foreign, missing] = [await ben.send(method, place, headers), await ben.send(method, nowhere, headers)];
      assert.equal(foreign.status, 404);
      assert.equal(missing.status, 404);
      const withoutId = ({ body }: typeof foreign): unknown => ({ ...body, requestId: '' });
      assert.deepEqual(withoutId(foreign), withoutId(missing));
    }
    assert.equal((await ben.send('GET', '/api/v1/uploads')).body.items?.length, 0);
    const { items } = (await api.ok('listUploads')).body;
    assert.deepEqual(
      items.map(({ path, state, location }: Record<string, string>) => ({ path, state, location })),
      [{ path: '/Mere/own', state: 'receiving', location: place }],
    );
    const strangers = await fetch(server.url + place, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
    assert.equal(strangers.status, 401);
    await ann.send('DELETE', place);
  });

  it('tells no other site anything', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await ann.send(method, '/api/v1/uploads', { Origin: 'https://evil.example' });
      const named = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
      assert.deepEqual(named, []);
    }
    const { status, headers } = await ann.send('OPTIONS', '/api/v1/uploads', { 'Tus-Resumable': undefined });
    assert.equal(status, 204);
    assert.match(headers.get('tus-extension') ?? '', /\bchecksum\b/);
  });

  it('promises quota from the beginning, and gives it back', async () => {
    const before = await reservedBytes();
    const place = await ann.create({ path: '/Mere/reserved' }, 5 * MIB);
    assert.equal(await reservedBytes(), before + 5 * MIB);
    await ann.patch(place, 0, randomBytes(MIB));
    assert.equal(await reservedBytes(), before + 5 * MIB);
    await ann.send('DELETE', place);
    assert.equal(await reservedBytes(), before);
  });

  it('keeps all bytes when the name is taken, for another try', async () => {
    const place = await ann.create({ path: '/Mere/name.txt', filetype: 'text/plain' }, 5);
    const other = await ann.create({ path: '/Mere/name.txt' }, 5);
    assert.equal((await ann.patch(other, 0, 'other')).status, 204);
    const refused = await ann.patch(place, 0, 'first');
    assert.equal(refused.body.code, 'already-exists');
    // To a client that only looks at the offset it is not done.
    assert.equal(await ann.offset(place), 4);
    assert.equal((await ann.patch(place, 4, 't')).body.code, 'already-exists');
    const id = place.split('/').at(-1)!;
    assert.equal((await api.ok('getUpload', { params: { id } })).body.state, 'complete');
    await api.refused('finishUpload', 'already-exists', { params: { id }, body: {} });
    await api.refused('finishUpload', 'parent-missing', { params: { id }, body: { path: '/nowhere/x' } });
    const { body: file } = await api.ok('finishUpload', { params: { id }, body: { onConflict: 'keep-both' } });
    assert.equal(file.path, '/Mere/name (2).txt');
    assert.equal(file.mediaType, 'text/plain');
    assert.equal((await content('/Mere/name (2).txt')).toString(), 'first');
    // Whoever lost the answer asks, in either way.
    assert.deepEqual((await api.ok('finishUpload', { params: { id }, body: {} })).body.id, file.id);
    const head = await ann.send('HEAD', place);
    assert.equal(head.headers.get('upload-offset'), '5');
    assert.equal(head.headers.get('nosocial-file-id'), String(file.id));
  });

  it('replaces a file, and follows a folder that was renamed meanwhile', async () => {
    const metadata = { path: '/Mere/name.txt', onConflict: 'replace', ifMatch: 'not this one' };
    const wrong = await ann.create(metadata, 3);
    assert.equal((await ann.patch(wrong, 0, 'new')).body.code, 'precondition-failed');
    await ann.send('DELETE', wrong);
    const place = await ann.create({ path: '/Mere/name.txt', onConflict: 'replace' }, 3);
    const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
    const move = (from: string, to: string) =>
      fetch(server.davUrl + from, {
        method: 'MOVE',
        headers: { Authorization: authorization, Destination: server.davUrl + to },
      });
    assert.equal((await move('Mere', 'Moved')).status, 201);
    assert.equal((await ann.patch(place, 0, 'new')).status, 204);
    assert.equal((await content('/Moved/name.txt')).toString(), 'new');
    assert.equal((await move('Moved', 'Mere')).status, 201);
  });

  it('keeps the rules of the folder, as soon as they can be told to be broken', async () => {
    const exe = Buffer.concat([Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), Buffer.alloc(40_000)]);
    assert.equal((await ann.tryCreate({ path: '/Gallery/setup.exe' }, 5)).body.code, 'rule-violated');
    // Named as a picture, it is told by its first bytes, long before the end.
    const place = await ann.create({ path: '/Gallery/holiday.jpg' }, MIB);
    assert.equal((await ann.patch(place, 0, exe)).body.code, 'rule-violated');
    await ann.send('DELETE', place);
    // In pieces too small to tell by, it is told at the end, and may still go elsewhere.
    const small = await ann.create({ path: '/Gallery/small.jpg' }, 2000);
    assert.equal((await ann.patch(small, 0, exe.subarray(0, 1000))).status, 204);
    assert.equal((await ann.patch(small, 1000, exe.subarray(1000, 2000))).body.code, 'rule-violated');
    const params = { id: small.split('/').at(-1)! };
    assert.equal((await api.ok('finishUpload', { params, body: { path: '/Mere/small.exe' } })).status, 200);
  });

  it('takes files whose length comes later, or that come with their beginning', async () => {
    const place = await ann.create({ path: '/Mere/deferred' }, 'deferred');
    assert.equal((await ann.send('HEAD', place)).headers.get('upload-defer-length'), '1');
    assert.equal((await ann.patch(place, 0, '01234')).status, 204);
    assert.equal((await ann.patch(place, 5, '56789', { 'Upload-Length': '10' })).status, 204);
    assert.equal((await content('/Mere/deferred')).toString(), '0123456789');

    const open = await ann.create({ path: '/Mere/open' }, 'deferred');
    assert.equal((await ann.patch(open, 0, '01234')).status, 204);
    // That this was all may be said afterwards.
    assert.equal((await ann.patch(open, 5, '', { 'Upload-Length': '5' })).status, 204);
    assert.equal((await content('/Mere/open')).toString(), '01234');

    const sized = await ann.create({ path: '/Mere/sized' }, 10);
    const other = await ann.patch(sized, 0, '', { 'Upload-Length': '9' });
    assert.equal(other.status, 400);
    assert.match(other.body.detail ?? '', /say the length once/i);
    assert.equal((await ann.send('DELETE', sized)).status, 204);

    const type = { 'Content-Type': 'application/offset+octet-stream' };
    const whole = await ann.tryCreate({ path: '/Mere/at once' }, 5, type, Buffer.from('01234'));
    assert.equal(whole.status, 201);
    assert.equal(whole.headers.get('upload-offset'), '5');
    assert.equal((await content('/Mere/at once')).toString(), '01234');
    const empty = await ann.tryCreate({ path: '/Mere/empty' }, 0);
    assert.equal(empty.status, 201);
    assert.equal((await content('/Mere/empty')).length, 0);
  });

  it('takes 20 uploads at the same time', async () => {
    const files = Array.from({ length: 20 }, (_, index) => ({
      name: `many ${index}`,
      bytes: randomBytes(50_000 + index * 7919),
    }));
    await Promise.all(
      files.map(async ({ name, bytes }) => {
        const { upload, done } = ann.upload(bytes, {
          metadata: { filename: name, folder: '/Mere' },
          chunkSize: 30_000,
        });
        upload.start();
        await done;
      }),
    );
    for (const { name, bytes } of files) assert.deepEqual(await content(`/Mere/${name}`), bytes);
  });

  it('waits for a disk that is away, and loses nothing', async () => {
    const bytes = randomBytes(200_000);
    const place = await ann.create({ path: '/Mere/away' }, bytes.length);
    await ann.patch(place, 0, bytes.subarray(0, 100_000));
    const { stdout } = await server.cli(['disk', 'list', '--json']);
    const disks = JSON.parse(stdout) as { disks: { path: string }[] } | { path: string }[];
    const [disk] = Array.isArray(disks) ? disks : disks.disks;
    await rename(disk!.path, join(server.dataFolder, 'elsewhere'));
    const away = await ann.patch(place, 100_000, bytes.subarray(100_000));
    assert.equal(away.status, 503);
    assert.equal(away.body.code, 'unavailable');
    await rename(join(server.dataFolder, 'elsewhere'), disk!.path);
    let last = away;
    while (last.status === 503) last = await ann.patch(place, 100_000, bytes.subarray(100_000));
    assert.equal(last.status, 204);
    assert.deepEqual(await content('/Mere/away'), bytes);
  });
});
