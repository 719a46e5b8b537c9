import assert from 'node:assert/strict';
import type { Role } from '../../src/core/actor.ts';
import { Arrivals } from '../../src/http/arrivals.ts';
import { createOperations } from '../../src/http/operations.ts';
import type { Server } from '../../src/http/server.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { Metrics } from '../../src/observe/metrics.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startServer } from './fixture.ts';

describe('operations', () => {
  let server: Server;
  let url: string;
  let isDatabaseUp = true;
  const arrivals = new Arrivals();
  const disks = [{ name: 'disk', state: 'up' as 'up' | 'down' }];
  const stranger = { headers: { 'X-Forwarded-For': '203.0.113.7' } };

  before(async () => {
    const operations = createOperations({
      arrivals,
      metrics: new Metrics(),
      probes: {
        ping: () => (isDatabaseUp ? Promise.resolve() : Promise.reject(new DomainError('unavailable', 'gone'))),
        disks: () => disks,
      },
      authenticator: {
        basic: (header) =>
          header === undefined
            ? Promise.reject(new DomainError('not-authenticated', 'no'))
            : Promise.resolve({ userId: 1, name: 'ann', role: header as Role }),
      },
    });
    ({ server, url } = await startServer({ operations, trustedProxies: ['127.0.0.1'] }));
  });
  after(() => server.close(0));
  beforeEach(() => {
    isDatabaseUp = true;
    disks[0]!.state = 'up';
  });

  async function ask(path: string, init?: RequestInit): Promise<[status: number, text: string]> {
    const answer = await fetch(url + path, init);
    return [answer.status, await answer.text()];
  }

  it('say that the server is alive, whatever is wrong', async () => {
    isDatabaseUp = false;
    disks[0]!.state = 'down';
    assert.deepEqual(await ask('/healthz'), [200, 'ok\n']);
    assert.deepEqual(await ask('/healthz', { method: 'HEAD' }), [200, '']);
  });

  it('tell whoever asked for a token how a request with it arrived, and others nothing', async () => {
    const token = arrivals.expect();
    assert.deepEqual(await ask(`/healthz?probe=${token.slice(1)}x`), [200, 'ok\n']);
    assert.equal(arrivals.find(token), undefined);
    assert.deepEqual(await ask(`/healthz?probe=${token}`, stranger), [200, 'ok\n']);
    assert.deepEqual(arrivals.find(token), {
      peer: '127.0.0.1',
      client: '203.0.113.7',
      host: new URL(url).host,
      isEncrypted: false,
      isSecure: false,
      forwarding: ['x-forwarded-for'],
      hasAuthorization: false,
    });
  });

  it('say whether it is ready, and tell strangers nothing more', async () => {
    assert.deepEqual(await ask('/readyz'), [200, 'ready\n']);
    isDatabaseUp = false;
    assert.deepEqual(await ask('/readyz'), [503, 'not ready\nthe database cannot be reached\n']);
    assert.deepEqual(await ask('/readyz', stranger), [503, 'not ready\n']);
    isDatabaseUp = true;
    disks[0]!.state = 'down';
    assert.deepEqual(await ask('/readyz'), [503, 'not ready\nno disk is there\nthe disk "disk" is down\n']);
  });

  it('give figures to this machine', async () => {
    const [status, text] = await ask('/metrics');
    assert.equal(status, 200);
    assert.match(text, /nodejs_eventloop_lag_seconds/);
    assert.match(text, /process_resident_memory_bytes/);
  });

  it('give figures to administrators from elsewhere, and nothing to others', async () => {
    const as = (role?: string) =>
      ask('/metrics', { headers: { ...stranger.headers, ...(role && { Authorization: role }) } });
    assert.equal((await as('admin'))[0], 200);
    assert.deepEqual(await as('advanced'), [404, 'there is nothing here\n']);
    assert.deepEqual(await as(), [404, 'there is nothing here\n']);
  });

  it('give nothing to HTTP/1.0, by which nginx asks for anybody', async () => {
    isDatabaseUp = false;
    const ask1 = async (path: string): Promise<string> => {
      const connection = await RawConnection.open(url);
      await connection.send(`GET ${path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n`);
      assert.equal(await connection.closed(10_000), true);
      return connection.received;
    };
    assert.match(await ask1('/metrics'), /^HTTP\/1\.1 404 /);
    assert.match(await ask1('/readyz'), /\r\n\r\nnot ready\n$/);
  });

  it('take GET and HEAD only', async () => {
    assert.equal((await ask('/healthz', { method: 'POST', body: 'x' }))[0], 405);
  });
});
