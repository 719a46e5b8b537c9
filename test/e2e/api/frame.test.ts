import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PHOTOS = 'https://photos.example.org';
const PASSWORD = 'correct horse';

describe('the gate of the API', function () {
  this.timeout(60_000);
  let server: TestServer;
  let anna: ApiClient;
  before(async () => {
    server = await startServer({ env: { NOSOCIAL_API_CORS_ORIGINS: PHOTOS } });
    await server.addUser('anna', { password: PASSWORD, role: 'admin' });
    anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
  });
  after(() => server.stop());

  const login = (headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ username: 'anna', password: PASSWORD }),
    });

  describe('lets scripts of other sites in', () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/api/v1/disks`, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'DELETE',
          'Access-Control-Request-Headers': 'authorization',
        },
      });

    it('that the settings name, with headers and never with cookies', async () => {
      const { status, headers } = await preflight(PHOTOS);
      assert.equal(status, 204);
      assert.equal(headers.get('access-control-allow-origin'), PHOTOS);
      assert.equal(headers.get('access-control-allow-headers'), 'authorization');
      assert.match(headers.get('access-control-allow-methods') ?? '', /\bDELETE\b/);
      assert.equal(headers.get('access-control-allow-credentials'), null);
      assert.equal(headers.get('vary'), 'Origin');
      const answer = await anna.ok('listDisks', { headers: { Origin: PHOTOS } });
      assert.equal(answer.headers.get('access-control-allow-origin'), PHOTOS);
      assert.equal((await login({ Origin: PHOTOS, 'Sec-Fetch-Site': 'cross-site' })).status, 200);
    });

    for (const origin of ['https://evil.example', 'null', 'https://photos.example.org.evil.example', `${PHOTOS}:444`]) {
      it(`and not ${origin}`, async () => {
        const { headers } = await preflight(origin);
        assert.equal(headers.get('access-control-allow-origin'), null);
        assert.equal(headers.get('access-control-allow-methods'), null);
        assert.equal((await login({ Origin: origin })).status, 403);
        assert.equal((await login({ 'Sec-Fetch-Site': 'cross-site' })).status, 403);
      });
    }
  });

  describe('reads bodies', () => {
    const bodies: [what: string, init: { type?: string; body: string | Uint8Array<ArrayBuffer> }, status: number][] = [
      ['of another type', { type: 'text/plain', body: '{}' }, 415],
      ['without a type', { type: '', body: '{}' }, 415],
      ['that are no JSON', { body: '{' }, 400],
      ['that are not UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400],
      ['of more than a MiB', { body: `"${'x'.repeat(1024 * 1024)}"` }, 413],
      ['that are no object', { body: '[]' }, 400],
      ['with what nobody asked for', { body: '{"path":"/x","more":1}' }, 400],
      ['nested deeply', { body: '['.repeat(100_000) + ']'.repeat(100_000) }, 400],
    ];
    for (const [what, { type = 'application/json', body }, status] of bodies) {
      it(`${what} are refused with ${status}`, async () => {
        await anna.call('addDisk', { content: body, headers: { 'Content-Type': type } }).then((answer) => {
          assert.equal(answer.status, status, answer.bytes.toString());
        });
      });
    }

    it('and says which part is wrong', async () => {
      const problem = await anna.refused('addDisk', 'bad-request', { body: { path: '/x', reserveBytes: -1 } });
      assert.deepEqual(
        problem.errors.map(({ path }: { path: string }) => path),
        ['body.reserveBytes'],
      );
    });

    it('that are compressed not at all', async () => {
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
      assert.equal((await anna.call('addDisk', { content: '{}', headers })).status, 415);
    });
  });

  it('refuses parameters that a route does not know, but for the programs of other servers', async () => {
    const problem = await anna.refused('emptyTrash', 'bad-request', { query: { path: '/Mere/one file' } });
    assert.match(problem.detail, /"path"/);
    await anna.refused('listJobs', 'bad-request', { query: { al: true } });
    await anna.ok('listUploaded', { query: { _: 1 } });
  });

  it('takes a token as x-access-token, too, and the better header where there are two', async () => {
    const { token } = (await (await login()).json()) as { token: string };
    await new ApiClient(server.url, { 'x-access-token': token }).ok('listDisks');
    await new ApiClient(server.url, { 'x-access-token': 'nonsense', Authorization: `Bearer ${token}` }).ok('listDisks');
    for (const credentials of [
      { 'x-access-token': 'nonsense' },
      { Authorization: `Bearer ${token}x` },
      { Authorization: `Basic ${btoa(`anna:${PASSWORD}`)}` },
      {},
    ]) {
      const answer = await new ApiClient(server.url, credentials).call('listDisks');
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /);
    }
  });

  it('takes changes by cookie from its own pages only, and only with their header', async () => {
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'anna', password: PASSWORD }),
    });
    const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
    const cancel = async (headers: Record<string, string>) => {
      const credentials = { Cookie: cookies.join('; '), ...headers };
      return (await new ApiClient(server.url, credentials).call('cancelJob', { params: { id: 'none' } })).status;
    };
    const own = { Origin: server.url, 'X-Requested-With': 'nosocial' };
    assert.equal(await cancel(own), 404);
    assert.equal(await cancel({ 'Sec-Fetch-Site': 'same-origin', 'X-Requested-With': 'nosocial' }), 404);
    assert.equal(await cancel({}), 403);
    assert.equal(await cancel({ Origin: server.url }), 403);
    assert.equal(await cancel({ 'X-Requested-With': 'nosocial' }), 403);
    assert.equal(await cancel({ ...own, Origin: 'https://evil.example' }), 403);
    assert.equal(await cancel({ ...own, Origin: PHOTOS }), 403);
    assert.equal(await cancel({ ...own, 'Sec-Fetch-Site': 'same-site' }), 403);
    assert.equal(await cancel({ ...own, 'Sec-Fetch-Site': 'cross-site' }), 403);
    await new ApiClient(server.url, { Cookie: cookies.join('; ') }).ok('listDisks');
  });
});

describe('disks over the API', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startServer();
    await server.addUser('anna', { password: PASSWORD, role: 'admin' });
    await server.addUser('ben', { password: PASSWORD, role: 'advanced' });
  });
  after(() => server.stop());

  it('are listed, added and forgotten by administrators', async () => {
    const anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
    const path = server.scratch.path('second');
    const { body: added } = await anna.ok('addDisk', { body: { path, reserveBytes: 5 } });
    assert.deepEqual([added.name, added.path, added.state, added.reserveBytes], ['disk2', path, 'up', 5]);
    const { body: listed } = await anna.ok('listDisks');
    assert.deepEqual(
      listed.items.map(({ name }: { name: string }) => name),
      ['disk1', 'disk2'],
    );
    await anna.refused('addDisk', 'bad-request', { body: { path: 'relative' } });
    await anna.ok('removeDisk', { params: { name: 'disk2' } });
    await anna.refused('removeDisk', 'not-found', { params: { name: 'disk2' } });
  });

  it('are no business of others', async () => {
    const ben = await ApiClient.login(server.url, { name: 'ben', password: PASSWORD });
    await ben.refused('listDisks', 'forbidden');
    await ben.refused('addDisk', 'forbidden', { body: { path: server.scratch.path('third') } });
  });
});
