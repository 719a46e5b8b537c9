import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TlsView } from '../../../src/app/requests.ts';
import { issueAuthority, issueServerCertificate } from '../../../src/app/tls/issue.ts';
import { run, runWell, Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { ACCOUNT, curlStatus, HERE, secureUrl } from './fixture.ts';

type InitView = TlsView & { isNewAuthority: boolean };

const DAY_MS = 24 * 3600 * 1000;

describe('nosocial tls init', function () {
  this.timeout(60_000);
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = await Scratch.create('tls');
  });
  afterEach(async () => scratch.remove());

  async function init(server: TestServer, ...args: string[]): Promise<InitView> {
    const { code, stdout, stderr } = await server.cli(['tls', 'init', '--json', ...args]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as InitView;
  }

  describe('while a server runs', () => {
    let server: TestServer;
    let first: InitView;
    let url: string;
    let authorityFile: string;

    before(async () => {
      server = await startServer({ env: HERE });
      await server.addUser(ACCOUNT.name, ACCOUNT);
      const before = await Promise.all(['crt', 'pem'].map((end) => fetch(`${server.url}/connect/authority.${end}`)));
      assert.deepEqual(
        before.map(({ status }) => status),
        [404, 404],
      );
      assert.equal((await server.cli(['tls', 'show'])).code, 3);
      first = await init(server, '--name', 'cloud.example.org');
      [url] = first.endpoints as [string];
      authorityFile = server.scratch.path('authority.pem');
      await writeFile(authorityFile, await (await fetch(`${server.url}/connect/authority.pem`)).text());
    });
    after(async () => server.stop());

    it('has it serve TLS at once, to whoever trusts the authority', async () => {
      assert.equal(first.isServed, true);
      assert.equal(first.isNewAuthority, true);
      assert.equal(await curlStatus(authorityFile, `${url}/dav/`), 200);
      const { port } = new URL(url);
      for (const name of ['localhost', 'cloud.example.org', `${hostname().split('.')[0]!.toLowerCase()}.local`]) {
        const resolve = `${name}:${port}:127.0.0.1`;
        assert.equal(await curlStatus(authorityFile, '--resolve', resolve, `https://${name}:${port}/dav/`), 200, name);
      }
      const stranger = await run('curl', ['--silent', `${url}/dav/`]);
      assert.equal(stranger.code, 60, 'curl: the certificate is not trusted');
    });

    it('makes what openssl takes in its strictest mode', async () => {
      const leaf = server.scratch.path('leaf.pem');
      await writeFile(leaf, await readFile(join(server.dataFolder, 'tls', 'server.pem')));
      const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', authorityFile];
      await runWell('openssl', [...strict, '-verify_hostname', 'cloud.example.org', leaf]);
      await runWell('openssl', [...strict, '-verify_ip', '127.0.0.1', leaf]);
      assert.notEqual((await run('openssl', [...strict, '-verify_hostname', 'other.example.org', leaf])).code, 0);
      const client = strict.with(3, 'sslclient');
      assert.notEqual((await run('openssl', [...client, leaf])).code, 0, 'it is for servers only');
      const sub = ['x509', '-noout', '-ext', 'basicConstraints,keyUsage', '-in', authorityFile];
      assert.match(
        await runWell('openssl', sub),
        /critical\s+CA:TRUE, pathlen:0[^]*critical\s+Certificate Sign, CRL Sign/,
      );
    });

    it('hands the authority out as devices want it', async () => {
      const der = await fetch(`${server.url}/connect/authority.crt`);
      assert.equal(der.headers.get('content-type'), 'application/x-x509-ca-cert');
      const bytes = Buffer.from(await der.arrayBuffer());
      const fingerprint = createHash('sha256').update(bytes).digest('hex').toUpperCase();
      assert.equal(first.authority!.fingerprint.replaceAll(':', ''), fingerprint);
      assert.equal(new X509Certificate(bytes).ca, true);
      assert.equal(
        new X509Certificate(await readFile(first.authority!.file)).fingerprint256,
        first.authority!.fingerprint,
      );
    });

    it('renews when it runs again, and devices need nothing new', async () => {
      const second = await init(server);
      assert.equal(second.isNewAuthority, false);
      assert.notEqual(second.fingerprint, first.fingerprint);
      assert.equal(second.authority!.fingerprint, first.authority!.fingerprint);
      assert.deepEqual(second.names, first.names);
      assert.equal(await curlStatus(authorityFile, `${url}/dav/`), 200);
      const shown = JSON.parse((await server.cli(['tls', 'show', '--json'])).stdout) as TlsView;
      assert.equal(shown.fingerprint, second.fingerprint);
      const served = await runWell('sh', [
        '-c',
        `openssl s_client -connect ${new URL(url).host} </dev/null 2>/dev/null`,
      ]);
      assert.equal(new X509Certificate(served).fingerprint256, second.fingerprint);
    });

    it('leaves in the audit log what devices are asked to trust', async () => {
      const lines = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
      const events = lines.map((line) => JSON.parse(line) as { action: string; value?: string });
      assert.deepEqual(
        events.filter(({ action }) => /authority|certificate/.test(action)).map(({ action, value }) => [action, value]),
        [
          ['authority-made', first.names.join(' ')],
          ['certificate-issued', first.names.join(' ')],
        ],
      );
    });

    it('refuses names that are none', async () => {
      const { code, stderr } = await server.cli(['tls', 'init', '--name', 'https://cloud.example.org/']);
      assert.equal(code, 2);
      assert.match(stderr, /no name or address/);
    });

    it('leaves the certificate to the next start', async () => {
      await server.restart();
      assert.equal(await curlStatus(authorityFile, `${secureUrl(server)}/dav/`), 200);
      assert.match(server.stdout, /^webdav {2}https:\/\/127\.0\.0\.1:\d+\/dav\/$/m);
    });
  });

  it('works without a server, and before its first start', async () => {
    const dataFolder = scratch.path('fresh');
    const elsewhere = await startServer({ env: HERE });
    const made = await init(elsewhere, '--data', dataFolder);
    await elsewhere.stop();
    assert.equal(made.isServed, false);
    const server = await startServer({ dataFolder, env: HERE });
    try {
      const shown = JSON.parse((await server.cli(['tls', 'show', '--json'])).stdout) as TlsView;
      assert.equal(shown.fingerprint, made.fingerprint);
      const authority = await fetch(`${server.url}/connect/authority.pem`);
      await writeFile(scratch.path('authority.pem'), await authority.text());
      assert.equal(await curlStatus(scratch.path('authority.pem'), `${secureUrl(server)}/healthz`), 200);
    } finally {
      await server.stop();
    }
  });

  it('says so when the address for TLS is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const server = await startServer({ env: { NOSOCIAL_TLS_LISTEN: taken } });
    try {
      const { code, stderr } = await server.cli(['tls', 'init']);
      assert.equal(code, 1);
      assert.match(stderr, /another program uses it; choose another address for TLS with NOSOCIAL_TLS_LISTEN/);
    } finally {
      await server.stop();
      other.close();
    }
  });

  it('renews by itself what is about to end, and keeps the authority', async () => {
    const madeMs = Date.now() - 370 * DAY_MS;
    const authority = issueAuthority('nosocial on box', madeMs);
    const old = issueServerCertificate(authority, ['localhost', '127.0.0.1'], madeMs);
    const dataFolder = scratch.path('data');
    await mkdir(join(dataFolder, 'tls'), { recursive: true, mode: 0o700 });
    await writeFile(join(dataFolder, 'tls', 'authority.pem'), authority.key + authority.certificate, { mode: 0o600 });
    await writeFile(join(dataFolder, 'tls', 'server.pem'), old.key + old.certificate, { mode: 0o600 });
    await writeFile(scratch.path('authority.pem'), authority.certificate);
    const server = await startServer({ dataFolder, env: HERE });
    try {
      assert.equal(await curlStatus(scratch.path('authority.pem'), `${secureUrl(server)}/healthz`), 200);
      assert.match(server.stderr, /issued and serves a new certificate/);
      const shown = JSON.parse((await server.cli(['tls', 'show', '--json'])).stdout) as TlsView;
      assert.ok(Date.parse(shown.expiresAt) > Date.now() + 390 * DAY_MS);
      assert.equal(shown.authority!.fingerprint, new X509Certificate(authority.certificate).fingerprint256);
    } finally {
      await server.stop();
    }
  });
});
