import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { TestAuthority, type Issued } from '../../support/certificates.ts';
import { run, Scratch, until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { ACCOUNT, curlStatus, filesEnv, secureUrl, writePair } from './fixture.ts';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');
const authority = new TestAuthority();
const ca = authority.certificate;

describe('a certificate from files', function () {
  this.timeout(60_000);
  let server: TestServer;
  let scratch: Scratch;
  let files: { certificate: string; key: string };
  let url: string;

  before(async () => {
    scratch = await Scratch.create('tls');
    files = await writePair(scratch.folder, authority.issue('127.0.0.1', 'cloud.example.org'));
    await chmod(files.key, 0o644);
    await writeFile(scratch.path('authority.pem'), ca);
    server = await startServer({ env: { ...filesEnv(files), NOSOCIAL_PUBLIC_URL: 'https://cloud.example.org:8443' } });
    await server.addUser(ACCOUNT.name, ACCOUNT);
    url = secureUrl(server)!;
  });
  after(async () => {
    await server.stop();
    await scratch.remove();
  });

  /** Of what is served to a new connection. */
  async function servedFingerprint(): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), ca });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  }

  /** As acme.sh does: one file after the other, each by renaming. */
  async function replace({ certificate, key }: Issued): Promise<void> {
    await writeFile(`${files.key}.new`, key, { mode: 0o600 });
    await rename(`${files.key}.new`, files.key);
    await writeFile(`${files.certificate}.new`, certificate);
    await rename(`${files.certificate}.new`, files.certificate);
  }

  it('is served beside HTTP, and says who can read its key', async () => {
    assert.equal(await curlStatus(scratch.path('authority.pem'), `${url}/dav/`), 200);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    assert.match(server.stderr, /every user of this machine can read the private key/);
  });

  it('has no local authority to hand out, and no other beside it', async () => {
    assert.equal((await fetch(`${server.url}/connect/authority.crt`)).status, 404);
    const { code, stderr } = await server.cli(['tls', 'init']);
    assert.equal(code, 4, stderr);
    const shown = await server.cli(['tls', 'show', '--json']);
    assert.equal((JSON.parse(shown.stdout) as { source: string }).source, 'files');
  });

  it('asks browsers to come by TLS only, under the public name', async () => {
    const hsts = async (base: string): Promise<string | null> => {
      const { stdout } = await run('curl', [
        ...['--silent', '--head', '--cacert', scratch.path('authority.pem')],
        ...['--connect-to', `cloud.example.org::127.0.0.1:${new URL(base).port}`],
        base.replace(/127\.0\.0\.1:\d+/, 'cloud.example.org'),
      ]);
      assert.match(stdout, /^HTTP\/1\.1 200/);
      return /^strict-transport-security: (.*)\r$/im.exec(stdout)?.[1] ?? null;
    };
    assert.equal(await hsts(`${url}/healthz`), 'max-age=31536000');
    assert.equal(await hsts(`${server.url}/healthz`), null);
  });

  it('is taken up when it is replaced, under load, without one failed request', async () => {
    const load = new Load(`${url}/healthz`);
    try {
      for (const issued of [1, 2].map(() => authority.issue('127.0.0.1'))) {
        const before = await servedFingerprint();
        await replace(issued);
        const isNew = async (): Promise<true | undefined> => (await servedFingerprint()) !== before || undefined;
        await until('the new certificate is served', isNew, { timeoutMs: 20_000, everyMs: 200 });
      }
    } finally {
      await load.end();
    }
    assert.deepEqual(load.failures, []);
    assert.ok(load.answered > 100, `${load.answered} requests were answered`);
    assert.match(server.stderr, /a new certificate is served/);
  });

  it('stays while the files are of two pairs, and that is told', async () => {
    const before = await servedFingerprint();
    const next = authority.issue('127.0.0.1');
    await writeFile(files.key, next.key);
    const isTold = (): true | undefined =>
      /the old one is kept.*do not belong together/.test(server.stderr) || undefined;
    await until('the problem is told', isTold, { timeoutMs: 20_000 });
    assert.equal(await servedFingerprint(), before);
    await writeFile(files.certificate, next.certificate);
    const isNew = async (): Promise<true | undefined> => (await servedFingerprint()) !== before || undefined;
    await until('the new certificate is served', isNew, { timeoutMs: 20_000, everyMs: 200 });
  });

  describe('stops a start when', () => {
    const own = authority.issue('127.0.0.1');
    const cases: [what: string, env: (name: string) => Promise<NodeJS.ProcessEnv>, code: number, message: RegExp][] = [
      ['the key is missing', async () => ({ NOSOCIAL_TLS_CERTIFICATE: '/x' }), 2, /tls\.key: is missing/],
      [
        'a file is not there',
        async () => filesEnv({ certificate: '/nonexistent.pem', key: '/nonexistent.pem' }),
        1,
        /certificate "\/nonexistent\.pem" cannot be read/,
      ],
      [
        'the key is of another one',
        async (folder) => filesEnv(await writePair(folder, { ...own, key: authority.issue('127.0.0.1').key })),
        1,
        /do not belong together/,
      ],
    ];
    for (const [what, envOf, code, message] of cases) {
      it(what, async () => {
        const own = await Scratch.create('tls-refused');
        try {
          const env = { NOSOCIAL_LISTEN: '127.0.0.1:0', ...(await envOf(own.folder)) };
          const args = [MAIN, 'serve', '--data', own.path('data')];
          const outcome = await run(process.execPath, args, { env });
          assert.equal(outcome.code, code, outcome.stderr);
          assert.match(outcome.stderr, message);
          assert.doesNotMatch(outcome.stderr, /^ {4}at /m);
        } finally {
          await own.remove();
        }
      });
    }
  });
});

/** Requests without a pause, on connections that stay and on new ones. */
class Load {
  readonly failures: unknown[] = [];
  answered = 0;
  readonly #url: string;
  readonly #agents = [true, false].map((keepAlive) => new https.Agent({ keepAlive, ca, maxCachedSessions: 0 }));
  readonly #clients: Promise<void>[];
  #isEnding = false;

  constructor(url: string) {
    this.#url = url;
    this.#clients = [...this.#agents, ...this.#agents].map((agent) => this.#ask(agent));
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#clients);
    for (const agent of this.#agents) agent.destroy();
  }

  async #ask(agent: https.Agent): Promise<void> {
    while (!this.#isEnding) {
      try {
        const [response] = (await once(https.get(this.#url, { agent }), 'response')) as [IncomingMessage];
        const body = Buffer.concat(await response.toArray()).toString();
        if (response.statusCode !== 200 || body !== 'ok\n') throw new Error(`${response.statusCode} ${body}`);
        this.answered++;
      } catch (error) {
        this.failures.push(error);
      }
    }
  }
}
