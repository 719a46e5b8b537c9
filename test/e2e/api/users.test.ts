import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { auditOf } from './audit-lines.ts';

const ADAM = { name: 'adam', password: 'adam has a password' };
const PASSWORD = 'a password of theirs';

const ENV = { NOSOCIAL_VERSIONS_KEPT: '3', NOSOCIAL_PROFILE: 'family', NOSOCIAL_PROPFIND_INFINITE_DEPTH: 'true' };

describeOnDatabases('users', (database) => {
  let server: TestServer;
  let adam: ApiClient;

  before(async () => {
    server = await startServer({ database, env: { ...ENV } });
    await server.addUser('adam', { ...ADAM, role: 'admin' });
    adam = await ApiClient.login(server.url, ADAM);
  });
  after(() => server.stop());

  const create = (name: string, more: object = {}) =>
    adam.ok('createUser', { body: { name, password: PASSWORD, ...more } });
  const change = (name: string, body: object) => adam.ok('changeUser', { params: { name }, body });
  const signIn = (name: string, password = PASSWORD) => ApiClient.login(server.url, { name, password });

  it('are made, found and shown', async () => {
    const { status, body, headers } = await create('Zoé', { quotaBytes: 5_000_000 });
    assert.equal(status, 201);
    assert.equal(headers.get('location'), '/api/v1/users/Zo%C3%A9');
    assert.equal(body.role, 'advanced');
    assert.equal(body.quotaBytes, 5_000_000);
    assert.equal(body.state, 'active');
    assert.equal(body.lastLoginAt, undefined);
    for (const name of ['nora', 'norbert']) await create(name, { role: 'normal' });
    await adam.refused('createUser', 'already-exists', { body: { name: 'ZOE\u0301', password: PASSWORD } });
    await adam.refused('createUser', 'bad-name', { body: { name: ' x', password: PASSWORD } });
    await adam.refused('createUser', 'bad-request', { body: { name: 'x', password: 'short' } });
    await adam.refused('createUser', 'bad-request', { body: { name: 'x', password: PASSWORD, isAdmin: true } });

    const names = async (query: object) =>
      (await adam.all('listUsers', { query: { ...query } })).map(({ name }) => name);
    assert.deepEqual(await names({}), ['adam', 'nora', 'norbert', 'Zoé']);
    assert.deepEqual(await names({ limit: 1 }), ['adam', 'nora', 'norbert', 'Zoé']);
    assert.deepEqual(await names({ search: 'NOR' }), ['nora', 'norbert']);
    assert.deepEqual(await names({ role: 'admin' }), ['adam']);
    assert.deepEqual(await names({ state: 'disabled' }), []);
    await adam.refused('getUser', 'not-found', { params: { name: 'nobody' } });
  });

  it('are for administrators only', async () => {
    const zoe = await signIn('zoé');
    for (const id of ['listUsers', 'listInvitations', 'getSettings']) await zoe.refused(id, 'forbidden');
    await zoe.refused('getUser', 'forbidden', { params: { name: 'zoé' } });
    await zoe.refused('changeUser', 'forbidden', { params: { name: 'zoé' }, body: { role: 'admin' } });
    await zoe.refused('removeUser', 'forbidden', { params: { name: 'nora' } });
    await new ApiClient(server.url).refused('listUsers', 'not-authenticated');
  });

  it('show when they signed in last', async () => {
    const since = Date.now() - 1000;
    await signIn('nora');
    let lastLoginAt: string | undefined;
    // It is noted beside the answer.
    while (lastLoginAt === undefined) {
      ({ lastLoginAt } = (await adam.ok('getUser', { params: { name: 'nora' } })).body);
    }
    assert.ok(Date.parse(lastLoginAt) >= since);
  });

  it('are changed, and what concerns rights holds at once', async () => {
    const zoe = await signIn('zoé');
    const { body } = await change('zoé', { name: 'Zoë', quotaBytes: 7_000_000, bandwidthBytesPerSecond: 1_000_000 });
    assert.deepEqual([body.name, body.quotaBytes, body.bandwidthBytesPerSecond], ['Zoë', 7_000_000, 1_000_000]);
    assert.equal((await zoe.ok('getAccount')).body.name, 'Zoë');
    await signIn('zoë');
    await adam.refused('changeUser', 'already-exists', { params: { name: 'zoë' }, body: { name: 'Nora' } });

    await change('zoë', { password: 'another password' });
    await zoe.refused('getAccount', 'not-authenticated');
    const again = await signIn('zoë', 'another password');
    await change('zoë', { isDisabled: true });
    await again.refused('getAccount', 'not-authenticated');
    assert.equal((await adam.ok('getUser', { params: { name: 'zoë' } })).body.state, 'disabled');
    await change('zoë', { isDisabled: false });
    await signIn('zoë', 'another password');
  });

  it('keep one administrator who can sign in', async () => {
    const asked = { params: { name: 'adam' } };
    for (const body of [{ role: 'normal' }, { isDisabled: true }]) {
      const { detail } = await adam.refused('changeUser', 'refused', { ...asked, body });
      assert.match(detail, /last administrator/);
    }
    await adam.refused('removeUser', 'refused', asked);
    for (const files of ['keep', 'delete']) await adam.refused('removeUser', 'refused', { ...asked, query: { files } });
    await change('norbert', { role: 'admin' });
    await change('adam', { role: 'advanced' });
    await adam.refused('listUsers', 'not-authenticated');
    const norbert = await signIn('norbert');
    await norbert.ok('changeUser', { ...asked, body: { role: 'admin' } });
    adam = await ApiClient.login(server.url, ADAM);
    await change('norbert', { role: 'normal' });
  });

  it('leave in the audit log what was done to them, and by whom', async () => {
    const isThere = (action: string, target: string) => (line: { action: string; target?: string; user?: string }) =>
      line.action === action && line.target === target && line.user === 'adam';
    await auditOf(server, (lines) =>
      [
        ['user-added', 'Zoé'],
        ['user-renamed', 'Zoé'],
        ['quota-changed', 'Zoé'],
        ['password-changed', 'Zoë'],
        ['user-disabled', 'Zoë'],
        ['user-enabled', 'Zoë'],
        ['role-changed', 'norbert'],
      ].every(([action, target]) => lines.some(isThere(action!, target!))),
    );
  });

  describe('settings', () => {
    interface Item {
      key: string;
      value: unknown;
      source: string;
      isChangeable: boolean;
    }
    const settingOf = async (key: string): Promise<Item> =>
      (await adam.ok('getSettings')).body.items.find((item: Item) => item.key === key);

    it('say what holds, and where that comes from', async () => {
      assert.deepEqual(await settingOf('accounts.profile'), {
        key: 'accounts.profile',
        value: 'family',
        source: 'NOSOCIAL_PROFILE',
        isChangeable: false,
      });
      assert.deepEqual(await settingOf('accounts.registration'), {
        key: 'accounts.registration',
        value: 'closed',
        source: 'profile family',
        isChangeable: true,
      });
      assert.equal((await settingOf('data')).isChangeable, false);
      const { items } = (await adam.ok('getSettings')).body;
      const password = new URL(server.databaseUrl).password;
      if (password !== '') assert.ok(!JSON.stringify(items).includes(password));
    });

    it('change while the server runs, and stay after a restart', async () => {
      await adam.ok('changeSettings', {
        body: { 'accounts.newRole': 'normal', 'files.defaultQuota': '2GB', 'files.trashKeptDays': 3 },
      });
      assert.equal((await create('late')).body.role, 'normal');
      assert.equal((await adam.ok('getUser', { params: { name: 'late' } })).body.quotaBytes, 2_000_000_000);
      const changed = { key: 'files.trashKeptDays', value: 3, source: 'changed while running', isChangeable: true };
      assert.deepEqual(await settingOf('files.trashKeptDays'), changed);
      await server.restart();
      assert.deepEqual(await settingOf('files.trashKeptDays'), changed);
      await adam.ok('changeSettings', { body: { 'accounts.newRole': null, 'files.trashKeptDays': null } });
      assert.equal((await settingOf('files.trashKeptDays')).source, 'default');
      assert.equal((await create('later')).body.role, 'advanced');
    });

    it('are refused, all of them, where one cannot be changed', async () => {
      const set = (body: object) => ({ body: { 'files.versionsKeptDays': 5, ...body } });
      const fixed = await adam.refused('changeSettings', 'refused', set({ 'files.versionsKept': 5 }));
      assert.match(fixed.detail, /NOSOCIAL_VERSIONS_KEPT/);
      await adam.refused('changeSettings', 'refused', set({ listen: '127.0.0.1:1' }));
      await adam.refused('changeSettings', 'bad-request', set({ 'no.such': 1 }));
      await adam.refused('changeSettings', 'bad-request', set({ 'accounts.registration': 'ajar' }));
      await adam.refused('changeSettings', 'bad-request', set({ 'files.trashKeptDays': 0 }));
      assert.equal((await settingOf('files.versionsKeptDays')).value, 30);
    });
  });

  describe('homes of others', () => {
    let davOfAdam: DavClient;
    let nina: DavClient;
    before(async () => {
      await create('nina', { quotaBytes: 1_000_000 });
      davOfAdam = new DavClient(server.davUrl, ADAM);
      nina = new DavClient(server.davUrl, { name: 'nina', password: PASSWORD });
      await nina.put('Mere/letter.txt', 'dear diary');
    });
    after(() => {
      davOfAdam.close();
      nina.close();
    });
    const opens = (isOn: boolean | null) => adam.ok('changeSettings', { body: { 'accounts.adminsOpenHomes': isOn } });
    const status = async (client: DavClient, method: string, path: string, options = {}) =>
      (await client.request(method, path, options)).status;

    it('are shut unless that is set', async () => {
      assert.equal(await status(davOfAdam, 'GET', 'Homes/nina/Mere/letter.txt'), 404);
      assert.ok(!(await davOfAdam.list('')).has('Homes'));
      await adam.refused('getFile', 'not-found', { query: { path: '/Homes/nina' } });
      assert.equal((await adam.ok('getAccount')).body.isHomeOpenToAdmins, false);
      // The name is kept free all the same.
      assert.equal(await status(davOfAdam, 'MKCOL', 'homes'), 403);
    });

    it('open at once, over every edge, with all that their owners may do', async () => {
      await opens(true);
      assert.equal((await adam.ok('getAccount')).body.isHomeOpenToAdmins, true);
      assert.ok((await davOfAdam.list('')).has('Homes'));
      const homes = await davOfAdam.list('Homes');
      assert.ok(homes.has('nina'));
      assert.ok(!homes.has('adam'));
      assert.equal((await davOfAdam.get('Homes/nina/Mere/letter.txt')).toString(), 'dear diary');
      const listed = await adam.all('listFiles', { query: { path: '/Homes/nina/Mere' } });
      assert.deepEqual(
        listed.map(({ name, owner, rights }) => [name, owner, rights.remove]),
        [['letter.txt', 'nina', true]],
      );
      const byId = (await adam.ok('getFile', { query: { id: listed[0].id } })).body;
      assert.equal(byId.path, '/Homes/nina/Mere/letter.txt');
      for (const folder of ['/Homes', '/Homes/nina', '/Homes/nina/Mere']) {
        await adam.refused('createAppPassword', 'bad-request', { body: { name: 'for homes', folder } });
      }
      const inFolder = await adam.all('listFiles', { query: { path: '/Homes' } });
      assert.ok(inFolder.some(({ name }) => name === 'nina'));
      assert.equal(await status(davOfAdam, 'PROPFIND', 'Homes', { headers: { Depth: '1' } }), 207);
      // Who came and went since shows: nothing that was kept of the folder is good any more.
      const { headers } = await davOfAdam.request('GET', 'Homes/');
      const kept = { 'If-None-Match': String(headers.etag), 'If-Modified-Since': String(headers['last-modified']) };
      await create('newcomer');
      assert.match(String((await davOfAdam.request('GET', 'Homes/', { headers: kept })).body), /newcomer/);
    });

    it('leave to their owners what is made in them', async () => {
      const usedBytes = async (name: string): Promise<number> =>
        (await adam.ok('getUser', { params: { name } })).body.usedBytes as number;
      const [ninas, adams] = [await usedBytes('nina'), await usedBytes('adam')];
      assert.equal(await status(davOfAdam, 'PUT', 'Homes/nina/Mere/answer.txt', { body: 'dear nina' }), 201);
      assert.equal(await status(davOfAdam, 'PUT', 'Homes/nina/Mere/big', { body: Buffer.alloc(200_000) }), 201);
      assert.equal(await status(davOfAdam, 'MKCOL', 'Homes/nina/Mere/more'), 201);
      const destination = { Destination: davOfAdam.urlOf('Homes/nina/Mere/more/copy.txt') };
      assert.equal(await status(davOfAdam, 'COPY', 'Homes/nina/Mere/answer.txt', { headers: destination }), 201);
      assert.equal(await usedBytes('adam'), adams);
      assert.equal(await usedBytes('nina'), ninas + 200_018);
      assert.equal(await status(davOfAdam, 'PUT', 'Homes/nina/Mere/huge', { body: Buffer.alloc(900_000) }), 507);
      assert.equal(await status(nina, 'DELETE', 'Mere/more'), 204);
    });

    it('stay where they are, as the folder that holds them does', async () => {
      for (const path of ['Homes', 'Homes/nina']) {
        assert.equal(await status(davOfAdam, 'DELETE', path), 403, path);
        const headers = { Destination: davOfAdam.urlOf('elsewhere') };
        assert.equal(await status(davOfAdam, 'MOVE', path, { headers }), 403, path);
        assert.equal(await status(davOfAdam, 'MKCOL', path), 405, path);
      }
      assert.equal(await status(davOfAdam, 'COPY', 'Homes', { headers: { Destination: davOfAdam.urlOf('all') } }), 403);
      assert.equal(await status(davOfAdam, 'MKCOL', 'Homes/nobody'), 403);
      assert.equal(await status(davOfAdam, 'PUT', 'Homes/file', { body: 'x' }), 403);
      assert.equal(await status(davOfAdam, 'PUT', 'Homes/nobody/file', { body: 'x' }), 409);
      assert.equal(await status(davOfAdam, 'PROPFIND', 'Homes/Nina', { headers: { Depth: '0' } }), 404);
      assert.equal(await status(davOfAdam, 'PROPFIND', 'Homes/nora', { headers: { Depth: '0' } }), 404);
    });

    it('are nothing to others', async () => {
      assert.equal(await status(nina, 'GET', 'Homes/adam/Mere'), 404);
      assert.ok(!(await nina.list('')).has('Homes'));
    });

    it('are written down, each time that one is come into', async () => {
      const visits = (lines: readonly { action: string; target?: string; user?: string; value?: unknown }[]) =>
        lines.filter(({ action, target, user }) => action === 'home-opened' && target === 'nina' && user === 'adam');
      // Nobody has to name a home to see what is in it.
      const all = await davOfAdam.request('PROPFIND', '', { headers: { Depth: 'infinity' } });
      assert.match(String(all.body), /Homes\/nina\/Mere\/letter\.txt/);
      const zip = await adam.ok('downloadArchive', { query: { path: '/' } });
      assert.ok(zip.bytes.includes('Homes/nina/Mere/letter.txt'));
      const written = ['PROPFIND /dav/', 'GET /api/v1/files/archive'];
      const lines = await auditOf(server, (found) =>
        written.every((text) => visits(found).some(({ value }) => String(value).startsWith(text))),
      );
      assert.ok(visits(lines).some(({ value }) => value === 'MKCOL /dav/Homes/nina/Mere/more'));
      const gets = visits(lines).filter(({ value }) => value === 'GET /dav/Homes/nina/Mere/letter.txt');
      assert.equal(gets.length, 1);
      assert.ok(visits(lines).some(({ value }) => String(value).startsWith('GET /api/v1/files')));
      assert.ok(!lines.some(({ action, target }) => action === 'home-opened' && target === 'adam'));
    });
  });
});
