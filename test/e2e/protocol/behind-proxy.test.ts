import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const USER = { name: 'anna', password: 'secret of anna' };
const RIGHT = { authorization: `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString('base64')}` };
const WRONG = { authorization: `Basic ${Buffer.from(`${USER.name}:wrong`).toString('base64')}` };
const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';
const PUBLIC = 'https://cloud.example:8443';

/** For what is written after an answer went out. */
const PATIENCE = { timeoutMs: 30_000 };

/** The same said in two ways. */
const TOLD: Record<string, OutgoingHttpHeaders> = {
  'X-Forwarded-…': {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'cloud.example:8443',
    'x-forwarded-proto': 'https',
  },
  Forwarded: { forwarded: 'for=203.0.113.7;host="cloud.example:8443";proto=https' },
};

for (const [name, told] of Object.entries(TOLD)) {
  describe(`${name}, without publicUrl`, function () {
    this.timeout(30_000);
    let server: TestServer;
    let setupLink: string;

    before(async () => {
      server = await startServer({ env: { NOSOCIAL_TRUSTED_PROXIES: `${PROXY},10.0.0.0/8` } });
      setupLink = new URL((await server.cli(['setup-link'])).stdout.trim()).pathname;
    });
    after(() => server.stop());

    interface Question {
      method?: string;
      headers?: OutgoingHttpHeaders;
      body?: string;
    }

    /** One request with what a proxy tells. */
    async function ask(from: string, path: string, { method = 'GET', headers = {}, body = '' }: Question = {}) {
      const length = { 'content-length': Buffer.byteLength(body) };
      const options = {
        method,
        agent: false,
        localAddress: from,
        headers: { ...RIGHT, ...told, ...length, ...headers },
      };
      const outgoing = request(server.url + path, options);
      outgoing.end(body);
      const [response] = (await once(outgoing, 'response')) as [
        AsyncIterable<Buffer> & { statusCode: number; headers: IncomingHttpHeaders },
      ];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
    }

    it('lets the form of the first administrator be sent from the public address, as a trusted proxy tells it', async () => {
      const form = new URLSearchParams({ name: USER.name, password: USER.password, repeated: USER.password });
      const question = {
        method: 'POST',
        headers: { origin: PUBLIC, 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      };
      assert.equal((await ask(STRANGER, setupLink, question)).status, 403);
      const { status, headers, body } = await ask(PROXY, setupLink, question);
      assert.equal(status, 303, body);
      assert.equal(headers.location, '/?welcome');
    });

    it('shows the address that a trusted proxy tells, and no other', async () => {
      assert.ok((await ask(PROXY, '/connect')).body.includes(`${PUBLIC}/dav/`));
      const { body } = await ask(STRANGER, '/connect');
      assert.ok(body.includes(server.davUrl) && !body.includes('cloud.example'), body);
    });

    it('takes that address in Destination and in If', async () => {
      await ask(PROXY, '/dav/a', { method: 'PUT', body: 'content' });
      const copy = { method: 'COPY', headers: { destination: `${PUBLIC}/dav/b`, overwrite: 'T' } };
      assert.equal((await ask(STRANGER, '/dav/a', copy)).status, 502);
      assert.equal((await ask(PROXY, '/dav/a', copy)).status, 201);

      const etag = (await ask(PROXY, '/dav/b')).headers.etag ?? '';
      const put = { method: 'PUT', body: 'other', headers: { if: `<${PUBLIC}/dav/b> ([${etag}])` } };
      assert.equal((await ask(STRANGER, '/dav/b', put)).status, 412);
      assert.equal((await ask(PROXY, '/dav/b', put)).status, 204);
    });

    it('says in the audit log who asked', async () => {
      const audited = async (from: string, wanted: string) => {
        assert.equal((await ask(from, '/dav/', { headers: WRONG })).status, 401);
        await until(
          `${wanted} in the audit log`,
          async () => (await lastAddress(server)) === wanted || undefined,
          PATIENCE,
        );
      };
      await audited(PROXY, '203.0.113.7');
      await audited(STRANGER, STRANGER);
    });

    it('throttles a stranger who makes up addresses', async () => {
      let last = 0;
      for (let tries = 0; tries < 20 && last !== 429; tries++) {
        const made = { 'x-forwarded-for': `198.51.100.${tries}`, forwarded: `for=198.51.100.${tries}` };
        last = (await ask(STRANGER, '/dav/', { headers: { ...made, ...WRONG } })).status;
      }
      assert.equal(last, 429);
      assert.equal((await ask(PROXY, '/dav/', { headers: WRONG })).status, 401);
    });
  });
}

describe('a proxy that nobody trusts', () => {
  it('is told of in the log, once', async function () {
    this.timeout(60_000);
    const server = await startServer();
    try {
      const asProxy = { headers: { 'x-forwarded-for': '203.0.113.7' } };
      for (let time = 0; time < 3; time++) await (await fetch(`${server.url}/healthz`, asProxy)).text();
      const told = () => server.stderr.match(/not in trustedProxies/g)?.length;
      assert.equal(await until('a line in the log', told, PATIENCE), 1);
    } finally {
      await server.stop();
    }
  });
});

async function lastAddress({ dataFolder }: TestServer): Promise<string | undefined> {
  const lines = (await readFile(join(dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
  return (JSON.parse(lines.at(-1) ?? '{}') as { address?: string }).address;
}
