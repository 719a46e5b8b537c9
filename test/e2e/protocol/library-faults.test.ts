import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { seededBytes } from '../../support/content.ts';
import { inPieces, type DavClient } from '../../support/dav-client.ts';
import { DavServer, PASSWORD } from '../../support/dav-server.ts';
import { find, lockBody, parseXml, propfindBody, propstats } from '../../support/dav-xml.ts';

/** Each was measured on webdav-server 2.6.3 or nephele 1.0.0-alpha.67; ours must have none of them. */
describe('faults of other Node libraries', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
  });
  beforeEach(async () => {
    await ann.put('f', '0123456789');
  });
  afterEach(async () => {
    // Whatever was sent, the server lives and logged no bug.
    await ann.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
    assert.deepEqual(server.failures, []);
  });
  after(() => server.stop());

  it('survives an untagged If header', async () => {
    await ann.expect(412, 'PUT', 'f', { headers: { if: '(<urn:uuid:none>)' }, body: 'x' });
  });

  it('survives several sets in one PROPPATCH', async () => {
    const set = (name: string) => `<set><prop><${name} xmlns="urn:p">v</${name}></prop></set>`;
    const body = `<propertyupdate xmlns="DAV:">${set('a')}${set('b')}${set('c')}</propertyupdate>`;
    const answer = await ann.expect(207, 'PROPPATCH', 'f', { body });
    assert.equal(propstats(answer.body).get('/dav/f')!.get(200)!.size, 3);
  });

  for (const length of ['99999999999', '9007199254740993', '18446744073709551615', '99999999999999999999999']) {
    it(`survives a Content-Length of ${length}`, async () => {
      for (const expect of [{}, { Expect: '100-continue' }]) {
        const { status } = await server.raw('PUT', '/dav/huge', { 'Content-Length': length, ...expect });
        assert.ok(status === 507 || status === 400, String(status));
      }
      await ann.expect(404, 'HEAD', 'huge');
    });
  }

  it('survives a malformed % in the URL', async () => {
    for (const target of ['/dav/%', '/dav/%zz', '/dav/a%f', '/dav/%ff', '/dav/%c0%ae', '/dav/%ed%a0%80']) {
      assert.equal((await server.raw('GET', target)).status, 400, target);
    }
  });

  it('logs nobody in without a password', async () => {
    for (const credentials of ['constructor', '__proto__', 'ann', 'ann:', `ann:${PASSWORD}x`, 'constructor:', ':']) {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      const answer = await ann.expect(401, 'GET', 'f', { headers: { authorization } });
      assert.equal(answer.headers['www-authenticate'], 'Basic realm="nosocial", charset="UTF-8"');
    }
  });

  it('builds no href from the Host header', async () => {
    const { text } = await server.raw('PROPFIND', '/dav/f', { Host: 'evil.example', Depth: '0' });
    assert.match(text, /<D:href>\/dav\/f<\/D:href>/);
    assert.doesNotMatch(text, /evil/);
  });

  it('keeps the old content when a PUT is aborted', async () => {
    const connection = await server.connect();
    const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
    const head = `PUT /dav/f HTTP/1.1\r\nHost: h\r\nAuthorization: ${authorization}\r\nContent-Length: 1000000\r\n\r\n`;
    connection.socket.write(head + 'x'.repeat(200_000));
    await wait(50);
    connection.reset();
    await wait(50);
    assert.equal((await ann.get('f')).toString(), '0123456789');
    assert.deepEqual(await server.core.store.listUploads(), []);
  });

  it('ends reading when a GET is aborted', async () => {
    let open = 0;
    const openReads = () => open;
    const watched = await DavServer.start({
      wrap: (core) => {
        const read = core.blobs.read.bind(core.blobs);
        core.blobs.read = async function* counted(...args) {
          open++;
          try {
            yield* read(...args);
          } finally {
            open--;
          }
        };
        return core;
      },
    });
    try {
      await watched.as('ann').put('big', seededBytes('big', 20_000_000));
      const connection = await watched.connect();
      const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
      connection.socket.pause();
      connection.socket.write(`GET /dav/big HTTP/1.1\r\nHost: h\r\nAuthorization: ${authorization}\r\n\r\n`);
      for (let attempt = 0; openReads() === 0 && attempt < 100; attempt++) await wait(10);
      assert.equal(openReads(), 1);
      connection.reset();
      for (let attempt = 0; openReads() > 0 && attempt < 100; attempt++) await wait(10);
      assert.equal(openReads(), 0);
    } finally {
      await watched.stop();
    }
  });

  it('honours If-Match and If-None-Match', async () => {
    await ann.expect(412, 'PUT', 'f', { headers: { 'if-match': '"other"' }, body: 'x' });
    await ann.expect(412, 'PUT', 'f', { headers: { 'if-none-match': '*' }, body: 'x' });
  });

  it('refuses PUT with Content-Range', async () => {
    await ann.expect(400, 'PUT', 'f', { headers: { 'content-range': 'bytes 0-0/10' }, body: 'x' });
    assert.equal((await ann.get('f')).toString(), '0123456789');
  });

  it('sends an ETag with GET', async () => {
    assert.match((await ann.expect(200, 'GET', 'f')).headers.etag ?? '', /^".+"$/);
  });

  it('binds a lock to its token, not to its user', async () => {
    await ann.put('bound', 'x');
    await ann.expect(200, 'LOCK', 'bound', { body: lockBody() });
    await ann.expect(423, 'PUT', 'bound', { body: 'y' });
  });

  it('lets a tagged If fail', async () => {
    await ann.expect(412, 'PUT', 'f', { headers: { if: '</dav/f> (<urn:uuid:none>)' }, body: 'x' });
    await ann.expect(412, 'PUT', 'f', { headers: { if: '</dav/f> (["other"])' }, body: 'x' });
  });

  it('honours Overwrite: F, and reads a missing Overwrite as T', async () => {
    await ann.put('g', 'x');
    await ann.expect(412, 'COPY', 'f', { headers: { destination: '/dav/g', overwrite: 'F' } });
    await ann.expect(204, 'COPY', 'f', { headers: { destination: '/dav/g' } });
  });

  it('does not walk the whole tree for want of a Depth header', async () => {
    await ann.expect(403, 'PROPFIND', '', { headers: {} });
  });

  it('reads chunked bodies of PROPFIND, LOCK and PROPPATCH', async () => {
    const chunked = (text: string) => ({ body: inPieces(Buffer.from(text), 7) });
    const found = await ann.expect(207, 'PROPFIND', 'f', {
      headers: { depth: '0' },
      ...chunked(propfindBody('<D:getetag/>')),
    });
    assert.deepEqual([...propstats(found.body).get('/dav/f')!.get(200)!.keys()], ['{DAV:}getetag']);
    const body = '<propertyupdate xmlns="DAV:"><set><prop><a xmlns="urn:chunked"/></prop></set></propertyupdate>';
    const patched = await ann.expect(207, 'PROPPATCH', 'f', chunked(body));
    assert.ok(propstats(patched.body).get('/dav/f')!.get(200)!.has('{urn:chunked}a'));
    await ann.expect(201, 'LOCK', 'chunked', chunked(lockBody('shared')));
  });

  it('escapes # and ? in hrefs', async () => {
    await ann.makeCollection('escaped');
    await ann.put('escaped/a#b?c', 'x');
    const { body } = await ann.expect(207, 'PROPFIND', 'escaped', { headers: { depth: '1' } });
    assert.match(body.toString(), /<D:href>\/dav\/escaped\/a%23b%3Fc<\/D:href>/);
  });

  it('reads ranges from where they begin, with the total, and 416 beyond the end', async () => {
    const range = (value: string) => ann.request('GET', 'f', { headers: { range: value } });
    const part = await range('bytes=4-6');
    assert.equal(part.body.toString(), '456');
    assert.equal(part.headers['content-range'], 'bytes 4-6/10');
    assert.equal((await range('bytes=10-')).status, 416);
  });

  it('answers malformed XML with 400', async () => {
    for (const method of ['PROPFIND', 'PROPPATCH', 'LOCK']) {
      for (const body of ['<', '<a>', 'no xml', '<!DOCTYPE a><a/>', '<propfind/>']) {
        await ann.expect(400, method, 'f', { headers: { depth: '0' }, body });
      }
    }
  });

  it('takes a Lock-Token without angle brackets', async () => {
    const { headers } = await ann.expect(201, 'LOCK', 'bare', { body: lockBody() });
    const token = String(headers['lock-token']).slice(1, -1);
    await ann.expect(204, 'UNLOCK', 'bare', { headers: { 'lock-token': token } });
  });

  it('copies no members with Depth 0', async () => {
    await ann.makeCollection('members');
    await ann.put('members/x', 'x');
    await ann.expect(201, 'COPY', 'members', { headers: { destination: '/dav/none', depth: '0' } });
    assert.equal((await ann.list('none')).size, 0);
  });

  it('takes a LOCK without an owner', async () => {
    const { body } = await ann.expect(201, 'LOCK', 'ownerless', { body: lockBody('exclusive', '') });
    assert.equal(find(parseXml(body), 'owner'), undefined);
  });

  it('refuses a PROPFIND body of 8 MB at once', async () => {
    const startedAt = performance.now();
    const body = Buffer.alloc(8 * 1024 * 1024, '<a>');
    for (const sent of [body, inPieces(body)])
      await ann.expect(413, 'PROPFIND', 'f', { headers: { depth: '0' }, body: sent });
    assert.ok(performance.now() - startedAt < 5000);
  });
});
