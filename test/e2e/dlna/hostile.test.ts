import assert from 'node:assert/strict';
import { RawConnection } from '../../support/raw-connection.ts';
import { TestTelevision } from '../../support/television.ts';

describe('what else comes to the port for televisions', function () {
  this.timeout(60_000);
  let television: TestTelevision;
  let media: string;
  let host: string;
  before(async () => {
    television = await TestTelevision.start();
    await television.dav.put('Movies/Film.mp4', 'a film');
    const url = new URL(await television.addressOf('Film'));
    media = url.pathname;
    host = url.host;
  });
  after(() => television.stop());

  /** The statuses of what comes back for exactly these bytes, and all of it. */
  async function send(bytes: string): Promise<{ statuses: number[]; text: string }> {
    const connection = await RawConnection.open(television.origin);
    try {
      await connection.send(bytes);
      assert.ok(await connection.answered(1, 20_000), 'no answer');
      return { statuses: connection.statuses, text: connection.received };
    } finally {
      connection.socket.destroy();
    }
  }

  const port = (): string => host.split(':')[1] ?? '';
  const hosts: [what: string, lines: () => string, status: number][] = [
    ['the own address and port', () => `Host: ${host}`, 200],
    ['a name that leads here', () => `Host: films.example.org:${port()}`, 403],
    ['a name for loopback', () => `Host: localhost:${port()}`, 403],
    ['another address of this machine', () => `Host: 127.0.0.2:${port()}`, 403],
    ['no port', () => 'Host: 127.0.0.1', 403],
    ['another port', () => 'Host: 127.0.0.1:80', 403],
    ['a name before the address', () => `Host: ann@${host}`, 403],
    ['no Host', () => 'Accept: */*', 400],
    ['an empty one', () => 'Host:', 403],
    ['two', () => `Host: ${host}\r\nHost: evil.example.org`, 400],
  ];
  for (const [what, lines, status] of hosts) {
    it(`is answered ${status} with ${what}`, async () => {
      const { statuses, text } = await send(`GET /device.xml HTTP/1.1\r\n${lines()}\r\n\r\n`);
      assert.deepEqual(statuses, [status]);
      if (status >= 400) assert.doesNotMatch(text, /nosocial on|uuid:/);
    });
  }

  it('is answered 403 where the request line names another host', async () => {
    const { statuses } = await send(`GET http://evil.example.org/device.xml HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.deepEqual(statuses, [403]);
  });

  const targets: [what: string, line: () => string, status: number][] = [
    ['a film', () => `GET ${media}`, 200],
    ['a link that somebody made up', () => `GET ${media.replace(/-[\w-]{22}/, `-${'A'.repeat(22)}`)}`, 404],
    [
      'the link of another kind',
      () => `GET ${media.replace('/media/', '/thumbnails/').replace(/\/[^/]+$/, '.jpg')}`,
      404,
    ],
    ['a way up', () => `GET ${media}/../../device.xml`, 404],
    ['a way up in escapes', () => `GET ${media.replace(/\/[^/]+$/, '/%2e%2e')}`, 404],
    ['a way to the files of the server', () => 'GET /../../etc/passwd', 404],
    ['icons by a way up', () => 'GET /icons/../device.xml', 404],
    ['the rest of the product', () => 'GET /dav/', 404],
    ['its interface', () => 'GET /api/v1/me', 404],
    ['its figures', () => 'GET /metrics', 404],
    ['all', () => 'OPTIONS *', 404],
    ['to write', () => `PUT ${media}`, 405],
    ['to delete', () => `DELETE ${media}`, 405],
    ['whether a page may ask', () => 'OPTIONS /control/content-directory', 405],
    ['to read what is to be called', () => 'GET /control/content-directory', 405],
    ['to subscribe to a film', () => `SUBSCRIBE ${media}`, 405],
    ['its own words back', () => 'TRACE /device.xml', 405],
  ];
  for (const [what, line, status] of targets) {
    it(`is answered ${status} when it asks for ${what}`, async () => {
      const origin = line().startsWith('GET') ? 'Origin: http://evil.example.org\r\n' : '';
      const { statuses, text } = await send(`${line()} HTTP/1.1\r\nHost: ${host}\r\n${origin}\r\n`);
      assert.deepEqual(statuses, [status]);
      assert.doesNotMatch(text, /^(?:access-control-|set-cookie)/im);
    });
  }

  it('is answered 403 when a page of another site calls an action', async () => {
    const head = `Host: ${host}\r\nOrigin: http://evil.example.org\r\nContent-Type: text/plain\r\nContent-Length: 2`;
    const { statuses } = await send(`POST /control/content-directory HTTP/1.1\r\n${head}\r\n\r\n{}`);
    assert.deepEqual(statuses, [403]);
  });

  const bodies: [what: string, headers: string, body: string][] = [
    ['announced', `Content-Length: ${64 * 1024 + 1}`, ''],
    ['in chunks', 'Transfer-Encoding: chunked', `10001\r\n${'x'.repeat(65_537)}\r\n0\r\n\r\n`],
  ];
  for (const [what, headers, body] of bodies) {
    it(`is answered 413 with a body of more than 64 KB, ${what}`, async () => {
      const start = `POST /control/content-directory HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n\r\n`;
      assert.deepEqual((await send(start + body)).statuses, [413]);
    });
  }

  it('is answered 431 with headers without end', async () => {
    const start = `GET /device.xml HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    assert.deepEqual((await send(start)).statuses, [431]);
  });

  it('is cut off when a body does not come', async () => {
    const connection = await RawConnection.open(television.origin);
    await connection.send(`POST /control/content-directory HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nx`);
    assert.ok(await connection.closed(30_000));
    assert.deepEqual(connection.statuses, []);
  });

  it('has so many connections and no more, while another is served', async () => {
    const connections: RawConnection[] = [];
    for (let count = 0; count < 70; count += 1) connections.push(await RawConnection.open(television.origin));
    for (const each of connections.slice(64)) assert.ok(await each.closed(10_000));
    // Another set, at another address.
    const { body } = await television.ask(media, { from: '127.0.0.9' });
    assert.equal(body.toString(), 'a film');
    for (const each of connections) each.socket.destroy();
  });
});
