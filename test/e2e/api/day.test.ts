import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { PIECE_TYPE, TusClient } from '../../support/tus-client.ts';

const MIB = 1024 * 1024;
const ADA = { name: 'ada', password: 'a long day begins' };
const BEN = { name: 'ben', password: 'ben likes long films' };
const CLEO = { name: 'cleo', password: 'cleo reads a lot' };

const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Each part goes on from the one before: this is one day. */
describeOnDatabases('a day in the life of a server', function (database) {
  this.timeout(120_000);
  this.bail(true);
  let server: TestServer;
  let ada: ApiClient;
  let ben: ApiClient;
  let cleo: ApiClient;
  let benDav: DavClient;
  let cleoDav: DavClient;
  const film = randomBytes(9 * MIB);

  before(async () => {
    server = await startServer({ database });
    await server.addUser(ADA.name, { ...ADA, role: 'admin' });
    ada = await ApiClient.login(server.url, ADA);
  });
  after(async () => {
    benDav.close();
    cleoDav.close();
    await server.stop();
  });

  const pathOf = (path: string) => ({ query: { path } });
  const names = async (client: ApiClient, path: string): Promise<string[]> =>
    (await client.all('listFiles', pathOf(path))).map(({ name }: { name: string }) => name);
  const content = async (client: ApiClient, path: string): Promise<Buffer> =>
    (await client.ok('downloadFile', pathOf(path))).bytes;
  const write = (client: ApiClient, path: string, text: string) =>
    client.call('uploadFile', { query: { path }, content: text, headers: { 'Content-Type': 'text/plain' } });

  it('the administrator invites two people, who come', async () => {
    const stranger = new ApiClient(server.url);
    await stranger.refused('register', 'registration-closed', { body: BEN });
    await ada.ok('changeSettings', { body: { 'accounts.registration': 'invitation' } });
    await stranger.refused('register', 'registration-closed', { body: BEN });
    for (const [person, role] of [
      [BEN, 'advanced'],
      [CLEO, 'normal'],
    ] as const) {
      const { secret: invitation } = (await ada.ok('createInvitation', { body: { role } })).body;
      const { body } = await stranger.ok('register', { body: { ...person, invitation } });
      assert.deepEqual([body.role, body.state], [role, 'active']);
      await stranger.refused('register', 'not-found', { body: { ...person, name: 'again', invitation } });
    }
    [ben, cleo] = await Promise.all([ApiClient.login(server.url, BEN), ApiClient.login(server.url, CLEO)]);
    [benDav, cleoDav] = [BEN, CLEO].map((person) => new DavClient(server.davUrl, person)) as [DavClient, DavClient];
  });

  it('they upload by API, by tus with the server killed in the middle, and by WebDAV', async () => {
    assert.equal((await write(ben, '/Mere/letter.txt', 'first')).status, 201);

    const tus = await TusClient.login(server.url, BEN);
    const place = await tus.create({ path: '/Mere/film.mkv' }, film.length);
    assert.equal((await tus.patch(place, 0, film.subarray(0, 4 * MIB))).status, 204);
    const piece = tus.openPatch(place, 4 * MIB, 5 * MIB);
    await new Promise((resolve) => piece.request.write(film.subarray(4 * MIB, 6 * MIB), resolve));
    await server.kill();
    await assert.rejects(piece.answer);
    await server.restart();
    const offset = await tus.offset(place);
    assert.ok(offset >= 4 * MIB && offset <= 6 * MIB, String(offset));
    assert.equal((await tus.patch(place, offset, film.subarray(offset), { 'Content-Type': PIECE_TYPE })).status, 204);
    assert.equal(sum(await content(ben, '/Mere/film.mkv')), sum(film));

    assert.equal((await benDav.request('PUT', 'Workspace/plan.txt', { body: 'by ben' })).status, 201);
    assert.equal((await cleoDav.request('PUT', 'Workspace/list.txt', { body: 'by cleo' })).status, 201);
    assert.deepEqual((await names(cleo, '/Workspace')).sort(), ['list.txt', 'plan.txt']);
  });

  it('who has the role normal is refused what is not theirs, by every way in', async () => {
    const plan = (await cleo.ok('getFile', pathOf('/Workspace/plan.txt'))).body;
    assert.deepEqual(plan.rights, { read: true, add: false, write: false, remove: false });
    await cleo.refused('deleteFile', 'forbidden', pathOf('/Workspace/plan.txt'));
    await cleo.refused('renameFile', 'forbidden', { body: { id: plan.id, name: 'mine.txt' } });
    assert.equal((await write(cleo, '/Workspace/plan.txt', 'cleo was here')).body.code, 'forbidden');
    assert.equal((await cleoDav.request('DELETE', 'Workspace/plan.txt')).status, 403);
    assert.equal((await cleoDav.request('PUT', 'Workspace/plan.txt', { body: 'no' })).status, 403);
    const cleoTus = await TusClient.login(server.url, CLEO);
    const upload = await cleoTus.tryCreate({ path: '/Workspace/plan.txt', onConflict: 'replace' }, 5);
    assert.deepEqual([upload.status, upload.body.code], [403, 'forbidden']);

    const letter = (await ben.ok('getFile', pathOf('/Mere/letter.txt'))).body;
    await cleo.refused('getFile', 'not-found', { query: { id: letter.id } });
    await cleo.refused('downloadFile', 'not-found', { query: { id: letter.id } });
    assert.deepEqual(await cleo.all('search', { query: { q: 'letter' } }), []);
    await cleo.refused('listUsers', 'forbidden');
    assert.equal(String(await content(ben, '/Workspace/plan.txt')), 'by ben');
  });

  it('who logs out everywhere is out everywhere', async () => {
    const phone = await ApiClient.login(server.url, BEN);
    await phone.ok('getAccount');
    await ben.ok('logOutEverywhere');
    for (const client of [phone, ben]) await client.refused('getAccount', 'not-authenticated');
    ben = await ApiClient.login(server.url, BEN);
    assert.deepEqual(await names(ben, '/Mere'), ['film.mkv', 'letter.txt']);
  });

  it('a quota that is used up refuses by every way in, and nothing is lost', async () => {
    const usedBytes: number = (await ben.ok('getAccount')).body.usedBytes;
    await ada.ok('changeUser', { params: { name: 'ben' }, body: { quotaBytes: usedBytes + 10 } });
    const refused = await write(ben, '/Mere/letter.txt', 'more than ten bytes');
    assert.deepEqual([refused.status, refused.body.code], [507, 'quota-exceeded']);
    const tus = await TusClient.login(server.url, BEN);
    assert.equal((await tus.tryCreate({ path: '/Mere/more' }, 11)).status, 507);
    assert.equal((await benDav.request('PUT', 'Mere/more', { body: 'more than ten bytes' })).status, 507);
    assert.equal(String(await content(ben, '/Mere/letter.txt')), 'first');
    assert.equal((await ben.ok('getAccount')).body.usedBytes, usedBytes);
    await ada.ok('changeUser', { params: { name: 'ben' }, body: { quotaBytes: 100 * MIB } });
  });

  it('a folder with rules refuses what it does not take, and says which rule', async () => {
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(510), Buffer.from('PE\0\0'), Buffer.alloc(512)]);
    const asPicture = { query: { path: '/Gallery/cat.jpg' }, content: Uint8Array.from(program) };
    const problem = await ben.refused('uploadFile', 'rule-violated', asPicture);
    assert.match(problem.detail, /Gallery/);
    assert.equal(problem.folder, 'Gallery');
    assert.equal((await benDav.request('PUT', 'Gallery/report.pdf', { body: '%PDF-1.7\n%âã\n' })).status, 403);
    const tus = await TusClient.login(server.url, BEN);
    const refused = await tus.tryCreate(
      { path: '/Gallery/x.exe' },
      program.length,
      { 'Content-Type': PIECE_TYPE },
      program,
    );
    assert.deepEqual([refused.status, refused.body.code], [403, 'rule-violated']);
    const move = { body: { path: '/Mere/letter.txt', to: '/Gallery/letter.txt' } };
    await ben.refused('moveFile', 'rule-violated', move);
    assert.deepEqual(await names(ben, '/Gallery'), []);
    assert.deepEqual(await names(ben, '/Mere'), ['film.mkv', 'letter.txt']);
  });

  it('what was overwritten and what was deleted come back', async () => {
    assert.equal((await write(ben, '/Mere/letter.txt', 'second')).status, 200);
    const [version] = (await ben.ok('listVersions', pathOf('/Mere/letter.txt'))).body.items;
    await ben.ok('restoreVersion', { params: { id: version.id }, query: { path: '/Mere/letter.txt' } });
    assert.equal(String(await content(ben, '/Mere/letter.txt')), 'first');

    await ben.ok('deleteFile', pathOf('/Mere/film.mkv'));
    assert.deepEqual(await names(ben, '/Mere'), ['letter.txt']);
    const [entry] = await ben.all('listTrash');
    assert.equal(entry.path, '/Mere/film.mkv');
    await ben.ok('restoreTrash', { params: { id: entry.id }, body: {} });
    assert.equal(sum(await content(ben, '/Mere/film.mkv')), sum(film));
  });

  it('a user is removed, and another gets the files', async () => {
    const { body: job } = await ada.ok('removeUser', {
      params: { name: 'ben' },
      query: { files: 'hand-over', to: 'ada' },
    });
    await ben.refused('getAccount', 'not-authenticated');
    let state: string = job.state;
    while (state === 'running') state = (await ada.ok('getJob', { params: { id: job.id } })).body.state;
    assert.equal(state, 'done');
    await ada.refused('getUser', 'not-found', { params: { name: 'ben' } });
    assert.equal(sum(await content(ada, '/ben/Mere/film.mkv')), sum(film));
    assert.equal(String(await content(ada, '/ben/Mere/letter.txt')), 'first');
    const plan = (await ada.ok('getFile', pathOf('/Workspace/plan.txt'))).body;
    assert.deepEqual([plan.owner, plan.isOwn], ['ada', true]);
    assert.equal((await benDav.request('PROPFIND', '', { headers: { Depth: '0' } })).status, 401);
  });

  it('in the evening everything is as it should be, and written down', async () => {
    const actions = (await ada.all('listAudit')).map(({ action }: { action: string }) => action);
    for (const action of ['login', 'invitation-made', 'quota-changed', 'deleted', 'user-removed']) {
      assert.ok(actions.includes(action), `${action} is not among ${actions.join(', ')}`);
    }
    const { stdout, stderr } = await server.cli(['fsck', '--json']);
    assert.deepEqual(JSON.parse(stdout || stderr).findings, []);
  });
});
