import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { seededBytes } from '../../support/content.ts';
import { inPieces, type DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { propfindBody, propstats } from '../../support/dav-xml.ts';

describe('GET, HEAD and PUT', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
  });
  after(() => server.stop());

  it('creates with 201, replaces with 204, and says the new strong etag each time', async () => {
    const first = await ann.expect(201, 'PUT', 'a.txt', { body: 'one' });
    const second = await ann.expect(204, 'PUT', 'a.txt', { body: 'two' });
    assert.match(first.headers.etag ?? '', /^"[^"]+"$/);
    assert.notEqual(second.headers.etag, first.headers.etag);
    const got = await ann.expect(200, 'GET', 'a.txt');
    assert.equal(got.body.toString(), 'two');
    assert.equal(got.headers.etag, second.headers.etag);
    assert.equal(got.headers['last-modified'], second.headers['last-modified']);
  });

  it('answers HEAD with the headers of GET, and PROPFIND with the same etag', async () => {
    await ann.put('head.txt', 'content');
    const got = await ann.expect(200, 'GET', 'head.txt');
    const head = await ann.expect(200, 'HEAD', 'head.txt');
    for (const name of ['etag', 'last-modified', 'content-length', 'content-type', 'accept-ranges']) {
      assert.equal(head.headers[name], got.headers[name], name);
    }
    assert.equal(head.body.length, 0);
    const { body } = await ann.expect(207, 'PROPFIND', 'head.txt', {
      headers: { depth: '0' },
      body: propfindBody('<D:getetag/>'),
    });
    assert.equal(propstats(body).get('/dav/head.txt')!.get(200)!.get('{DAV:}getetag')!.text, got.headers.etag);
  });

  it('answers HEAD without touching a disk', async () => {
    await ann.put('disk.txt', 'content');
    const [disk] = await server.core.store.listDisks();
    server.blobs.setDown(disk!.id, true);
    try {
      await ann.expect(200, 'HEAD', 'disk.txt');
      const got = await ann.expect(503, 'GET', 'disk.txt');
      assert.ok(Number(got.headers['retry-after']) > 0);
    } finally {
      server.blobs.setDown(disk!.id, false);
    }
  });

  it('keeps browsers from running what users stored', async () => {
    const cases: [name: string, type: string, saved: boolean][] = [
      ['page.html', 'text/html', true],
      ['page.xhtml', 'application/xhtml+xml', true],
      ['image.svg', 'image/svg+xml', true],
      ['data.xml', 'application/xml', true],
      ['code.js', 'text/javascript', true],
      ['paper.pdf', 'application/pdf', true],
      ['what.ever', 'application/octet-stream', true],
      ['photo.jpg', 'image/jpeg', false],
      ['film.mp4', 'video/mp4', false],
      ['note.txt', 'text/plain', false],
    ];
    for (const [name, type, saved] of cases) {
      await ann.put(name, 'x');
      const { headers } = await ann.expect(200, 'GET', name);
      assert.equal(headers['content-type'], type, name);
      assert.equal(headers['content-disposition'], saved ? 'attachment' : undefined, name);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['content-security-policy'], "sandbox; default-src 'none'");
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    }
  });

  it('keeps the Content-Type of the client unless it says nothing of use', async () => {
    const type = (headers: Record<string, string>) => ann.expect([201, 204], 'PUT', 't.png', { body: 'x', headers });
    const served = async () => (await ann.expect(200, 'HEAD', 't.png')).headers['content-type'];
    await type({ 'content-type': 'image/x-own; a=b' });
    assert.equal(await served(), 'image/x-own; a=b');
    for (const useless of ['application/octet-stream', 'nonsense', 'a/b\tc']) {
      await type({ 'content-type': useless });
      assert.equal(await served(), 'image/png', useless);
    }
  });

  it('takes chunked content of any size', async () => {
    for (const size of [0, 1, 65_536, 65_537, 3_000_000]) {
      const content = seededBytes('chunked', size);
      await ann.expect([201, 204], 'PUT', 'chunked.bin', { body: inPieces(content) });
      assert.ok((await ann.get('chunked.bin')).equals(content), `${size} bytes`);
    }
  });

  it('answers ranges: one, several, none that exists', async () => {
    const content = seededBytes('ranges', 300_000);
    await ann.put('ranges.bin', content);
    const range = (value: string) => ann.request('GET', 'ranges.bin', { headers: { range: value } });

    for (const [value, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=100-199999', 100, 199_999],
      ['bytes=-5', 299_995, 299_999],
    ] as const) {
      const one = await range(value);
      assert.equal(one.status, 206);
      assert.equal(one.headers['content-range'], `bytes ${start}-${end}/300000`);
      assert.ok(one.body.equals(content.subarray(start, end + 1)));
    }

    const several = await range('bytes=0-9,100-100099,-10');
    assert.equal(several.status, 206);
    assert.equal(Number(several.headers['content-length']), several.body.length);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(several.headers['content-type'] ?? '')![1]!;
    const parts = several.body.toString('latin1').split(`\r\n--${boundary}`).slice(1, -1);
    assert.deepEqual(
      parts.map((part) => /Content-Range: (.*)\r\n/.exec(part)![1]),
      ['bytes 0-9/300000', 'bytes 100-100099/300000', 'bytes 299990-299999/300000'],
    );
    const middle = Buffer.from(parts[1]!.slice(parts[1]!.indexOf('\r\n\r\n') + 4), 'latin1');
    assert.ok(middle.equals(content.subarray(100, 100_100)));

    const none = await range('bytes=300000-');
    assert.equal(none.status, 416);
    assert.equal(none.headers['content-range'], 'bytes */300000');

    const tooMany = await range(
      `bytes=${Array.from({ length: 20 }, (_, index) => `${index * 10}-${index * 10}`).join()}`,
    );
    assert.equal(tooMany.status, 200);
  });

  it('honours If-Range', async () => {
    const { headers } = await ann.put('if-range.txt', '0123456789');
    const get = (ifRange: string) =>
      ann.request('GET', 'if-range.txt', { headers: { range: 'bytes=2-3', 'if-range': ifRange } });
    assert.equal((await get(headers.etag!)).body.toString(), '23');
    assert.equal((await get('"other"')).body.toString(), '0123456789');
    server.clock.advance(60);
    assert.equal((await get(headers['last-modified']!)).body.toString(), '23');
  });

  it('answers 304 and 412 by etag and date', async () => {
    const { headers } = await ann.put('cond.txt', 'one');
    const etag = headers.etag!;
    const unchanged = await ann.expect(304, 'GET', 'cond.txt', { headers: { 'if-none-match': etag } });
    assert.equal(unchanged.headers.etag, etag);
    await ann.expect(304, 'HEAD', 'cond.txt', { headers: { 'if-modified-since': headers['last-modified'] } });
    await ann.expect(412, 'GET', 'cond.txt', { headers: { 'if-match': '"other"' } });
    await ann.expect(412, 'PUT', 'cond.txt', { headers: { 'if-match': '"other"' }, body: 'two' });
    await ann.expect(412, 'PUT', 'cond.txt', { headers: { 'if-none-match': '*' }, body: 'two' });
    await ann.expect(412, 'DELETE', 'cond.txt', { headers: { 'if-match': '"other"' } });
    await ann.expect(412, 'PUT', 'nothing.txt', { headers: { 'if-match': '*' }, body: 'two' });
    await ann.expect(400, 'PUT', 'cond.txt', { headers: { 'if-match': 'unquoted' }, body: 'two' });
    assert.equal((await ann.get('cond.txt')).toString(), 'one');
    await ann.expect(204, 'PUT', 'cond.txt', { headers: { 'if-match': etag }, body: 'two' });
    await ann.expect(412, 'PUT', 'cond.txt', { headers: { 'if-match': etag }, body: 'three' });
  });

  it('lets exactly one of many PUTs with If-None-Match: * create the file', async () => {
    const attempts = Array.from({ length: 20 }, (_, index) =>
      ann.request('PUT', 'once.txt', { headers: { 'if-none-match': '*' }, body: `writer ${index}` }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 412)]);
  });

  it('lets exactly one of many PUTs with the same If-Match replace the content', async () => {
    const { headers } = await ann.put('twice.txt', 'start');
    const attempts = Array.from({ length: 20 }, (_, index) =>
      ann.request('PUT', 'twice.txt', { headers: { 'if-match': headers.etag }, body: `writer ${index}` }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [204, ...Array.from({ length: 19 }, () => 412)]);
  });

  it('checks the digests that a client announces', async () => {
    const hash = (name: string, encoding: 'hex' | 'base64', text: string) =>
      createHash(name).update(text).digest(encoding);
    await ann.put('sum.txt', 'old');
    for (const headers of [
      { 'content-md5': hash('md5', 'base64', 'other') },
      { 'oc-checksum': `SHA1:${hash('sha1', 'hex', 'other')}` },
      { 'oc-checksum': `SHA256:${hash('sha256', 'hex', 'other')}` },
      { digest: `sha-256=${hash('sha256', 'base64', 'other')}` },
      { 'content-digest': `sha-256=:${hash('sha256', 'base64', 'other')}:` },
      { 'repr-digest': `sha-512=:${hash('sha512', 'base64', 'other')}:` },
      { 'oc-checksum': 'ADLER32:1' },
      // One that is right does not stand for one that is not.
      { 'content-md5': hash('md5', 'base64', 'other'), 'oc-checksum': `SHA1:${hash('sha1', 'hex', 'new')}` },
    ]) {
      await ann.expect(400, 'PUT', 'sum.txt', { headers, body: 'new' });
      assert.equal((await ann.get('sum.txt')).toString(), 'old');
    }
    await ann.expect(204, 'PUT', 'sum.txt', { headers: { 'content-md5': hash('md5', 'base64', 'new') }, body: 'new' });
    await ann.expect(204, 'PUT', 'sum.txt', { headers: { 'oc-checksum': 'ADLER32:28e014b' }, body: 'new' });
    await ann.expect(204, 'PUT', 'sum.txt', { headers: { 'oc-checksum': 'CRC32:1' }, body: 'new' });
  });

  it('keeps the time that X-OC-Mtime gives', async () => {
    const put = await ann.expect(201, 'PUT', 'dated.txt', { headers: { 'x-oc-mtime': '1000000000.7' }, body: 'x' });
    assert.equal(put.headers['x-oc-mtime'], 'accepted');
    const head = await ann.expect(200, 'HEAD', 'dated.txt');
    assert.equal(head.headers['last-modified'], 'Sun, 09 Sep 2001 01:46:40 GMT');
  });

  it('refuses what it cannot store as meant', async () => {
    await ann.expect(405, 'PUT', 'Mere', { body: 'x' });
    await ann.expect(405, 'PUT', 'new/', { body: 'x' });
    await ann.expect(409, 'PUT', 'missing/x', { body: 'x' });
    await ann.expect(415, 'PUT', 'zipped.txt', { headers: { 'content-encoding': 'gzip' }, body: 'x' });
  });

  it('shows a collection as a plain page without scripts, and 200 for HEAD', async () => {
    await ann.makeCollection('web');
    await ann.put('web/<script>alert(1)&"x".txt', 'x');
    const page = await ann.expect(200, 'GET', 'web/');
    assert.match(page.headers['content-type'] ?? '', /^text\/html/);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.ok(page.body.toString().includes('&lt;script&gt;alert(1)&amp;&quot;x&quot;.txt'));
    assert.ok(!page.body.toString().includes('<script'));
    const head = await ann.expect(200, 'HEAD', 'web');
    assert.equal(head.headers.etag, page.headers.etag);
  });

  it('keeps the old content when an upload is aborted, and leaves nothing behind', async () => {
    const old = seededBytes('old', 500_000);
    await ann.put('aborted.bin', old);
    const before = server.blobs.blobCount;
    for (const announced of [true, false]) {
      const abort = new AbortController();
      const body = (async function* stalling() {
        yield seededBytes('new', 300_000);
        setTimeout(() => abort.abort(), 20);
        await wait(10_000, undefined, { signal: abort.signal, ref: false }).catch(() => undefined);
      })();
      const headers = announced ? { 'content-length': 400_000, 'transfer-encoding': undefined } : {};
      await assert.rejects(ann.request('PUT', 'aborted.bin', { body, headers, signal: abort.signal }));
      await until(async () => (await server.core.store.listUploads()).length === 0);
    }
    assert.ok((await ann.get('aborted.bin')).equals(old));
    assert.equal(server.blobs.blobCount, before);
    assert.equal((await server.core.store.findUser('ann'))!.reservedBytes, 0);
    assert.deepEqual(server.failures, []);
  });

  it('refuses before the body what waits for 100 Continue', async () => {
    await ann.put('expect.txt', 'old');
    const head = (headers: Record<string, string>) =>
      server.raw('PUT', '/dav/expect.txt', { Expect: '100-continue', 'Content-Length': '5', ...headers });
    const refused = await head({ 'If-Match': '"other"' });
    assert.match(refused.text, /^HTTP\/1\.1 412 /);
    const overQuota = await head({ 'Content-Length': String(200 * 1024 * 1024) });
    assert.match(overQuota.text, /^HTTP\/1\.1 507 /);
    const unauthenticated = await head({ Authorization: 'Basic eDp5' });
    assert.match(unauthenticated.text, /^HTTP\/1\.1 401 /);
    const accepted = await server.raw(
      'PUT',
      '/dav/expect.txt',
      { Expect: '100-continue', 'Content-Length': '3' },
      'new',
    );
    assert.match(accepted.text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 204 /);
  });

  it('answers 507 when the quota is used up', async () => {
    const { body } = await ann.expect(507, 'PUT', 'huge.bin', { body: Buffer.alloc(101 * 1024 * 1024) });
    assert.match(body.toString(), /<D:quota-not-exceeded\/>/);
    await ann.expect(404, 'HEAD', 'huge.bin');
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await condition()); attempt++) {
    assert.ok(attempt < 200, 'it never came about');
    await wait(10);
  }
}
