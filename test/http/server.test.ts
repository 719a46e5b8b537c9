import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { contextOf, type RequestHandler } from '../../src/http/request-context.ts';
import { createLog } from '../../src/observe/log.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startServer, type TestServer } from './fixture.ts';

describe('Server', () => {
  let running: TestServer | undefined;
  afterEach(async () => {
    await running?.server.close(0);
    running = undefined;
  });

  async function start(changes?: Parameters<typeof startServer>[0]): Promise<string> {
    running = await startServer(changes);
    return running.url;
  }

  /** Sends raw bytes and gives everything that came back once the connection has ended. */
  async function raw(bytes: string): Promise<string> {
    const connection = await RawConnection.open(running?.url ?? (await start()));
    await connection.send(bytes);
    assert.ok(await connection.closed(5000), 'the connection stays open');
    return connection.received;
  }

  const get = (target: string, method = 'GET') =>
    raw(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

  describe('hands', () => {
    const cases: [method: string, target: string, want: RegExp][] = [
      ['GET', '/dav', /dav GET \/dav /],
      ['PROPFIND', '/dav/', /dav PROPFIND \/dav\/ /],
      ['PUT', '/dav/a%20b?x', /dav PUT \/dav\/a%20b\?x /],
      ['GET', '/dav?x', /dav GET/],
      ['OPTIONS', '/', /root OPTIONS/],
      ['PROPFIND', '/', /root PROPFIND/],
      ['OPTIONS', '*', /root OPTIONS \*/],
      ['GET', '/healthz', /operations GET/],
      ['GET', '/readyz', /operations GET/],
      ['GET', '/metrics?x=1', /operations GET/],
      ['GET', '/davx', /^HTTP\/1\.1 404/],
      ['GET', '/%64av/x', /^HTTP\/1\.1 404/],
      ['GET', '//dav/x', /^HTTP\/1\.1 404/],
      ['GET', '/DAV/x', /^HTTP\/1\.1 404/],
      ['GET', '/healthz/', /^HTTP\/1\.1 404/],
      ['PROPFIND', '/nothing', /^HTTP\/1\.1 404/],
      ['GET', 'http://other:80/dav/x?y', /dav GET \/dav\/x\?y other:80/],
      ['GET', 'HTTP://other', /^HTTP\/1\.1 404/],
      ['OPTIONS', 'http://other', /root OPTIONS \/ other/],
    ];
    for (const [method, target, want] of cases) {
      it(`${method} ${target} to where it belongs`, async () => {
        assert.match(await get(target, method), want);
      });
    }
  });

  describe('refuses with 400 before any routing', () => {
    const targets = [
      '/dav/a#b',
      '/#',
      '/dav/#frag',
      '/dav/ä',
      '/dav/\u0001x',
      '/dav/\x7f',
      '*',
      'dav/x',
      'ftp://host/dav/x',
      'http:///dav/x',
      'http://user@host/dav/x',
    ];
    for (const target of targets) {
      it(JSON.stringify(target), async () => {
        const answer = await raw(Buffer.from(`DELETE ${target} HTTP/1.1\r\nHost: x\r\n\r\n`, 'utf8').toString('utf8'));
        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.doesNotMatch(answer, /dav DELETE/);
      });
    }

    const messages: [what: string, bytes: string, status: number][] = [
      ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
      ['two Hosts', 'GET / HTTP/1.1\r\nHost: x\r\nX: y\r\nHOST: z\r\n\r\n', 400],
      ['two lengths', 'PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
      [
        'a length and chunks',
        'PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400],
      ['a header over two lines', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n', 400],
      ['bare line feeds', 'GET /dav HTTP/1.1\nHost: x\n\n', 400],
      ['a length that is none', 'PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello', 400],
      ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n', 400],
      ['headers beyond 16 KiB', `GET /dav HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(17 * 1024)}\r\n\r\n`, 431],
      ['a target beyond 16 KiB', `GET /dav/${'a'.repeat(17 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ];
    for (const [what, bytes, status] of messages) {
      it(what, async () => {
        assert.match(await raw(bytes), new RegExp(`^HTTP/1\\.1 ${status} `));
      });
    }
  });

  it('answers 405 to TRACE and gives nothing to CONNECT', async () => {
    assert.match(await get('/', 'TRACE'), /^HTTP\/1\.1 405 /);
    assert.equal(await raw('CONNECT host:80 HTTP/1.1\r\nHost: x\r\n\r\n'), '');
  });

  it('leaves 100 Continue to whoever reads the body, and answers 417 to other expectations', async () => {
    await start();
    const expecting = (what: string) =>
      raw(`PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: ${what}\r\nConnection: close\r\n\r\n`);
    assert.match(await expecting('100-continue'), /^HTTP\/1\.1 200 /);
    assert.match(await expecting('tea'), /^HTTP\/1\.1 417 /);
  });

  it('works on pipelined requests one after the other', async () => {
    const seen: string[] = [];
    const dav: RequestHandler = async (request, response) => {
      seen.push(`begin ${request.url}`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`end ${request.url}`);
      response.end();
    };
    await start({ dav });
    const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n`;
    const requests = [line('/dav/a'), line('/dav/b'), `${line('/dav/c')}Connection: close\r\n`];
    await raw(requests.map((head) => `${head}\r\n`).join(''));
    const inOrder = ['/dav/a', '/dav/b', '/dav/c'].flatMap((path) => [`begin ${path}`, `end ${path}`]);
    assert.deepEqual(seen, inOrder);
  });

  it('answers a hundred pipelined requests, and ends a connection with more before it has worked on them', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const seen: string[] = [];
    const dav: RequestHandler = async (request, response) => {
      seen.push(request.url!);
      if (request.url === '/dav/first') await released;
      response.end();
    };
    await start({ dav });
    const line = (path: string): string => `GET /dav/${path} HTTP/1.1\r\nHost: x\r\n`;
    const withWaiting = (count: number): Promise<string> =>
      raw(`${line('first')}\r\n${`${line('waits')}\r\n`.repeat(count)}${line('last')}Connection: close\r\n\r\n`);
    assert.equal(await withWaiting(4000), '');
    assert.deepEqual(seen, ['/dav/first']);
    const answered = withWaiting(99);
    release();
    assert.equal((await answered).split('HTTP/1.1 200 ').length - 1, 101);
    assert.equal(seen.at(-1), '/dav/last');
  });

  describe('when a handler fails', () => {
    it('answers 500 and tells nothing', async () => {
      const lines: string[] = [];
      await start({
        dav: () => Promise.reject(new Error('secret detail')),
        log: createLog({ level: 'info', format: 'json', destination: { write: (line) => lines.push(line) } }),
      });
      const answer = await get('/dav/x');
      assert.match(answer, /^HTTP\/1\.1 500 /);
      assert.doesNotMatch(answer, /secret/);
      assert.equal(lines.length, 1);
      assert.match(lines[0]!, /secret detail/);
      assert.match(lines[0]!, /"requestId":"[0-9a-f]{16}"/);
    });

    it('cuts off an answer that has begun, so that nobody takes it for whole', async () => {
      await start({
        dav: async (_request, response) => {
          response.writeHead(200, { 'Content-Length': 10 });
          response.write('half');
          throw new Error('broken');
        },
      });
      await assert.rejects((await fetch(`${running!.url}/dav/x`)).text());
    });

    it('goes on serving', async () => {
      const url = await start({ dav: () => Promise.reject(new Error('broken')) });
      await fetch(`${url}/dav/x`).then((answer) => answer.text());
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    });
  });

  describe('idle connections', () => {
    const limits = { headersTimeoutSeconds: 30, idleTimeoutSeconds: 0.15 };
    const never = new Promise<void>(() => undefined);

    it('are ended when the rest of a body does not come', async () => {
      const url = await start({ limits, dav: (request) => (request.resume(), never) });
      const connection = await RawConnection.open(url);
      await connection.send('PUT /dav/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab');
      assert.ok(await connection.closed(5000));
    });

    it('are ended when the client does not take the answer', async () => {
      const ended = Promise.withResolvers<undefined>();
      const url = await start({
        limits,
        dav: (_request, response) => {
          response.once('close', () => ended.resolve(undefined));
          response.write(Buffer.alloc(64 * 1024 * 1024));
          return never;
        },
      });
      const connection = await RawConnection.open(url);
      connection.socket.pause();
      await connection.send('GET /dav/x HTTP/1.1\r\nHost: x\r\n\r\n');
      await ended.promise;
      connection.reset();
    });

    it('are left alone while the server works, however long', async () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const url = await start({
        limits,
        dav: async (_request, response) => {
          setTimeout(resolve, 500, undefined);
          await promise;
          response.end('done');
        },
      });
      assert.equal(await (await fetch(`${url}/dav/x`)).text(), 'done');
    });

    it('are not those whose body makes progress', async () => {
      const url = await start({
        limits,
        dav: async (request, response) => {
          let bytes = 0;
          for await (const chunk of request as AsyncIterable<Buffer>) bytes += chunk.length;
          response.end(String(bytes));
        },
      });
      const request = http.request(`${url}/dav/x`, { method: 'PUT', headers: { 'Content-Length': 10 } });
      const answered = once(request, 'response');
      let sent = 0;
      const timer = setInterval(() => {
        request.write('x');
        if (++sent === 10) {
          clearInterval(timer);
          request.end();
        }
      }, 60);
      const [response] = (await answered) as [http.IncomingMessage];
      assert.equal(Buffer.concat(await response.toArray()).toString(), '10');
    });

    it('are ended when headers come too slowly', async () => {
      const url = await start({ limits: { headersTimeoutSeconds: 0.2, idleTimeoutSeconds: 60 } });
      const connection = await RawConnection.open(url);
      await connection.send('GET /dav HTTP/1.1\r\nHost: x\r\n');
      assert.ok(await connection.closed(5000));
      assert.match(connection.received, /^HTTP\/1\.1 408 /);
    });
  });

  it('listens on a free port when asked for 0, and says which', async () => {
    const url = await start();
    assert.match(url, /:\d{2,5}$/);
    assert.notEqual(new URL(url).port, '0');
  });

  it('listens on all addresses, on a machine without IPv6 as well', async () => {
    const other = await startServer();
    await other.server.close(0);
    const { host, port } = await other.server.listen({ host: '::', port: 0 });
    assert.ok(host === '::' || host === '0.0.0.0');
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    await other.server.close(0);
  });

  it('says what is wrong with an address that it cannot have', async () => {
    const url = new URL(await start());
    const other = await startServer();
    await other.server.close(0);
    await assert.rejects(other.server.listen({ host: '127.0.0.1', port: Number(url.port) }), {
      code: 'refused',
      message: /port \d+: another program uses it/,
    });
    await assert.rejects(other.server.listen({ host: '203.0.113.99', port: 0 }), { code: 'refused' });
  });

  describe('closing', () => {
    it('lets running requests end, ends idle connections and takes no new ones', async () => {
      const begun = Promise.withResolvers<undefined>();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const url = await start({
        dav: async (_request, response) => {
          begun.resolve(undefined);
          await promise;
          response.end('finished');
        },
      });
      const idle = await RawConnection.open(url);
      await idle.send('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      await idle.answered(1);
      const busy = await RawConnection.open(url);
      await busy.send('GET /dav/x HTTP/1.1\r\nHost: x\r\n\r\n');
      await begun.promise;

      const closed = running!.server.close(60_000);
      assert.ok(await idle.closed(5000));
      await assert.rejects(fetch(url));
      resolve(undefined);
      assert.ok(await busy.closed(5000));
      assert.match(busy.received, /finished/);
      await closed;
      running = undefined;
    });

    it('cuts off what does not end in time', async () => {
      const begun = Promise.withResolvers<undefined>();
      const url = await start({
        dav: () => {
          begun.resolve(undefined);
          return new Promise(() => undefined);
        },
      });
      const stuck = fetch(`${url}/dav/x`);
      stuck.catch(() => undefined);
      await begun.promise;
      await running!.server.close(50);
      await assert.rejects(stuck);
      running = undefined;
    });
  });

  describe('each request', () => {
    it('is measured and logged once, without what is secret in its path', async () => {
      const lines: string[] = [];
      const finished: string[] = [];
      const log = createLog({ level: 'debug', format: 'json', destination: { write: (line) => lines.push(line) } });
      const url = await start({
        log,
        onFinished: ({ method, status, edge, user }) =>
          finished.push(`${method} ${status} ${edge} ${user?.name ?? '-'}`),
        dav: async (request, response) => {
          contextOf(request).user = { userId: 7, name: 'ann', role: 'normal' };
          request.resume();
          await once(request, 'end');
          response.writeHead(201).end();
        },
      });
      await fetch(`${url}/dav/x?token=1`, {
        method: 'PUT',
        body: 'hello',
        headers: { Authorization: 'Basic c2VjcmV0' },
      });
      await fetch(`${url}/setup/very-secret`);
      await running!.server.close(1000);
      const [put, setup] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.equal(lines.length, 2);
      assert.deepEqual([put!['method'], put!['path'], put!['status'], put!['userId']], ['PUT', '/dav/x', 201, 7]);
      assert.ok(Number(put!['bytesIn']) > 5 && Number(put!['bytesOut']) > 10);
      assert.equal(setup!['path'], '/setup/…');
      assert.doesNotMatch(lines.join(''), /secret|c2VjcmV0|token/);

      assert.deepEqual(finished, ['PUT 201 dav ann', 'GET 404 site -']);

      const text = await running!.metrics.text();
      assert.match(text, /nosocial_http_requests_total\{method="PUT",status="2xx",edge="dav"\} 1/);
      assert.match(text, /nosocial_http_requests_total\{method="GET",status="4xx",edge="site"\} 1/);
      assert.match(text, /nosocial_uploads_in_flight 0/);
      running = undefined;
    });

    it('knows its client through trusted proxies only', async () => {
      const dav: RequestHandler = async (request, response) => {
        response.end(contextOf(request).remoteAddress);
      };
      const ask = async (trustedProxies: string[]) => {
        const { server, url } = await startServer({ trustedProxies, dav });
        const answer = await fetch(`${url}/dav`, { headers: { 'X-Forwarded-For': '203.0.113.7' } });
        const text = await answer.text();
        await server.close(0);
        return text;
      };
      assert.equal(await ask([]), '127.0.0.1');
      assert.equal(await ask(['127.0.0.0/8']), '203.0.113.7');
    });
  });
});
