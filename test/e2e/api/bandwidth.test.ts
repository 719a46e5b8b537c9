import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient, inPieces } from '../../support/dav-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const USER = { name: 'ann', password: 'correct horse battery' };
const RATE = 200_000;
/** Half a second's worth, and what goes at once after a rest. */
const CONTENT = Buffer.alloc(0.75 * RATE, 'nosocial ');
/** Timers and clocks may disagree by some milliseconds. */
const SLOW_MS = 490;

describe('a cap on the bandwidth of a user', () => {
  let server: TestServer;
  let dav: DavClient;

  before(async () => {
    server = await startServer();
    await server.addUser(USER.name, { password: USER.password });
    dav = new DavClient(server.davUrl, USER);
    await dav.put('Mere/content.bin', CONTENT);
    const { stderr } = await server.cli(['user', 'bandwidth', 'ann', String(RATE)]);
    assert.match(stderr, /ann has 200kB a second now/);
  });
  after(async () => {
    dav.close();
    await server.stop();
  });

  async function takes<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
    const startedAt = performance.now();
    const result = await work();
    return { ms: performance.now() - startedAt, result };
  }

  it('slows what one downloads, whole and in ranges, and changes none of it', async () => {
    const whole = await takes(() => dav.get('Mere/content.bin'));
    assert.ok(whole.result.equals(CONTENT));
    assert.ok(whole.ms >= SLOW_MS, `it took ${whole.ms} ms`);
    const headers = { range: 'bytes=100-299' };
    const { body } = await dav.expect(206, 'GET', 'Mere/content.bin', { headers });
    assert.ok(body.equals(CONTENT.subarray(100, 300)));
  });

  it('slows a zip', async () => {
    const api = await ApiClient.login(server.url, USER);
    const { ms, result } = await takes(() => api.ok('downloadArchive', { query: { path: '/Mere/content.bin' } }));
    assert.ok(result.bytes.length > CONTENT.length);
    assert.ok(ms >= SLOW_MS, `it took ${ms} ms`);
  });

  it('slows what one uploads over WebDAV and the API, with and without a length', async () => {
    const api = await ApiClient.login(server.url, USER);
    const ways = {
      'with.bin': () => dav.put('Mere/with.bin', CONTENT),
      'without.bin': () => dav.expect(201, 'PUT', 'Mere/without.bin', { body: inPieces(CONTENT) }),
      'api.bin': () => api.ok('uploadFile', { query: { path: '/Mere/api.bin' }, content: new Uint8Array(CONTENT) }),
    };
    for (const [name, upload] of Object.entries(ways)) {
      const { ms } = await takes<unknown>(upload);
      assert.ok(ms >= SLOW_MS, `${name} took ${ms} ms`);
      const listed = (await dav.list('Mere')).get(name)?.properties.get('DAV: getcontentlength');
      assert.equal(listed, String(CONTENT.length));
    }
  });

  it('is one for all connections of the user', async () => {
    const { ms, result } = await takes(() => Promise.all([1, 2, 3].map(() => dav.get('Mere/content.bin'))));
    assert.ok(result.every((content) => content.equals(CONTENT)));
    assert.ok(ms >= 3 * SLOW_MS, `it took ${ms} ms`);
  });

  it('holds nobody up for those who went away', async () => {
    const gone = new AbortController();
    const { signal } = gone;
    const abandoned = Array.from({ length: 20 }, () => dav.request('GET', 'Mere/content.bin', { signal }));
    await dav.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
    gone.abort();
    const outcomes = await Promise.allSettled(abandoned);
    assert.ok(outcomes.some(({ status }) => status === 'rejected'));
    assert.ok((await dav.get('Mere/content.bin')).equals(CONTENT));
  });

  it('ends with the next request when it is taken away', async () => {
    const { code } = await server.cli(['user', 'bandwidth', 'ann', 'none']);
    assert.equal(code, 0);
    assert.ok((await dav.get('Mere/content.bin')).equals(CONTENT));
    const { stdout } = await server.cli(['user', 'show', 'ann', '--json']);
    assert.equal(JSON.parse(stdout).bandwidthBytesPerSecond, 0);
  });
});
