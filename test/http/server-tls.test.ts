import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import type { Server } from '../../src/http/server.ts';
import { contextOf, type RequestHandler } from '../../src/http/request-context.ts';
import { createLog } from '../../src/observe/log.ts';
import { TestAuthority } from '../support/certificates.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startServer } from './fixture.ts';

const MIB = 1024 * 1024;
const authority = new TestAuthority();
const ca = authority.certificate;

describe('Server by TLS', () => {
  let running: Server | undefined;
  afterEach(async () => {
    await running?.close(0);
    running = undefined;
  });

  async function start(changes?: Parameters<typeof startServer>[0]): Promise<string> {
    const { server } = await startServer(changes);
    running = server;
    const { port } = await server.listenSecurely({ host: '127.0.0.1', port: 0 }, authority.issue('127.0.0.1'));
    return `https://127.0.0.1:${port}`;
  }

  async function get(url: string): Promise<{ status: number | undefined; text: string }> {
    const request = https.get(url, { ca, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode, text: Buffer.concat(await response.toArray()).toString() };
  }

  async function handshake(url: string, options: object): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), ca, ...options });
    await once(socket, 'secureConnect');
    return socket;
  }

  it('answers as without', async () => {
    const url = await start();
    assert.match((await get(`${url}/dav/x`)).text, /^dav GET \/dav\/x /);
    assert.equal((await get(`${url}/nothing`)).status, 404);
  });

  it('knows that the client speaks TLS, and only then', async () => {
    const dav: RequestHandler = async (request, response) => {
      response.end(String(contextOf(request).isSecure));
    };
    const url = await start({ dav });
    assert.equal((await get(`${url}/dav`)).text, 'true');
    const { host, port } = running!.address!;
    assert.equal(await (await fetch(`http://${host}:${port}/dav`)).text(), 'false');
  });

  for (const when of ['at first', 'with another certificate, too'])
    it(`speaks TLS 1.2 and 1.3, nothing older, and HTTP/1.1 only, ${when}`, async () => {
      const url = await start();
      if (when !== 'at first') running!.usePair(authority.issue('127.0.0.1', 'other'));
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const limits = { minVersion: version, maxVersion: version, ALPNProtocols: ['h2', 'http/1.1'] };
        const socket = await handshake(url, limits);
        assert.equal(socket.getProtocol(), version);
        assert.equal(socket.alpnProtocol, 'http/1.1');
        socket.destroy();
      }
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' };
      await assert.rejects(handshake(url, old), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    });

  it('takes another certificate at once, and ends no connection for it', async () => {
    const url = await start();
    const before = await RawConnection.open(url, { ca });
    assert.ok(before.socket instanceof TLSSocket);
    const { fingerprint256 } = before.socket.getPeerCertificate();
    await before.send('GET /dav/1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await before.answered(1);

    running!.usePair(authority.issue('127.0.0.1', 'other'));

    await before.send('GET /dav/2 HTTP/1.1\r\nHost: x\r\n\r\n');
    await before.answered(2);
    assert.deepEqual(before.statuses, [200, 200]);
    before.reset();
    const after = await handshake(url, {});
    assert.notEqual(after.getPeerCertificate().fingerprint256, fingerprint256);
    after.destroy();
  });

  it('keeps the certificate that it has when another cannot be used', async () => {
    const url = await start();
    const wrong = { certificate: authority.issue('127.0.0.1').certificate, key: authority.issue('127.0.0.1').key };
    assert.throws(() => running!.usePair(wrong), { code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' });
    assert.equal((await get(`${url}/dav`)).status, 200);
  });

  it('counts the bytes of requests and answers', async () => {
    const lines: string[] = [];
    const url = await start({
      log: createLog({ level: 'debug', format: 'json', destination: { write: (line) => lines.push(line) } }),
      dav: async (request, response) => {
        request.resume();
        await once(request, 'end');
        response.end(Buffer.alloc(2 * MIB));
      },
    });
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca });
    for (const sizeBytes of [3 * MIB, 5]) {
      const request = https.request(`${url}/dav/x`, { method: 'PUT', agent });
      request.end(Buffer.alloc(sizeBytes));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await response.toArray();
    }
    agent.destroy();
    await running!.close(1000);
    const [first, second] = lines.map((line) => JSON.parse(line) as { bytesIn: number; bytesOut: number });
    const isJustOver = (bytes: number, atLeast: number): boolean => bytes >= atLeast && bytes < atLeast + 64 * 1024;
    assert.ok(isJustOver(first!.bytesIn, 3 * MIB), `${first!.bytesIn} bytes in`);
    assert.ok(isJustOver(first!.bytesOut, 2 * MIB), `${first!.bytesOut} bytes out`);
    assert.ok(isJustOver(second!.bytesIn, 5), `${second!.bytesIn} bytes in`);
  });

  it('leaves 100 Continue to whoever reads the body, and answers 417 to other expectations', async () => {
    const url = await start();
    for (const [what, status] of [
      ['100-continue', 200],
      ['tea', 417],
    ] as const) {
      const connection = await RawConnection.open(url, { ca });
      await connection.send(`PUT /dav HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: ${what}\r\n\r\n`);
      await connection.answered(1);
      assert.deepEqual(connection.statuses, [status]);
      connection.reset();
    }
  });

  it('works on pipelined requests one after the other', async () => {
    const seen: string[] = [];
    const dav: RequestHandler = async (request, response) => {
      seen.push(`begin ${request.url}`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`end ${request.url}`);
      response.end();
    };
    const connection = await RawConnection.open(await start({ dav }), { ca });
    const line = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    await connection.send(line('/dav/a') + line('/dav/b'));
    await connection.answered(2);
    connection.reset();
    assert.deepEqual(seen, ['begin /dav/a', 'end /dav/a', 'begin /dav/b', 'end /dav/b']);
  });

  it('refuses headers beyond 16 KiB', async () => {
    const connection = await RawConnection.open(await start(), { ca });
    await connection.send(`GET /dav HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(17 * 1024)}\r\n\r\n`);
    assert.ok(await connection.closed(5000));
    assert.deepEqual(connection.statuses, [431]);
  });

  describe('asks browsers to come by TLS only', () => {
    const publicUrl = 'https://cloud.example.org';
    const HSTS = 'strict-transport-security';
    const asked = async (url: string, headers: Record<string, string>): Promise<IncomingHttpHeaders> => {
      const options = { headers, agent: false };
      // Node takes the Host header for the name in the certificate, which it is not here.
      const tls = { ca, checkServerIdentity: () => undefined };
      const request = url.startsWith('https:') ? https.get(url, { ...options, ...tls }) : http.get(url, options);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.headers;
    };
    const plainUrl = (): string => `http://127.0.0.1:${running!.address!.port}/dav/`;
    const secureUrl = (): string => `https://127.0.0.1:${running!.secureAddress!.port}/dav/`;

    it('when the public address is https, and under that name', async () => {
      await start({ publicUrl });
      for (const path of ['', '/nothing']) {
        const headers = await asked(secureUrl() + path, { Host: 'Cloud.example.org:8443' });
        assert.equal(headers[HSTS], 'max-age=31536000');
      }
      assert.equal((await asked(secureUrl(), { Host: 'box.local:8443' }))[HSTS], undefined);
      assert.equal((await asked(secureUrl(), { Host: ':' }))[HSTS], undefined);
    });

    it('not without TLS, whatever a stranger says', async () => {
      await start({ publicUrl });
      const headers = { Host: 'cloud.example.org', 'X-Forwarded-Proto': 'https' };
      assert.equal((await asked(plainUrl(), headers))[HSTS], undefined);
    });

    it('through a trusted proxy that speaks TLS', async () => {
      await start({ publicUrl, trustedProxies: ['127.0.0.1'] });
      const cases: [headers: Record<string, string>, want: string | undefined][] = [
        [{ Host: 'backend:8080', 'X-Forwarded-Proto': 'https' }, 'max-age=31536000'],
        [{ 'X-Forwarded-Host': 'cloud.example.org', 'X-Forwarded-Proto': 'https' }, 'max-age=31536000'],
        [{ 'X-Forwarded-Host': 'other.example.org', 'X-Forwarded-Proto': 'https' }, undefined],
        [{ Host: 'cloud.example.org', 'X-Forwarded-Proto': 'http' }, undefined],
        [{ Host: 'cloud.example.org' }, undefined],
      ];
      for (const [headers, want] of cases) assert.equal((await asked(plainUrl(), headers))[HSTS], want);
    });

    it('not while the public address is http, or there is none', async () => {
      await start({ publicUrl: 'http://cloud.example.org' });
      assert.equal((await asked(secureUrl(), { Host: 'cloud.example.org' }))[HSTS], undefined);
      await running!.close(0);
      await start();
      assert.equal((await asked(secureUrl(), { Host: 'cloud.example.org' }))[HSTS], undefined);
    });
  });

  describe('ends connections', () => {
    const limits = { headersTimeoutSeconds: 30, idleTimeoutSeconds: 0.15 };
    const never = new Promise<void>(() => undefined);

    it('whose headers come too slowly', async () => {
      const url = await start({ limits: { headersTimeoutSeconds: 0.2, idleTimeoutSeconds: 60 } });
      const connection = await RawConnection.open(url, { ca });
      await connection.send('GET /dav HTTP/1.1\r\nHost: x\r\n');
      assert.ok(await connection.closed(5000));
      assert.deepEqual(connection.statuses, [408]);
    });

    it('whose handshake does not come', async () => {
      const url = await start({ limits: { headersTimeoutSeconds: 0.2, idleTimeoutSeconds: 60 } });
      const connection = await RawConnection.open(url.replace('https:', 'http:'));
      assert.ok(await connection.closed(5000));
    });

    it('when the rest of a body does not come', async () => {
      const url = await start({ limits, dav: (request) => (request.resume(), never) });
      const connection = await RawConnection.open(url, { ca });
      await connection.send('PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab');
      assert.ok(await connection.closed(5000));
    });

    it('when the client does not take the answer', async () => {
      const ended = Promise.withResolvers<undefined>();
      const url = await start({
        limits,
        dav: (_request, response) => {
          response.once('close', () => ended.resolve(undefined));
          response.write(Buffer.alloc(64 * MIB));
          return never;
        },
      });
      const connection = await RawConnection.open(url, { ca });
      connection.socket.pause();
      await connection.send('GET /dav/x HTTP/1.1\r\nHost: x\r\n\r\n');
      await ended.promise;
      connection.reset();
    });
  });

  describe('leaves alone', () => {
    it('who takes a large piece slowly, but takes it', async function () {
      this.timeout(60_000);
      const sizeBytes = 16 * MIB;
      const bytesPerMs = 8 * 1024;
      const url = await start({
        limits: { headersTimeoutSeconds: 30, idleTimeoutSeconds: 1 },
        dav: async (_request, response) => {
          response.end(Buffer.alloc(sizeBytes));
        },
      });
      const socket = await handshake(url, {});
      let received = 0;
      socket.on('data', (piece: Buffer) => {
        received += piece.length;
        socket.pause();
        setTimeout(() => socket.resume(), piece.length / bytesPerMs);
      });
      socket.write('GET /dav/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      await once(socket, 'close');
      assert.ok(received > sizeBytes, `${received} bytes`);
    });
  });

  it('ends running requests in good order and does not wait for handshakes', async () => {
    const begun = Promise.withResolvers<undefined>();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const url = await start({
      dav: async (_request, response) => {
        begun.resolve(undefined);
        await promise;
        response.end('finished');
      },
    });
    const silent = connectPlainly(Number(new URL(url).port), '127.0.0.1');
    await once(silent, 'connect');
    const busy = await RawConnection.open(url, { ca });
    await busy.send('GET /dav/x HTTP/1.1\r\nHost: x\r\n\r\n');
    await begun.promise;

    const closed = running!.close(60_000);
    await once(silent.resume(), 'close');
    resolve(undefined);
    assert.ok(await busy.closed(5000));
    assert.match(busy.received, /finished/);
    await closed;
    running = undefined;
  });
});
