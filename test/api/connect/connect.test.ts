import assert from 'node:assert/strict';
import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { connectRoutes } from '../../../src/api/connect/routes.ts';
import { createSite } from '../../../src/http/site.ts';
import type { Server } from '../../../src/http/server.ts';
import { DomainError } from '../../../src/lib/errors.ts';
import type { MetadataStore } from '../../../src/core/ports/metadata-store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { startServer } from '../../http/fixture.ts';
import { RawConnection } from '../../support/raw-connection.ts';

const LAN = { url: 'http://192.168.1.5:8080', isSecure: false, scope: 'network' } as const;
const SECURE_LAN = { url: 'https://nas.local:8443', isSecure: true, scope: 'network' } as const;
const IPV6 = { url: 'http://[fd00::5]:8080', isSecure: false, scope: 'network' } as const;
const PUBLIC = { url: 'https://cloud.example.org', isSecure: true, scope: 'public' } as const;
const HERE = { url: 'http://127.0.0.1:8080', isSecure: false, scope: 'this-machine' } as const;
const FINGERPRINT = Array.from({ length: 32 }, () => 'A1').join(':');

describe('the connect page', () => {
  let server: Server;
  let port: number;
  let endpoints: readonly (typeof LAN | typeof SECURE_LAN | typeof PUBLIC | typeof HERE | typeof IPV6)[];
  let hasUsers: () => Promise<boolean>;
  let authority: { fingerprint256: string } | undefined;

  beforeEach(async () => {
    endpoints = [PUBLIC, SECURE_LAN, LAN, IPV6];
    hasUsers = async () => true;
    authority = undefined;
    const store = { hasUsers: () => hasUsers() } as MetadataStore;
    const routes = connectRoutes({
      core: { store },
      listEndpoints: () => endpoints,
      findAuthority: () => authority,
    });
    const started = await startServer({ site: createSite([routes], silentLog()), trustedProxies: ['127.0.0.2'] });
    server = started.server;
    port = Number(new URL(started.url).port);
  });
  afterEach(() => server.close(0));

  /** Sent from `localAddress`, since fetch does not let the Host be chosen. */
  async function get(path: string, headers: Record<string, string> = {}, localAddress = '127.0.0.1') {
    const request = http.get({ host: '127.0.0.1', port, path, headers, localAddress });
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject);
    });
    const text = (await buffer(response)).toString();
    return { status: response.statusCode, text, headers: response.headers };
  }

  /** The addresses that the page names, in their order. */
  async function addresses(headers: Record<string, string>, from?: string): Promise<string[]> {
    const { text } = await get('/connect', headers, from);
    const found = [...text.matchAll(/(https?:\/\/[^\s<>"&']+?)\/dav\//g)].map(([, url = '']) => url);
    return [...new Set(found)];
  }

  it('shows who comes from the network all addresses, the own one first', async () => {
    assert.deepEqual(await addresses({ Host: '192.168.1.5:8080' }), [LAN.url, PUBLIC.url, SECURE_LAN.url, IPV6.url]);
    assert.deepEqual(await addresses({ Host: 'nas:8080' }), ['http://nas:8080', ...endpoints.map(({ url }) => url)]);
  });

  it('shows who asks for the public address that one only', async () => {
    assert.deepEqual(await addresses({ Host: 'cloud.example.org' }), [PUBLIC.url]);
    assert.deepEqual(await addresses({ Host: 'CLOUD.example.org' }), [PUBLIC.url]);
  });

  const forwards: [what: string, headers: Record<string, string>][] = [
    ['a proxy that is not trusted', { 'X-Forwarded-For': '192.168.1.7' }],
    ['a tunnel', { 'CF-Connecting-IP': '10.0.0.1' }],
    ['something with Via', { Via: '1.1 proxy' }],
    ['something with Forwarded', { Forwarded: 'for=10.0.0.1' }],
  ];
  for (const [what, headers] of forwards) {
    it(`shows no addresses of the network behind ${what}`, async () => {
      assert.deepEqual(await addresses({ Host: '192.168.1.5:8080', ...headers }), [PUBLIC.url]);
      endpoints = [LAN];
      assert.deepEqual(await addresses({ Host: 'other.example', ...headers }), ['http://other.example']);
    });
  }

  it('shows no addresses of the network to HTTP/1.0, which is a proxy', async () => {
    const connection = await RawConnection.open(`http://127.0.0.1:${port}`);
    await connection.send('GET /connect HTTP/1.0\r\nHost: 127.0.0.1:8080\r\n\r\n');
    assert.equal(await connection.closed(10_000), true);
    assert.match(connection.received, /cloud\.example\.org/);
    assert.doesNotMatch(connection.received, /192\.168|nas\.local/);
  });

  it('believes a trusted proxy about who asks, and by which address', async () => {
    const far = { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Host': 'files.example', 'X-Forwarded-Proto': 'https' };
    endpoints = [LAN];
    assert.deepEqual(await addresses({ Host: 'inner:8080', ...far }, '127.0.0.2'), ['https://files.example']);
    const near = { ...far, 'X-Forwarded-For': '192.168.1.7' };
    assert.deepEqual(await addresses({ Host: 'inner:8080', ...near }, '127.0.0.2'), ['https://files.example', LAN.url]);
  });

  const hosts = ['evil"><script>', "a'b", 'x y z', 'a/b', 'a@b', 'a%0d%0ab', 'a&b', '[::1', 'a:99999999', '<b>', 'ä'];
  for (const host of hosts) {
    it(`never prints the Host ${JSON.stringify(host)}`, async () => {
      const headers = { Host: Buffer.from(host).toString('latin1') };
      assert.deepEqual(
        await addresses(headers),
        endpoints.map(({ url }) => url),
      );
      for (const path of ['/connect', '/connect/nosocial-windows.cmd']) {
        const { text } = await get(path, headers);
        assert.equal(text.includes(host), false);
        assert.doesNotMatch(text, /evil|99999999|<b>/);
      }
    });
  }

  it('chooses only among the addresses that it shows', async () => {
    const chosen = await get(`/connect?at=${encodeURIComponent(SECURE_LAN.url)}`, { Host: '192.168.1.5:8080' });
    assert.match(chosen.text, /<code>https:\/\/nas\.local:8443\/dav\/<\/code>/);
    for (const at of ['http://evil.example', 'javascript:alert(1)', '']) {
      const { text } = await get(`/connect?at=${encodeURIComponent(at)}`, { Host: '192.168.1.5:8080' });
      assert.match(text, /<code>http:\/\/192\.168\.1\.5:8080\/dav\/<\/code>/);
      assert.doesNotMatch(text, /evil|alert/);
    }
    const stranger = await get(`/connect?at=${encodeURIComponent(LAN.url)}`, { Host: 'cloud.example.org' });
    assert.doesNotMatch(stranger.text, /192\.168/);
  });

  it('is kept by no cache and allows no script but its own', async () => {
    const { headers, text } = await get('/connect');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(String(headers.vary), /User-Agent/);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'.*script-src 'self'; connect-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(text, /\sstyle=|\son\w+=|<script(?![^>]*src=)/);
  });

  it('serves its files, and nothing beside them', async () => {
    const { text } = await get('/connect');
    for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/connect\/files\/[^"]+)"/g)) {
      const file = await get(path);
      assert.equal(file.status, 200, path);
      assert.match(String(file.headers['content-type']), /^text\/(?:css|javascript)/);
      for (const [, name = ''] of file.text.matchAll(/from '\.\/([\w.-]+)'/g)) {
        assert.equal((await get(`/connect/files/${name}`)).status, 200, name);
      }
    }
    for (const name of ['tsconfig.json', '..%2froutes.ts', 'routes.ts', 'constructor']) {
      assert.equal((await get(`/connect/files/${name}`)).status, 404, name);
    }
  });

  it('gives the script for the address that is chosen, to be saved', async () => {
    const { text, headers } = await get(`/connect/nosocial-windows.cmd?at=${encodeURIComponent(SECURE_LAN.url)}`, {
      Host: '192.168.1.5:8080',
    });
    assert.match(text, /NOSOCIAL_URL=https:\/\/nas\.local:8443\/dav\/"/);
    assert.match(String(headers['content-disposition']), /^attachment; filename="?nosocial-windows\.cmd"?$/);
    assert.equal((await get('/connect/nosocial-windows.cmd', { Host: '[fd00::5]:8080' })).status, 404);
    const page = await get('/connect', { Host: '[fd00::5]:8080', 'User-Agent': 'Windows NT 10.0' });
    assert.match(page.text, /Windows cannot use an address in brackets/);
  });

  it('says what the script loosens where there is no TLS', async () => {
    for (const [Host, isLoosened] of [
      ['192.168.1.5:8080', true],
      ['cloud.example.org', false],
    ] as const) {
      const { text } = await get('/connect', { Host, 'User-Agent': 'Windows NT 10.0' });
      assert.equal(text.includes('lets Windows send passwords without TLS'), isLoosened, Host);
    }
  });

  it('warns of addresses without TLS, but not on the machine itself', async () => {
    assert.match((await get('/connect', { Host: '192.168.1.5:8080' })).text, /Not encrypted/);
    assert.doesNotMatch((await get('/connect', { Host: 'localhost:8080' })).text, /Not encrypted/);
    assert.doesNotMatch((await get('/connect', { Host: 'cloud.example.org' })).text, /Not encrypted/);
  });

  it('tells of the authority only those to whom it is of use', async () => {
    authority = { fingerprint256: FINGERPRINT };
    assert.ok((await get('/connect', { Host: '192.168.1.5:8080' })).text.includes(FINGERPRINT));
    assert.equal((await get('/connect', { Host: 'cloud.example.org' })).text.includes(FINGERPRINT), false);
    authority = undefined;
    assert.doesNotMatch((await get('/connect', { Host: '192.168.1.5:8080' })).text, /id="authority"/);
  });

  it('has no QR code where no phone gets', async () => {
    endpoints = [HERE];
    const { text } = await get('/connect', { Host: 'localhost:8080' });
    assert.doesNotMatch(text, /<svg/);
    assert.match(text, /works on this machine only/);
  });

  it('names users to nobody, and says when there are none', async () => {
    assert.match((await get('/connect')).text, /id="test-form"/);
    hasUsers = async () => false;
    const { text } = await get('/connect');
    assert.doesNotMatch(text, /id="test-form"/);
    assert.match(text, /no users yet/);
  });

  it('is found by who types a slash behind it', async () => {
    const { status, headers } = await get('/connect/');
    assert.deepEqual([status, headers.location], [301, '/connect']);
  });

  it('is there while the database is away', async () => {
    hasUsers = async () => {
      throw new DomainError('unavailable', 'the database does not answer');
    };
    const { status, text } = await get('/connect');
    assert.equal(status, 200);
    assert.match(text, /id="test-form"/);
  });
});
