import assert from 'node:assert/strict';
import type { Answer, DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { find, findAll, lockBody, parseXml, propfindBody, propstats } from '../../support/dav-xml.ts';

const BAD_TOKEN = '<urn:uuid:00000000-0000-4000-8000-000000000000>';

describe('LOCK and UNLOCK', () => {
  let server: DavServer;
  let ann: DavClient;
  let ben: DavClient;
  let count = 0;

  before(async () => {
    server = await DavServer.start({ core: { maxLocksPerUser: 50 } });
    ann = server.as('ann');
    ben = server.as('ben');
  });
  after(() => server.stop());

  /** A fresh collection, so that no test sees the locks of another. */
  const fresh = async (base = '') => {
    const path = `${base}lock${++count}`;
    await ann.makeCollection(path);
    return path;
  };
  const lock = async (
    path: string,
    options: { scope?: 'exclusive' | 'shared'; headers?: Record<string, string> } = {},
  ) => {
    const { scope = 'exclusive', headers = {} } = options;
    const answer = await ann.expect([200, 201], 'LOCK', path, { headers, body: lockBody(scope) });
    return { answer, token: String(answer.headers['lock-token']) };
  };
  const conditionOf = (answer: Answer, condition: string) =>
    find(find(parseXml(answer.body), condition)!, 'href')?.text;

  it('answers with the token and the whole lock', async () => {
    const path = await fresh();
    const { answer, token } = await lock(path, { headers: { timeout: 'Infinite, Second-4100000000' } });
    assert.match(token, /^<urn:uuid:[\da-f-]{36}>$/);
    const active = find(parseXml(answer.body), 'activelock')!;
    assert.equal(`<${find(find(active, 'locktoken')!, 'href')!.text}>`, token);
    assert.equal(find(active, 'depth')!.text, 'infinity');
    assert.equal(find(active, 'owner')!.text, 'me');
    assert.equal(find(active, 'timeout')!.text, 'Second-3600');
    assert.equal(find(find(active, 'lockroot')!, 'href')!.text, `/dav/${path}/`);
    assert.ok(find(active, 'exclusive') && find(active, 'write'));
  });

  it('shows the lock in lockdiscovery of the node and of what is in it, the token to its user only', async () => {
    const path = await fresh('Workspace/');
    await ann.put(`${path}/in.txt`, 'x');
    const { token } = await lock(path);
    for (const [client, tokens] of [
      [ann, 1],
      [ben, 0],
    ] as const) {
      const { body } = await client.expect(207, 'PROPFIND', path, {
        headers: { depth: '1' },
        body: propfindBody('<D:lockdiscovery/>'),
      });
      for (const [href, statuses] of propstats(body)) {
        const discovery = statuses.get(200)!.get('{DAV:}lockdiscovery')!;
        assert.equal(findAll(discovery, 'activelock').length, 1, href);
        assert.equal(find(discovery, 'owner')!.text, 'me');
        assert.equal(find(find(discovery, 'lockroot')!, 'href')!.text, `/dav/${path}/`);
        assert.equal(findAll(discovery, 'locktoken').length, tokens);
      }
      assert.equal(body.toString().includes(token.slice(1, -1)), tokens === 1);
    }
  });

  it('keeps everybody without the token from every change, and names the lock', async () => {
    const path = await fresh();
    await ann.put(`${path}/f`, 'x');
    await ann.put(`${path}-other`, 'x');
    await lock(path);
    const changes: [method: string, path: string, headers?: Record<string, string>, body?: string][] = [
      ['PUT', `${path}/f`, {}, 'y'],
      ['PUT', `${path}/new`, {}, 'y'],
      ['MKCOL', `${path}/new`],
      ['DELETE', `${path}/f`],
      ['DELETE', path],
      ['MOVE', `${path}/f`, { destination: '/dav/elsewhere' }],
      ['MOVE', path, { destination: '/dav/elsewhere' }],
      ['COPY', `${path}-other`, { destination: `/dav/${path}/f` }],
      ['COPY', `${path}-other`, { destination: `/dav/${path}/new` }],
      [
        'PROPPATCH',
        `${path}/f`,
        {},
        '<propertyupdate xmlns="DAV:"><set><prop><a xmlns=""/></prop></set></propertyupdate>',
      ],
    ];
    for (const [method, target, headers = {}, body = ''] of changes) {
      const answer = await ann.expect(423, method, target, { headers, body });
      assert.equal(conditionOf(answer, 'lock-token-submitted'), `/dav/${path}/`, `${method} ${target}`);
    }
    const conflict = await ann.expect(423, 'LOCK', `${path}/f`, { body: lockBody('shared') });
    assert.equal(conditionOf(conflict, 'no-conflicting-lock'), `/dav/${path}/`);
    await ann.expect(200, 'GET', `${path}/f`);
    await ann.expect(201, 'COPY', `${path}/f`, { headers: { destination: `/dav/${path}-copy` } });
  });

  it('accepts changes with the token, tagged or not', async () => {
    const path = await fresh();
    const { token } = await lock(path);
    await ann.expect(201, 'PUT', `${path}/f`, { headers: { if: `(${token})` }, body: 'x' });
    await ann.expect(204, 'PUT', `${path}/f`, { headers: { if: `</dav/${path}/> (${token})` }, body: 'y' });
    await ann.expect(204, 'PUT', `${path}/f`, {
      headers: { if: `<${server.url}/dav/${path}/f> (${token})` },
      body: 'z',
    });
    await ann.expect(204, 'DELETE', `${path}/f`, { headers: { if: `(${token})` } });
  });

  it('does not accept the token of another user', async () => {
    const path = await fresh('Public/');
    const { token } = await lock(path);
    const admin = server.as('adam');
    await admin.expect(423, 'PUT', `${path}/f`, { headers: { if: `(${token})` }, body: 'x' });
    await admin.expect([403, 409], 'UNLOCK', path, { headers: { 'lock-token': token } });
    await admin.expect(412, 'LOCK', path, { headers: { if: `(${token})` } });
    await ann.expect(204, 'UNLOCK', path, { headers: { 'lock-token': token } });
  });

  it('lets shared locks stand beside each other, not beside an exclusive one', async () => {
    const path = await fresh();
    const first = await lock(path, { scope: 'shared' });
    const second = await lock(path, { scope: 'shared' });
    await ann.expect(423, 'LOCK', path, { body: lockBody('exclusive') });
    await ann.expect(423, 'PUT', `${path}/f`, { body: 'x' });
    await ann.expect(201, 'PUT', `${path}/f`, { headers: { if: `(${second.token})` }, body: 'x' });
    for (const { token } of [first, second]) {
      await ann.expect(204, 'UNLOCK', path, { headers: { 'lock-token': token } });
    }
    await ann.expect(204, 'PUT', `${path}/f`, { body: 'y' });
  });

  it('locks with Depth 0 the members of a collection, not their content', async () => {
    const path = await fresh();
    await ann.put(`${path}/f`, 'x');
    await lock(path, { headers: { depth: '0' } });
    await ann.expect(204, 'PUT', `${path}/f`, { body: 'y' });
    await ann.expect(423, 'PUT', `${path}/new`, { body: 'y' });
    await ann.expect(423, 'DELETE', `${path}/f`);
    await ann.expect(400, 'LOCK', path, { headers: { depth: '1' }, body: lockBody() });
  });

  it('refuses an infinite lock over the lock of a member', async () => {
    const path = await fresh();
    await ann.put(`${path}/f`, 'x');
    await lock(`${path}/f`);
    const conflict = await ann.expect(423, 'LOCK', path, { body: lockBody() });
    assert.equal(conditionOf(conflict, 'no-conflicting-lock'), `/dav/${path}/f`);
  });

  it('refreshes a lock without a body, from anything that it covers', async () => {
    const path = await fresh();
    await ann.put(`${path}/f`, 'x');
    const { token } = await lock(path, { headers: { timeout: 'Second-100' } });
    server.clock.advance(90);
    const refreshed = await ann.expect(200, 'LOCK', `${path}/f`, {
      headers: { if: `(${token})`, timeout: 'Second-200' },
    });
    const active = find(parseXml(refreshed.body), 'activelock')!;
    assert.equal(find(active, 'timeout')!.text, 'Second-200');
    assert.equal(find(find(active, 'lockroot')!, 'href')!.text, `/dav/${path}/`);
    server.clock.advance(190);
    await ann.expect(423, 'PUT', `${path}/f`, { body: 'y' });
    server.clock.advance(11);
    await ann.expect(204, 'PUT', `${path}/f`, { body: 'y' });
    await ann.expect(412, 'LOCK', path, { headers: { if: `(${token})` } });
    await ann.expect(400, 'LOCK', path);
  });

  it('makes an empty file for a lock where nothing is, which goes with the lock unless written', async () => {
    const path = await fresh();
    const { answer, token } = await lock(`${path}/new.odt`);
    assert.equal(answer.status, 201);
    assert.equal((await ann.expect(200, 'GET', `${path}/new.odt`)).body.length, 0);
    assert.equal((await ann.expect(200, 'HEAD', `${path}/new.odt`)).headers['content-length'], '0');
    await ann.expect(200, 'GET', `${path}/new.odt`, { headers: { range: 'bytes=0-0' } });
    assert.ok((await ann.list(path)).has('new.odt'));
    await ann.expect(204, 'UNLOCK', `${path}/new.odt`, { headers: { 'lock-token': token } });
    await ann.expect(404, 'GET', `${path}/new.odt`);
    await ann.expect(409, 'LOCK', `${path}/missing/new.odt`, { body: lockBody() });
  });

  it('lets the PUT of davfs2 with If-None-Match: * fill the file that its own lock made', async () => {
    const path = `${await fresh()}/davfs.txt`;
    const { token } = await lock(path);
    const headers = { if: `</dav/${path}> (${token})`, 'if-none-match': '*' };
    await ann.expect([201, 204], 'PUT', path, { headers, body: 'content' });
    await ann.expect(412, 'PUT', path, { headers, body: 'again' });
    await ann.expect(204, 'UNLOCK', path, { headers: { 'lock-token': token } });
    assert.equal((await ann.get(path)).toString(), 'content');
  });

  it('forgets an unwritten file when its lock runs out', async () => {
    const path = `${await fresh()}/gone.txt`;
    await lock(path, { headers: { timeout: 'Second-10' } });
    server.clock.advance(11);
    await ann.expect(404, 'GET', path);
    await ann.expect(404, 'PROPFIND', path, { headers: { depth: '0' } });
    await ann.expect(201, 'PUT', path, { headers: { 'if-none-match': '*' }, body: 'x' });
  });

  it('costs others an hour at most when a client has crashed, and is gone then though nobody swept', async () => {
    const path = await fresh('Workspace/');
    await ann.put(`${path}/ours.txt`, 'x');
    await ann.put(`${path}/list.txt`, 'x');
    await ann.expect(200, 'LOCK', path, { headers: { timeout: 'Infinite, Second-4100000000' }, body: lockBody() });
    await ann.expect(423, 'PUT', `${path}/ours.txt`, { body: 'without the token, which the crash took along' });
    server.clock.advance(3599);
    await ann.expect(423, 'DELETE', `${path}/ours.txt`);
    await ann.expect(423, 'LOCK', `${path}/list.txt`, { body: lockBody() });
    server.clock.advance(1);
    const listing = await ann.expect(207, 'PROPFIND', path, { headers: { depth: '1' } });
    assert.deepEqual(findAll(parseXml(listing.body), 'activelock'), []);
    await ann.expect(204, 'PUT', `${path}/ours.txt`, { body: 'free' });
    await ann.expect(200, 'LOCK', `${path}/list.txt`, { body: lockBody() });
    server.clock.advance(3600);
    await ann.expect(201, 'MOVE', path, { headers: { destination: `/dav/${path}-moved` } });
    await ann.expect(204, 'DELETE', `${path}-moved`);
  });

  it('takes the unwritten file of a crashed client out of listings with its lock', async () => {
    const path = await fresh();
    await ann.put(`${path}/written.txt`, 'x');
    await ann.expect(201, 'LOCK', `${path}/unwritten.txt`, { headers: { timeout: 'Second-60' }, body: lockBody() });
    const shown = async (headers: Record<string, string> = {}) => {
      const { body } = await ann.expect(207, 'PROPFIND', path, { headers: { depth: '1', ...headers } });
      return propstats(body).size - 1;
    };
    const windows = { 'user-agent': 'Microsoft-WebDAV-MiniRedir/10.0.19045' };
    assert.deepEqual([await shown(), await shown(), await shown(windows)], [2, 2, 2]);
    server.clock.advance(60);
    assert.deepEqual([await shown(), await shown(), await shown(windows)], [1, 1, 1]);
    await ann.expect(404, 'HEAD', `${path}/unwritten.txt`);
  });

  it('ends a lock by its token on anything that it covers, and by nothing else', async () => {
    const path = await fresh();
    await ann.put(`${path}/f`, 'x');
    const { token } = await lock(path);
    await ann.expect(400, 'UNLOCK', path);
    const wrong = await ann.expect(409, 'UNLOCK', path, { headers: { 'lock-token': BAD_TOKEN } });
    assert.ok(find(parseXml(wrong.body), 'lock-token-matches-request-uri'));
    await ann.expect(409, 'UNLOCK', '', { headers: { 'lock-token': token } });
    await ann.expect(204, 'UNLOCK', `${path}/f`, { headers: { 'lock-token': token } });
    await ann.expect(409, 'UNLOCK', path, { headers: { 'lock-token': token } });
  });

  it('does not take a lock along with a move or a copy', async () => {
    const path = await fresh();
    await ann.put(`${path}/f`, 'x');
    const { token } = await lock(`${path}/f`);
    await ann.expect(201, 'COPY', `${path}/f`, { headers: { destination: `/dav/${path}/copy` } });
    await ann.expect(201, 'MOVE', `${path}/f`, { headers: { destination: `/dav/${path}/moved`, if: `(${token})` } });
    for (const name of ['copy', 'moved']) await ann.expect(204, 'PUT', `${path}/${name}`, { body: 'y' });
  });

  it('limits how many locks a user holds, and says so; those whose time is over do not count', async () => {
    const path = await fresh();
    const statuses: number[] = [];
    for (let index = 0; index < 60; index++) {
      statuses.push((await ann.request('LOCK', `${path}/${index}`, { body: lockBody() })).status);
    }
    assert.equal(statuses.at(-1), 403);
    assert.ok(statuses.filter((status) => status === 201).length <= 50);
    const refused = await ann.expect(403, 'LOCK', `${path}/more`, { body: lockBody() });
    assert.match(refused.body.toString(), /you hold 50 locks, as many as one user may/);
    await ann.expect(404, 'GET', `${path}/more`);
    server.clock.advance(4000);
    await ann.expect(201, 'LOCK', `${path}/again`, { body: lockBody() });
  });
});

describe('If', () => {
  let server: DavServer;
  let ann: DavClient;
  let etag: string;
  let token: string;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    etag = (await ann.put('f', 'x')).headers.etag!;
    await ann.put('g', 'x');
    token = String((await ann.expect(200, 'LOCK', 'f', { body: lockBody() })).headers['lock-token']);
  });
  after(() => server.stop());

  const cases: [value: string, want: number][] = [
    ['(TOKEN)', 207],
    ['(TOKEN ETAG)', 207],
    ['(TOKEN ["other"])', 412],
    ['(TOKEN Not ["other"])', 207],
    ['(Not TOKEN)', 412],
    ['(["other"]) (TOKEN)', 207],
    // The state holds, but the lock's token is not among those sent.
    ['(ETAG)', 423],
    ['(Not <DAV:no-lock>)', 423],
    [`(${BAD_TOKEN})`, 412],
    [`(${BAD_TOKEN}) (Not <DAV:no-lock>)`, 423],
    ['(TOKEN) (Not <DAV:no-lock>)', 207],
    // A list that fails still submits its tokens.
    ['(TOKEN ["other"]) (Not <DAV:no-lock>)', 207],
    ['</dav/f> (TOKEN)', 207],
    ['<http://HOST/dav/f> (TOKEN)', 207],
    ['</dav/g> (TOKEN)', 412],
    ['</dav/g> (Not TOKEN)', 207],
    ['</dav/none> (Not ["x"]) </dav/f> (TOKEN)', 207],
    ['<http://elsewhere.example/dav/f> (TOKEN)', 412],
    ['<http://elsewhere.example/dav/f> (Not TOKEN)', 207],
    ['</elsewhere> (TOKEN)', 412],
    ['(TOKEN', 400],
    ['TOKEN', 400],
    ['', 400],
  ];
  for (const [value, want] of cases) {
    it(`${want} for ${value}`, async () => {
      const header = value
        .replaceAll('TOKEN', token)
        .replaceAll('ETAG', `[${etag}]`)
        .replaceAll('HOST', new URL(server.url).host);
      const body = '<propertyupdate xmlns="DAV:"><set><prop><a xmlns="urn:a"/></prop></set></propertyupdate>';
      await ann.expect(want, 'PROPPATCH', 'f', { headers: { if: header }, body });
    });
  }

  it('is judged for reading, too', async () => {
    await ann.expect(412, 'GET', 'f', { headers: { if: '(["other"])' } });
    await ann.expect(200, 'GET', 'f', { headers: { if: `([${etag}])` } });
    await ann.expect(412, 'PROPFIND', 'f', { headers: { depth: '0', if: '(["other"])' } });
  });

  it('names 50 resources at most', async () => {
    const tags = Array.from({ length: 51 }, (_, index) => `</dav/${index}> (Not ["x"])`).join(' ');
    await ann.expect(400, 'GET', 'f', { headers: { if: tags } });
  });
});
