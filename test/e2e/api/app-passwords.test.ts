import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient } from '../../support/dav-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PASSWORD = 'correct horse battery';
const ANN = { name: 'ann', password: PASSWORD };

describeOnDatabases('app passwords', (database) => {
  let server: TestServer;
  let ann: ApiClient;
  let admin: ApiClient;
  let dav: DavClient;
  const clients: DavClient[] = [];

  before(async () => {
    server = await startServer({ database });
    await server.addUser('adam', { password: PASSWORD, role: 'admin' });
    await server.addUser('ann', { password: PASSWORD });
    await server.addUser('nora', { password: PASSWORD, role: 'normal' });
    [ann, admin] = [
      await ApiClient.login(server.url, ANN),
      await ApiClient.login(server.url, { ...ANN, name: 'adam' }),
    ];
    dav = asDav(PASSWORD);
    await dav.makeCollection('Mere/box');
    await dav.put('Mere/box/in.txt', 'inside');
    await dav.put('Mere/outside.txt', 'outside');
  });
  after(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  function asDav(password: string, name = 'ann'): DavClient {
    const client = new DavClient(server.davUrl, { name, password });
    clients.push(client);
    return client;
  }

  const create = async (wanted: object = {}, by = ann) =>
    (await by.ok('createAppPassword', { body: { name: 'phone', ...wanted } })).body;

  it('is shown once, and works at once for WebDAV and as Bearer', async () => {
    const made = await create({ name: ' Ann’s phone ' });
    assert.match(made.password, /^nosocial(-[0-9a-z]{4}){7}$/);
    assert.deepEqual([made.name, made.userName, made.access], ['Ann’s phone', 'ann', 'full']);
    assert.equal((await asDav(made.password).get('Mere/box/in.txt')).toString(), 'inside');
    assert.equal(
      (await asDav(made.password.toUpperCase().replaceAll('-', ' ').replace(' ', '-')).get('Mere/box/in.txt')).length,
      6,
    );
    const { body } = await new ApiClient(server.url, made.password).ok('getFile', { query: { path: '/Mere/box' } });
    assert.equal(body.kind, 'folder');

    const { body: list, bytes } = await ann.ok('listAppPasswords');
    const listed = list.items.find(({ id }: { id: number }) => id === made.id);
    assert.equal(listed.isExpired, false);
    assert.ok(!bytes.toString().includes(made.password.slice(9, 13)));
    for (const file of ['nosocial.db', 'audit.log']) {
      const text = await readFile(join(server.dataFolder, file), 'latin1').catch(() => '');
      assert.ok(!text.includes(made.password) && !text.includes(made.password.replaceAll('-', '').slice(8)));
    }
  });

  it('is no good for another user, nor as the password of an account', async () => {
    const { password } = await create();
    await asDav(password, 'adam').expect(401, 'GET', 'Mere/');
    await asDav(password, 'nobody').expect(401, 'GET', 'Mere/');
    await new ApiClient(server.url).refused('login', 'not-authenticated', { body: { username: 'ann', password } });
  });

  it('is refused from the next request on once it is revoked, on every edge', async () => {
    const { id, password } = await create();
    const [phone, bearer] = [asDav(password), new ApiClient(server.url, password)];
    await phone.get('Mere/box/in.txt');
    await bearer.ok('getFile', { query: { path: '/' } });
    await ann.ok('deleteAppPassword', { params: { id } });
    await phone.expect(401, 'GET', 'Mere/box/in.txt');
    await bearer.refused('getFile', 'not-authenticated', { query: { path: '/' } });
    await ann.refused('deleteAppPassword', 'not-found', { params: { id } });
  });

  it('is refused while its user is disabled, and knows their present role', async () => {
    const nora = await ApiClient.login(server.url, { ...ANN, name: 'nora' });
    const { password } = await create({}, nora);
    const phone = asDav(password, 'nora');
    await phone.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
    assert.equal((await server.cli(['user', 'disable', 'nora'])).code, 0);
    await phone.expect(401, 'PROPFIND', '', { headers: { depth: '0' } });
    assert.equal((await server.cli(['user', 'enable', 'nora'])).code, 0);
    assert.equal((await server.cli(['user', 'role', 'nora', 'advanced'])).code, 0);
    await phone.expect(201, 'PUT', 'Mere/mine.txt', { body: 'x' });
  });

  it('tells when and from where it was used', async () => {
    const { id, password } = await create();
    const startedAt = Date.now();
    await asDav(password).get('Mere/box/in.txt');
    const used = async () => (await ann.ok('listAppPasswords')).body.items.find((one: { id: number }) => one.id === id);
    // It is noted in the background.
    while ((await used()).lastUsedAt === undefined) assert.ok(Date.now() - startedAt < 30_000);
    assert.equal((await used()).lastUsedAddress, '127.0.0.1');
  });

  it('is never an administrator, and manages neither accounts nor app passwords', async () => {
    const { id, password } = await create({}, admin);
    const bearer = new ApiClient(server.url, password);
    await bearer.refused('listDisks', 'forbidden');
    await bearer.refused('listAppPasswordsOfUser', 'forbidden', { params: { name: 'ann' } });
    await bearer.refused('listAppPasswords', 'forbidden');
    await bearer.refused('createAppPassword', 'forbidden', { body: { name: 'another' } });
    await bearer.refused('deleteAppPassword', 'forbidden', { params: { id } });
    await bearer.refused('listSessions', 'forbidden');
    await bearer.refused('logOutEverywhere', 'forbidden');
    await bearer.refused('getSecondFactor', 'forbidden');
    await bearer.refused('listAccountEvents', 'forbidden');
    const change = { password: PASSWORD, newPassword: 'another one entirely' };
    await bearer.refused('changePassword', 'forbidden', { body: change });
    await bearer.refused('listTrash', 'forbidden', { query: { all: true } });
    // Neither from outside this machine nor through a proxy on it.
    const headers = { 'X-Forwarded-For': '192.0.2.1', Authorization: asDav(password, 'adam').authorization };
    assert.equal((await fetch(`${server.url}/metrics`, { headers })).status, 404);
  });

  it('for WebDAV only is refused by the API, and says why', async () => {
    const { password } = await create({ isDavOnly: true });
    await asDav(password).get('Mere/box/in.txt');
    const { detail } = await new ApiClient(server.url, password).refused('getFile', 'not-authenticated', {
      query: { path: '/' },
    });
    assert.match(detail, /WebDAV only/);
  });

  it('is limited by what it is for, over the API as over WebDAV', async () => {
    const { password } = await create({ access: 'read-only' });
    const bearer = new ApiClient(server.url, password);
    await bearer.ok('downloadFile', { query: { path: '/Mere/box/in.txt' } });
    await bearer.refused('uploadFile', 'forbidden', { query: { path: '/Mere/new.txt' }, content: 'x' });
    await bearer.refused('createFolder', 'forbidden', { body: { path: '/Mere/new' } });
    await bearer.refused('deleteFile', 'forbidden', { query: { path: '/Mere/outside.txt' } });
    await asDav(password).expect(403, 'PUT', 'Mere/new.txt', { body: 'x' });

    const camera = new ApiClient(server.url, (await create({ access: 'upload-only' })).password);
    await camera.ok('uploadFile', { query: { path: '/Mere/photo.jpg' }, content: 'x' });
    await camera.refused('deleteFile', 'forbidden', { query: { path: '/Mere/photo.jpg' } });
    await camera.refused('emptyTrash', 'forbidden');
    const rename = { path: '/Mere/photo.jpg', name: 'renamed.jpg' };
    await camera.refused('renameFile', 'forbidden', { body: rename });
    const copy = { path: '/Mere/photo.jpg', to: '/Mere/outside.txt', onConflict: 'replace' };
    await camera.refused('copyFile', 'forbidden', { body: copy });
    assert.equal((await dav.get('Mere/outside.txt')).toString(), 'outside');
  });

  describe('for one folder', () => {
    let bearer: ApiClient;
    let folderId: number;
    let outsideId: number;

    before(async () => {
      const made = await create({ folder: '/Mere/box' });
      assert.equal(made.folder.path, '/Mere/box');
      bearer = new ApiClient(server.url, made.password);
      const idOf = async (path: string) => (await ann.ok('getFile', { query: { path } })).body.id as number;
      [folderId, outsideId] = [await idOf('/Mere/box'), await idOf('/Mere/outside.txt')];
      assert.equal(made.folder.id, folderId);
    });

    it('has the folder as its root', async () => {
      const items = await bearer.all('listFiles', { query: { path: '/' } });
      assert.deepEqual(
        items.map(({ path }: { path: string }) => path),
        ['/in.txt'],
      );
      assert.equal((await bearer.ok('downloadFile', { query: { path: '/in.txt' } })).bytes.toString(), 'inside');
      const { body } = await bearer.ok('getFile', { query: { id: folderId } });
      assert.deepEqual([body.path, body.name, body.rights.remove], ['/', '', false]);
    });

    it('reaches nothing outside by path or id, in any route', async () => {
      const homeId = (await ann.ok('getFile', { query: { path: '/' } })).body.id;
      const mereId = (await ann.ok('getFile', { query: { path: '/Mere' } })).body.id;
      const workspaceId = (await ann.ok('getFile', { query: { path: '/Workspace' } })).body.id;
      for (const id of [outsideId, homeId, mereId, workspaceId]) {
        for (const route of ['getFile', 'downloadFile', 'listFiles', 'deleteFile', 'listVersions']) {
          await bearer.refused(route, 'not-found', { query: { id } });
        }
        await bearer.refused('renameFile', 'not-found', { body: { id, name: 'mine.txt' } });
        for (const route of ['moveFile', 'copyFile'])
          await bearer.refused(route, 'not-found', { body: { id, to: '/x' } });
      }
      for (const path of ['/Mere', '/Mere/outside.txt', '/Workspace', '/outside.txt']) {
        await bearer.refused('getFile', 'not-found', { query: { path } });
      }
      for (const path of ['/../outside.txt', '/./in.txt', '/a/../../outside.txt']) {
        await bearer.refused('getFile', 'bad-name', { query: { path } });
        await bearer.refused('copyFile', 'bad-name', { body: { path: '/in.txt', to: path } });
      }
      await bearer.refused('copyFile', 'parent-missing', { body: { path: '/in.txt', to: '/Mere/stolen.txt' } });
      await bearer.refused('moveFile', 'parent-missing', { body: { path: '/in.txt', to: '/Workspace/stolen.txt' } });
    });

    it('finds nothing outside', async () => {
      for (const q of ['outside', 'Mere', 'box', 'Workspace'])
        assert.deepEqual(await bearer.all('search', { query: { q } }), []);
      const recent = await bearer.all('listRecent');
      assert.deepEqual([...new Set(recent.map(({ path }: { path: string }) => path))], ['/in.txt']);
    });

    it('is told nothing of what happens outside', async () => {
      await dav.expect(201, 'MOVE', 'Mere/outside.txt', { headers: { destination: '/dav/Mere/outside2.txt' } });
      await dav.expect(201, 'MOVE', 'Mere/outside2.txt', { headers: { destination: '/dav/Mere/outside.txt' } });
      const { bytes } = await bearer.ok('listActivity');
      assert.ok(bytes.toString().includes('in.txt'));
      assert.ok(!/outside|Mere|box/.test(bytes.toString()), bytes.toString());
    });

    it('has nothing of the trash outside', async () => {
      await dav.put('Mere/trashed-outside.txt', 'x');
      await dav.put('Mere/box/trashed-inside.txt', 'x');
      await dav.expect(204, 'DELETE', 'Mere/trashed-outside.txt');
      await dav.expect(204, 'DELETE', 'Mere/box/trashed-inside.txt');
      const mine = await ann.all('listTrash');
      const outside = mine.find(({ name }: { name: string }) => name === 'trashed-outside.txt');
      const seen = await bearer.all('listTrash');
      assert.deepEqual(
        seen.map(({ name }: { name: string }) => name),
        ['trashed-inside.txt'],
      );
      assert.ok(!JSON.stringify(seen).includes('Mere'));
      await bearer.refused('restoreTrash', 'not-found', { params: { id: outside.id }, body: {} });
      await bearer.refused('purgeTrash', 'not-found', { params: { id: outside.id } });
    });

    it('neither sees nor stops what others do, though it is done for the same user', async () => {
      const { body } = await ann.ok('emptyTrash');
      const whole = await ann.ok('listJobs');
      const id = body.id ?? whole.body.items[0].id;
      await ann.ok('getJob', { params: { id } });
      assert.deepEqual((await bearer.ok('listJobs')).body.items, []);
      await bearer.refused('getJob', 'not-found', { params: { id } });
      await bearer.refused('cancelJob', 'not-found', { params: { id } });
    });

    it('is refused everywhere once the folder is gone, whatever has its name then', async () => {
      await ann.ok('createFolder', { body: { path: '/Mere/short' } });
      const { password } = await create({ folder: '/Mere/short' });
      const narrow = new ApiClient(server.url, password);
      await narrow.ok('uploadFile', { query: { path: '/a.txt' }, content: 'x' });
      await ann.ok('deleteFile', { query: { path: '/Mere/short' } });
      await ann.ok('createFolder', { body: { path: '/Mere/short' } });
      await narrow.refused('listFiles', 'not-found', { query: { path: '/' } });
      await narrow.refused('uploadFile', 'not-found', { query: { path: '/b.txt' }, content: 'x' });
      await asDav(password).expect(404, 'PROPFIND', '', { headers: { depth: '1' } });
      const { items } = (await ann.ok('listAppPasswords')).body;
      assert.ok(items.some(({ folder }: { folder?: { path?: string } }) => folder && folder.path === undefined));
    });
  });

  it('is refused with a folder, a name or a time that cannot be', async () => {
    const refused = (code: Parameters<ApiClient['refused']>[1], wanted: object) =>
      ann.refused('createAppPassword', code, { body: { name: 'phone', ...wanted } });
    await refused('not-found', { folder: '/Mere/nowhere' });
    await refused('not-a-collection', { folder: '/Mere/outside.txt' });
    await refused('bad-request', { folder: '/' });
    await refused('bad-name', { folder: '/Mere/../Mere' });
    await refused('bad-request', { expiresAt: '2020-01-01T00:00:00Z' });
    await refused('bad-request', { expiresAt: 'tomorrow' });
    await refused('bad-request', { name: '  ' });
    await refused('bad-request', { name: 'a\nb' });
    await refused('bad-request', { access: 'everything' });
    await refused('bad-request', { rootId: 1 });
    const { expiresAt } = await create({ expiresAt: '2099-01-01T00:00:00+02:00' });
    assert.equal(expiresAt, '2098-12-31T22:00:00.000Z');
  });

  it('is listed and revoked by administrators, who see no folder of a home, and by nobody else', async () => {
    const { id, password } = await create({ name: 'lost phone', folder: '/Mere/box' });
    const { items } = (await admin.ok('listAppPasswordsOfUser', { params: { name: 'ANN' } })).body;
    const lost = items.find(({ name }: { name: string }) => name === 'lost phone');
    assert.equal(lost.folder.path, undefined);
    await ann.refused('listAppPasswordsOfUser', 'forbidden', { params: { name: 'ann' } });
    await admin.refused('listAppPasswordsOfUser', 'not-found', { params: { name: 'nobody' } });
    await admin.refused('deleteAppPassword', 'not-found', { params: { id } });
    await admin.refused('deleteAppPasswordOfUser', 'not-found', { params: { name: 'adam', id } });
    await admin.ok('deleteAppPasswordOfUser', { params: { name: 'ann', id } });
    await asDav(password).expect(401, 'GET', 'in.txt');
    const audit = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
    const entries = audit.map((line) => JSON.parse(line) as Record<string, string>);
    const removed = entries.find(({ action, value }) => action === 'app-password-removed' && value === 'lost phone');
    assert.deepEqual([removed?.['user'], removed?.['target'], removed?.['address']], ['adam', 'ann', '127.0.0.1']);
  });

  it('comes to an end of fifty', async () => {
    const { items } = (await admin.ok('listAppPasswords')).body;
    for (let count = items.length; count < 50; count++) await create({}, admin);
    const { detail } = await admin.refused('createAppPassword', 'refused', { body: { name: 'one more' } });
    assert.match(detail, /delete one/);
  });

  it('costs WebDAV no more statements than the password of the account', async () => {
    const nora = await ApiClient.login(server.url, { ...ANN, name: 'nora' });
    const { password } = await create({}, nora);
    const statements = async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^nosocial_database_statements_total (\d+)$/m.exec(text)?.[1]);
    };
    const costOf = async (client: DavClient) => {
      // What is done once (a login, the note of its use) is over by then.
      for (let count = 0; count < 5; count++) await client.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
      const costs = [];
      for (let count = 0; count < 10; count++) {
        const before = await statements();
        await client.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
        costs.push((await statements()) - before);
      }
      // Upkeep may have run in between.
      return Math.min(...costs);
    };
    assert.equal(await costOf(asDav(password, 'nora')), await costOf(asDav(PASSWORD, 'nora')));
  });
});
