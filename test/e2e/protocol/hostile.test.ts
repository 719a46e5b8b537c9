import assert from 'node:assert/strict';
import { inPieces, type DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { lockBody, parseXml } from '../../support/dav-xml.ts';

describe('hostile requests', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.put('f', 'x');
    await ann.makeCollection('dir');
    await ann.put('dir/f', 'x');
  });
  afterEach(async () => {
    await ann.expect(200, 'GET', 'f');
    assert.deepEqual(server.failures, []);
  });
  after(() => server.stop());

  it('refuses paths that cannot be', async () => {
    const long = 'x'.repeat(256);
    for (const target of [
      '/dav/..',
      '/dav/../dav/f',
      '/dav/%2e%2e/f',
      '/dav/./f',
      '/dav/dir/%2E',
      '/dav/a%2fb',
      '/dav/a%5cb',
      '/dav/a%00b',
      '/dav/a%0ab',
      '/dav/a%7fb',
      '/dav/%c3%28',
      `/dav/${long}`,
      `/dav${'/xxxxxxx'.repeat(600)}`,
      '/dav/f#fragment',
      '/dav/dir/#',
    ]) {
      for (const method of ['GET', 'PUT', 'DELETE', 'MKCOL', 'PROPFIND']) {
        assert.equal((await server.raw(method, target)).status, 400, `${method} ${target}`);
      }
    }
    await ann.expect(200, 'GET', 'dir/f');
  });

  it('takes the absolute form of a target, and ignores a query', async () => {
    assert.equal((await server.raw('GET', 'http://whatever.example/dav/f')).status, 200);
    assert.equal((await server.raw('GET', '/dav/f?a=b&c#'.slice(0, -1))).status, 200);
    assert.equal((await server.raw('GET', '/davos')).status, 404);
  });

  it('answers methods that it does not have with 405 and Allow', async () => {
    for (const method of ['POST', 'PATCH', 'TRACE', 'ACL', 'MKCALENDAR']) {
      const { status, text } = await server.raw(method, '/dav/f');
      assert.equal(status, 405, method);
      assert.match(text, /\r\nAllow: OPTIONS, GET, /);
    }
  });

  it('refuses XML that is out to harm', async () => {
    const prop = (content: string) => `<propfind xmlns="DAV:"><prop>${content}</prop></propfind>`;
    const bombs: [body: string, want: number][] = [
      [
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><propfind xmlns="DAV:"><prop>&b;</prop></propfind>',
        400,
      ],
      ['<!DOCTYPE a SYSTEM "http://127.0.0.1/"><propfind xmlns="DAV:"><allprop/></propfind>', 400],
      [prop('<a>'.repeat(100_000)), 400],
      [prop(`<a b="${'x'.repeat(1_100_000)}"/>`), 413],
      [prop(Array.from({ length: 1001 }, (_, index) => `<p${index}/>`).join('')), 413],
      [prop('<a/>'.repeat(20_000)), 413],
      ['<?xml version="1.0" encoding="utf-7"?><propfind xmlns="DAV:"><allprop/></propfind>', 415],
    ];
    for (const [body, want] of bombs) await ann.expect(want, 'PROPFIND', 'f', { headers: { depth: '0' }, body });
    const headers = { depth: '0', 'content-encoding': 'gzip' };
    await ann.expect(415, 'PROPFIND', 'f', { headers, body: prop('<a/>') });
    const value = `<propertyupdate xmlns="DAV:"><set><prop><a>${'v'.repeat(70_000)}</a></prop></set></propertyupdate>`;
    await ann.expect(413, 'PROPPATCH', 'f', { body: value });
  });

  it('stores no property or owner that would break the XML around it', async () => {
    const owner = '<D:owner><![CDATA[</D:owner></D:activelock>]]><x xmlns="urn:x&quot;&lt;" y="&quot;&gt;"/></D:owner>';
    await ann.expect(201, 'LOCK', 'owned', { body: lockBody('exclusive', owner) });
    const { body } = await ann.expect(207, 'PROPFIND', 'owned', { headers: { depth: '0' } });
    parseXml(body);
  });

  it('answers long and strange headers without harm', async () => {
    const strange = ['(', '<', '('.repeat(8000), '(<a> '.repeat(2000), '\u00ff', '(["'];
    for (const value of strange) {
      const { status } = await server.raw('PUT', '/dav/f', { If: value, 'Content-Length': '1' }, 'y');
      assert.equal(status, 400, value.slice(0, 20));
    }
    for (const [name, value, want] of [
      ['Depth', '\u0001', 400],
      ['Range', `bytes=${'0-,'.repeat(5000)}`, 200],
      ['Range', `bytes=${'9'.repeat(5000)}-`, 416],
      ['If-None-Match', `"${'x'.repeat(10_000)}"`, 200],
      ['If-Modified-Since', '9'.repeat(10_000), 200],
      ['Timeout', 'Second-1,'.repeat(1000), 200],
    ] as const) {
      assert.equal((await server.raw('GET', '/dav/f', { [name]: value })).status, want, name);
    }
  });

  it('closes the connection after a refused body that is large, and goes on after a small one', async () => {
    const large = await ann.expect(409, 'PUT', 'none/f', { body: inPieces(Buffer.alloc(2_000_000)) });
    assert.equal(large.headers.connection, 'close');
    const small = await ann.expect(409, 'PUT', 'none/f', { body: 'small' });
    assert.notEqual(small.headers.connection, 'close');
  });

  it('does not take a refused body for the next request', async () => {
    const inner = 'DELETE /dav/f HTTP/1.1\r\nHost: h\r\nAuthorization: Basic YW5uOm9wZW4gc2VzYW1l\r\n\r\n';
    for (const headers of [{}, { Expect: '100-continue' }]) {
      const length = String(inner.length);
      const { text } = await server.raw('PUT', '/dav/none/f', { ...headers, 'Content-Length': length }, inner);
      assert.equal(text.match(/HTTP\/1\.1 \d{3}/g)!.filter((line) => !line.endsWith('100')).length, 1);
    }
    await ann.expect(200, 'GET', 'f');
  });

  it('tells nothing of an error that it does not know, but logs it once', async () => {
    const failing = await DavServer.start({
      wrap: (core) => ({
        ...core,
        clock: {
          nowMs: () => {
            throw new Error('secret detail');
          },
        },
      }),
    });
    try {
      const { body } = await failing.as('ann').expect(500, 'MKCOL', 'x');
      assert.equal(failing.failures.length, 1);
      const { requestId } = failing.failures[0] as { requestId: string };
      assert.equal(body.toString(), `internal error ${requestId}\n`);
    } finally {
      await failing.stop();
    }
  });
});
