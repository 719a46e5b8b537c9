import assert from 'node:assert/strict';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { find, findAll, lockBody, parseXml, propfindBody, propstats } from '../../support/dav-xml.ts';

const update = (content: string) =>
  `<D:propertyupdate xmlns:D="DAV:" xmlns:x="urn:x" xmlns:Z="urn:schemas-microsoft-com:">${content}</D:propertyupdate>`;
const set = (properties: string) => `<D:set><D:prop>${properties}</D:prop></D:set>`;
const remove = (properties: string) => `<D:remove><D:prop>${properties}</D:prop></D:remove>`;

describe('PROPFIND and PROPPATCH', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.makeCollection('dir');
    await ann.put('dir/file.txt', 'content');
    await ann.put('dir/a#b ?%&<ü>.txt', 'content');
    await ann.makeCollection('dir/sub');
  });
  after(() => server.stop());

  const propfind = async (path: string, depth: string, body = '') => {
    const answer = await ann.expect(207, 'PROPFIND', path, { headers: { depth }, body });
    assert.equal(answer.headers['content-type'], 'application/xml; charset=utf-8');
    return propstats(answer.body);
  };

  it('takes a request without a body for allprop, without quota', async () => {
    const entries = await propfind('dir/file.txt', '0');
    assert.deepEqual(
      [...entries.get('/dav/dir/file.txt')!.get(200)!.keys()].sort(),
      [
        'creationdate',
        'displayname',
        'getcontentlength',
        'getcontenttype',
        'getetag',
        'getlastmodified',
        'lockdiscovery',
        'resourcetype',
        'supportedlock',
      ].map((name) => `{DAV:}${name}`),
    );
  });

  it('adds the quota of a folder where nothing at all is named, for the npm webdav client, and nowhere else', async () => {
    const quotaOf = async (path: string, depth: string, body = '') =>
      [...(await propfind(path, depth, body)).values()]
        .flatMap((stats) =>
          [...stats].flatMap(([status, found]) => [...found.keys()].map((name) => `${status} ${name}`)),
        )
        .filter((name) => name.includes('quota'));
    assert.deepEqual(await quotaOf('dir/', '0'), ['200 {DAV:}quota-available-bytes', '200 {DAV:}quota-used-bytes']);
    assert.deepEqual(await quotaOf('dir/', '1'), []);
    assert.deepEqual(await quotaOf('dir/', '0', '<propfind xmlns="DAV:"><allprop/></propfind>'), []);
  });

  it('gives dates as their RFCs want them', async () => {
    const found = (await propfind('dir/file.txt', '0')).get('/dav/dir/file.txt')!.get(200)!;
    assert.equal(found.get('{DAV:}creationdate')!.text, '2026-01-15T12:00:00Z');
    assert.equal(found.get('{DAV:}getlastmodified')!.text, 'Thu, 15 Jan 2026 12:00:00 GMT');
  });

  it('lists members with encoded hrefs, collections with a slash at the end', async () => {
    const entries = await propfind('dir', '1', propfindBody('<D:resourcetype/>'));
    assert.deepEqual(
      [...entries.keys()],
      ['/dav/dir/', '/dav/dir/a%23b%20%3F%25%26%3C%C3%BC%3E.txt', '/dav/dir/file.txt', '/dav/dir/sub/'],
    );
  });

  it('separates what is not there, for files and collections', async () => {
    const asked = propfindBody('<D:getcontentlength/>', '<x:unknown/>', '<D:quota-used-bytes/>', '<none xmlns=""/>');
    const entries = await propfind('dir', '1', asked);
    const names = (href: string, status: number) => [...(entries.get(href)!.get(status)?.keys() ?? [])];
    assert.deepEqual(names('/dav/dir/file.txt', 200), ['{DAV:}getcontentlength']);
    assert.deepEqual(names('/dav/dir/file.txt', 404), ['{urn:x}unknown', '{DAV:}quota-used-bytes', '{}none']);
    assert.deepEqual(names('/dav/dir/sub/', 200), ['{DAV:}quota-used-bytes']);
    assert.deepEqual(names('/dav/dir/sub/', 404), ['{DAV:}getcontentlength', '{urn:x}unknown', '{}none']);
  });

  it('tells quota by name', async () => {
    const asked = propfindBody('<D:quota-available-bytes/>', '<D:quota-used-bytes/>');
    const found = (await propfind('', '0', asked)).get('/dav/')!.get(200)!;
    const used = Number(found.get('{DAV:}quota-used-bytes')!.text);
    assert.equal(used, 14);
    assert.equal(Number(found.get('{DAV:}quota-available-bytes')!.text), 100 * 1024 * 1024 - used);
  });

  it('lists names for propname, without values', async () => {
    await ann.expect(207, 'PROPPATCH', 'dir/file.txt', { body: update(set('<x:named>value</x:named>')) });
    const found = (await propfind('dir/file.txt', '0', '<propfind xmlns="DAV:"><propname/></propfind>'))
      .get('/dav/dir/file.txt')!
      .get(200)!;
    assert.ok(found.has('{urn:x}named') && found.has('{DAV:}getetag'));
    assert.deepEqual(
      [...found.values()].map(({ text }) => text),
      [...found.values()].map(() => ''),
    );
  });

  it('adds what include names to allprop', async () => {
    const body = '<propfind xmlns="DAV:"><allprop/><include><quota-used-bytes/><nothing/></include></propfind>';
    const entry = (await propfind('dir', '0', body)).get('/dav/dir/')!;
    assert.ok(entry.get(200)!.has('{DAV:}quota-used-bytes') && entry.get(200)!.has('{DAV:}getetag'));
    assert.deepEqual([...entry.get(404)!.keys()], ['{DAV:}nothing']);
  });

  it('refuses infinite depth, also when no Depth is sent, but not of a file', async () => {
    for (const headers of [{}, { depth: 'infinity' }]) {
      const { body } = await ann.expect(403, 'PROPFIND', 'dir', { headers });
      assert.ok(find(parseXml(body), 'propfind-finite-depth'));
      await ann.expect(207, 'PROPFIND', 'dir/file.txt', { headers });
    }
    await ann.expect(400, 'PROPFIND', 'dir', { headers: { depth: '2' } });
  });

  it('walks the whole tree where that is allowed', async () => {
    const deep = await DavServer.start({ settings: { allowInfiniteDepth: true } });
    try {
      const client = deep.as('ann');
      await client.makeCollection('a');
      await client.makeCollection('a/b');
      await client.put('a/b/c.txt', 'x');
      const { body } = await client.expect(207, 'PROPFIND', 'a');
      assert.deepEqual([...propstats(body).keys()], ['/dav/a/', '/dav/a/b/', '/dav/a/b/c.txt']);
    } finally {
      await deep.stop();
    }
  });

  it('stores, returns and removes properties in the order of the request', async () => {
    const body = update(
      set('<x:a xml:lang="cs">1 &lt; <x:b y="z"/></x:a><x:c/>') + remove('<x:c/>') + set('<d xmlns="">plain</d>'),
    );
    const answer = await ann.expect(207, 'PROPPATCH', 'dir/file.txt', { body });
    const named = propstats(answer.body).get('/dav/dir/file.txt')!;
    assert.deepEqual([...named.get(200)!.keys()], ['{urn:x}a', '{urn:x}c', '{}d']);

    const found = (await propfind('dir/file.txt', '0', propfindBody('<x:a/>', '<x:c/>', '<d/>'))).get(
      '/dav/dir/file.txt',
    )!;
    const a = found.get(200)!.get('{urn:x}a')!;
    assert.equal(a.text, '1 < ');
    assert.equal(a.attributes['xml:lang'], 'cs');
    assert.equal(a.children[0]!.attributes['y'], 'z');
    assert.equal(found.get(200)!.get('{}d')!.text, 'plain');
    assert.deepEqual([...found.get(404)!.keys()], ['{urn:x}c']);
  });

  it('changes no etag', async () => {
    const etag = async () => (await ann.expect(200, 'HEAD', 'dir/file.txt')).headers.etag;
    const before = await etag();
    await ann.expect(207, 'PROPPATCH', 'dir/file.txt', { body: update(set('<x:e>1</x:e>')) });
    assert.equal(await etag(), before);
  });

  it('changes nothing when one property is protected', async () => {
    const body = update(set('<x:z>1</x:z><D:getetag>"mine"</D:getetag><D:getlastmodified>x</D:getlastmodified>'));
    const answer = await ann.expect(207, 'PROPPATCH', 'dir/file.txt', { body });
    const statuses = propstats(answer.body).get('/dav/dir/file.txt')!;
    assert.deepEqual([...statuses.get(403)!.keys()], ['{DAV:}getetag', '{DAV:}getlastmodified']);
    assert.deepEqual([...statuses.get(424)!.keys()], ['{urn:x}z']);
    assert.ok(find(parseXml(answer.body), 'cannot-modify-protected-property'));
    const found = await propfind('dir/file.txt', '0', propfindBody('<x:z/>'));
    assert.ok(found.get('/dav/dir/file.txt')!.has(404));
  });

  it('lets a display name be set and be taken back', async () => {
    const shown = async () =>
      (await propfind('dir/sub', '0', propfindBody('<D:displayname/>')))
        .get('/dav/dir/sub/')!
        .get(200)!
        .get('{DAV:}displayname')!.text;
    await ann.expect(207, 'PROPPATCH', 'dir/sub', { body: update(set('<D:displayname>Mine</D:displayname>')) });
    assert.equal(await shown(), 'Mine');
    await ann.expect(207, 'PROPPATCH', 'dir/sub', { body: update(remove('<D:displayname/>')) });
    assert.equal(await shown(), 'sub');
  });

  it("keeps and applies the times of Windows' Mini-Redirector, under a lock", async () => {
    await ann.put('dir/win.txt', 'x');
    const locked = await ann.expect(200, 'LOCK', 'dir/win.txt', { body: lockBody() });
    const body = update(
      set(
        '<Z:Win32CreationTime>Sun, 06 Nov 1994 08:49:37 GMT</Z:Win32CreationTime>' +
          '<Z:Win32LastAccessTime>Sun, 06 Nov 1994 08:49:38 GMT</Z:Win32LastAccessTime>' +
          '<Z:Win32LastModifiedTime>Sun, 06 Nov 1994 08:49:39 GMT</Z:Win32LastModifiedTime>' +
          '<Z:Win32FileAttributes>00000020</Z:Win32FileAttributes>',
      ),
    );
    const headers = { if: `(${String(locked.headers['lock-token'])})` };
    const answer = await ann.expect(207, 'PROPPATCH', 'dir/win.txt', { body, headers });
    assert.equal(propstats(answer.body).get('/dav/dir/win.txt')!.get(200)!.size, 4);
    const found = (await propfind('dir/win.txt', '0')).get('/dav/dir/win.txt')!.get(200)!;
    assert.equal(found.get('{DAV:}getlastmodified')!.text, 'Sun, 06 Nov 1994 08:49:39 GMT');
    assert.equal(found.get('{DAV:}creationdate')!.text, '1994-11-06T08:49:37Z');
    assert.equal(found.get('{urn:schemas-microsoft-com:}Win32FileAttributes')!.text, '00000020');

    // What somebody else writes since is newer for Windows, too, which believes its own time first.
    const named =
      '<propfind xmlns="DAV:" xmlns:z="urn:schemas-microsoft-com:"><prop><z:Win32LastModifiedTime/></prop></propfind>';
    const time = async () => {
      const { body: listed } = await ann.expect(207, 'PROPFIND', 'dir/win.txt', {
        headers: { depth: '0' },
        body: named,
      });
      return propstats(listed)
        .get('/dav/dir/win.txt')!
        .get(200)!
        .get('{urn:schemas-microsoft-com:}Win32LastModifiedTime')!;
    };
    assert.equal((await time()).text, 'Sun, 06 Nov 1994 08:49:39 GMT');
    await ann.expect(204, 'PUT', 'dir/win.txt', { headers: { ...headers, 'x-oc-mtime': '1700000000' }, body: 'newer' });
    assert.equal((await time()).text, 'Tue, 14 Nov 2023 22:13:20 GMT');
  });

  it('keeps names that XML cannot hold out of listings that stay well-formed', async () => {
    await ann.makeCollection('odd');
    for (const name of ['\uFFFF', '\uFFFE.txt', '😀', ']]>', '&amp;', '\'"<']) await ann.put(`odd/${name}`, 'x');
    const entries = await propfind('odd', '1');
    assert.equal(entries.size, 7);
    for (const href of [...entries.keys()].slice(1)) {
      assert.equal((await server.raw('GET', href)).status, 200, href);
    }
  });

  it('gives a listing anew after every kind of change, though it keeps listings', async () => {
    await ann.makeCollection('kept');
    const list = async () => {
      const first = await ann.expect(207, 'PROPFIND', 'kept', { headers: { depth: '1' } });
      const second = await ann.expect(207, 'PROPFIND', 'kept', { headers: { depth: '1' } });
      assert.equal(second.body.toString(), first.body.toString());
      return second.body.toString();
    };
    const changes: [method: string, path: string, headers?: Record<string, string>, body?: string][] = [
      ['PUT', 'kept/a', {}, '1'],
      ['PUT', 'kept/a', {}, '2'],
      ['PUT', 'kept/a', { 'x-oc-mtime': '5' }, '2'],
      ['PROPPATCH', 'kept/a', {}, update(set('<x:a/>'))],
      ['PROPPATCH', 'kept', {}, update(set('<x:a/>'))],
      ['COPY', 'kept/a', { destination: '/dav/kept/b' }],
      ['MOVE', 'kept/b', { destination: '/dav/kept/c' }],
      ['MKCOL', 'kept/d'],
      ['LOCK', 'kept/e', {}, lockBody()],
      ['LOCK', 'kept/a', {}, lockBody()],
      ['DELETE', 'kept/c'],
    ];
    let last = await list();
    for (const [method, path, headers = {}, body = ''] of changes) {
      const { status } = await ann.request(method, path, { headers, body });
      assert.ok(status < 300, `${method} ${path}: ${status}`);
      const now = await list();
      assert.notEqual(now, last, `${method} ${path}`);
      last = now;
    }
    // The same folder under another name has other hrefs.
    await ann.expect(201, 'PUT', 'plain.txt', { body: 'x' });
    await ann.makeCollection('one');
    await ann.put('one/x', 'x');
    await ann.expect(207, 'PROPFIND', 'one', { headers: { depth: '1' } });
    await ann.expect(201, 'MOVE', 'one', { headers: { destination: '/dav/two' } });
    assert.deepEqual([...(await propfind('two', '1')).keys()], ['/dav/two/', '/dav/two/x']);
  });

  it('names every live property in the DAV namespace once', async () => {
    const { body } = await ann.expect(207, 'PROPFIND', 'dir/file.txt', { headers: { depth: '0' } });
    assert.equal(findAll(parseXml(body), 'resourcetype').length, 1);
  });
});
