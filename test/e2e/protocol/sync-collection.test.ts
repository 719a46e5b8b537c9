import assert from 'node:assert/strict';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient } from '../../support/dav-client.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import { randomNumbers } from '../../support/random-tree.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { syncBody, SyncClient } from '../../support/sync-client.ts';

const PASSWORD = 'correct horse';

describeOnDatabases('sync-collection (RFC 6578)', function (database) {
  this.timeout(120_000);
  let server: TestServer;
  let anna: DavClient;
  let ben: DavClient;

  before(async () => {
    server = await startServer({ database });
    await server.addUser('anna', { password: PASSWORD, role: 'admin' });
    await server.addUser('ben', { password: PASSWORD, role: 'admin' });
    anna = new DavClient(server.davUrl, { name: 'anna', password: PASSWORD });
    ben = new DavClient(server.davUrl, { name: 'ben', password: PASSWORD });
  });
  after(async () => {
    anna.close();
    ben.close();
    await server.stop();
  });

  const to = (path: string) => ({ headers: { destination: `/dav/${path}` } });
  const report = (path: string, body: string, headers: Record<string, string> = {}) =>
    anna.request('REPORT', path, { body, headers });
  const property = async (path: string, names: string) => {
    const body = `<D:propfind xmlns:D="DAV:"><D:prop>${names}</D:prop></D:propfind>`;
    const answer = await anna.expect(207, 'PROPFIND', path, { headers: { depth: '0' }, body });
    return answer.body.toString();
  };

  it('is told by OPTIONS and by properties, which nobody gets who does not ask', async () => {
    const { headers } = await anna.expect(200, 'OPTIONS', '');
    assert.match(headers.allow!, /\bREPORT\b/);
    const asked = await property('Mere', '<D:sync-token/><D:supported-report-set/>');
    assert.match(asked, /<D:sync-token>urn:nosocial:sync:/);
    assert.match(asked, /<D:report><D:sync-collection\/><\/D:report>/);
    const { body } = await anna.expect(207, 'PROPFIND', 'Mere', { headers: { depth: '0' } });
    assert.doesNotMatch(body.toString(), /sync-token|supported-report/);
    await anna.put('Mere/plain', 'x');
    assert.match(await property('Mere/plain', '<D:sync-token/>'), /404 Not Found/);
    await anna.expect(204, 'DELETE', 'Mere/plain');
  });

  it('begins with a listing, too: its token tells what comes after', async () => {
    await anna.makeCollection('Mere/listed');
    await anna.put('Mere/listed/a', 'a');
    const token = /<D:sync-token>([^<]+)</.exec(await property('Mere/listed', '<D:sync-token/>'))![1]!;
    for (const level of ['1', 'infinite'] as const) {
      const client = new SyncClient(anna, 'Mere/listed', level);
      client.token = token;
      await client.catchUp();
      assert.ok(!client.entries.has('a'), 'it is known already');
      await anna.put(`Mere/listed/b${level}`, 'b');
      await client.catchUp();
      assert.ok(client.entries.has(`b${level}`));
    }
  });

  it('tells moves in, out and within, and what is in trees that came', async () => {
    await anna.makeCollection('Mere/tree');
    await anna.makeCollection('Mere/tree/in');
    await anna.put('Mere/tree/in/x', 'x');
    await anna.makeCollection('Mere/followed');
    const client = new SyncClient(anna, 'Mere/followed', 'infinite');
    await client.catchUp();
    const steps: (() => Promise<unknown>)[] = [
      () => anna.expect(201, 'COPY', 'Mere/tree', to('Mere/followed/copy')),
      () => anna.expect(201, 'MOVE', 'Mere/tree', to('Mere/followed/tree')),
      () => anna.expect(201, 'MOVE', 'Mere/followed/tree', to('Mere/followed/renamed')),
      () => anna.put('Mere/followed/renamed/in/x', 'other'),
      () => anna.expect(201, 'MOVE', 'Mere/followed/renamed/in', to('Workspace/away')),
      () => anna.expect(204, 'DELETE', 'Mere/followed/copy'),
      () => anna.makeCollection('Mere/followed/copy'),
      () => anna.expect(201, 'MOVE', 'Workspace/away', to('Mere/followed/copy/back')),
      () => anna.expect(201, 'MOVE', 'Mere/followed', to('Mere/elsewhere')),
      () => anna.expect(201, 'MOVE', 'Mere/elsewhere', to('Mere/followed')),
    ];
    const late = new SyncClient(anna, 'Mere/followed', 'infinite');
    await late.catchUp();
    for (const [index, step] of steps.entries()) {
      await step();
      if (index === 8) continue;
      await client.catchUp();
      await client.assertTrue();
    }
    await late.catchUp(1);
    await late.assertTrue();
  });

  const rounds = Number(process.env['NOSOCIAL_TEST_SYNC_SEEDS'] ?? 1);
  for (let seed = 1; seed <= rounds; seed += 1) {
    it(`keeps a mirror true, whatever two users do (${seed})`, async () => {
      const random = randomNumbers(seed);
      const root = `Workspace/s${seed}`;
      await anna.makeCollection(root);
      const clients = [
        new SyncClient(anna, root, 'infinite'),
        new SyncClient(ben, root, '1'),
        new SyncClient(anna, '', 'infinite'),
        new SyncClient(anna, '', '1'),
      ];
      const name = () => ['a', 'b', '\u00e9 #1'][random(3)]!;
      const path = () => encode([root, ...Array.from({ length: 1 + random(3) }, name)]);
      const work = async (dav: DavClient) => {
        const [from, destination] = [path(), { headers: { destination: `/dav/${encode(path().split('/'), true)}` } }];
        const acts: [string, object][] = [
          ['PUT', { body: String(random(100)) }],
          ['MKCOL', {}],
          ['MKCOL', {}],
          ['MOVE', destination],
          ['COPY', destination],
          ['DELETE', {}],
        ];
        const [method, options] = acts[random(acts.length)]!;
        const { status } = await dav.request(method, from, options);
        assert.ok(status < 500, `${method} ${from}: ${status}`);
      };
      for (let round = 0; round < 5; round += 1) {
        for (let count = 0; count < 12; count += 1) await Promise.all([work(anna), work(ben)]);
        const working = work(anna);
        for (const client of clients) await client.catchUp(random(2) === 0 ? 2 : undefined);
        await working;
        for (const client of clients) {
          await client.catchUp();
          await client.assertTrue();
        }
      }
    });
  }

  it('gives the properties that were asked for, as PROPFIND does', async () => {
    await anna.makeCollection('Mere/props');
    await anna.put('Mere/props/f', 'four');
    const names = '<D:getcontentlength/><D:lockdiscovery/><X:own xmlns:X="urn:x"/><D:sync-token/>';
    const patch =
      '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><X:own xmlns:X="urn:x">mine</X:own></D:prop></D:set></D:propertyupdate>';
    await anna.expect(207, 'PROPPATCH', 'Mere/props/f', { body: patch });
    const { body } = await report('Mere/props', syncBody({ token: '', level: '1' }, names));
    const [file] = parseMultistatus(body.toString());
    assert.equal(file!.properties.get('DAV: getcontentlength'), '4');
    assert.equal(file!.properties.get('urn:x own'), 'mine');
    assert.equal(file!.properties.get('DAV: lockdiscovery'), '');
  });

  it('refuses what it does not understand', async () => {
    const good = syncBody({ token: '', level: '1' });
    const cases: [status: number, body: string, headers?: Record<string, string>][] = [
      [400, ''],
      [400, '<x'],
      [400, '<!DOCTYPE x [<!ENTITY a "b">]><D:sync-collection xmlns:D="DAV:"/>'],
      [400, good, { depth: '1' }],
      [400, good, { depth: 'infinity' }],
      [400, good.replace('<D:sync-level>1</D:sync-level>', '')],
      [400, good.replace('<D:sync-level>1<', '<D:sync-level>2<')],
      [400, good.replace('<D:sync-token></D:sync-token>', '')],
      [400, good.replace('<D:prop>', '<D:limit><D:nresults>0</D:nresults></D:limit><D:prop>')],
      [400, good.replace('<D:prop>', '<D:limit><D:nresults>-1</D:nresults></D:limit><D:prop>')],
      [400, good.replace('<D:prop>', '<D:limit/><D:prop>')],
      [413, good.replace('<D:prop>', `<D:prop>${'<D:a/>'.repeat(10_001)}`)],
      [413, good.replace('<D:prop>', `<D:prop>${' '.repeat(1_100_000)}`)],
      [400, good.replace('<D:prop>', `<D:prop>${'<D:a>'.repeat(100)}${'</D:a>'.repeat(100)}`)],
      [403, '<D:expand-property xmlns:D="DAV:"/>'],
      [403, '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"/>'],
    ];
    for (const [status, body, headers = {}] of cases) {
      const answer = await report('Mere', body, headers);
      assert.equal(answer.status, status, `${body.slice(0, 200)}: ${answer.body.toString()}`);
      if (status === 403) assert.match(answer.body.toString(), /<D:supported-report\/>/);
    }
    await anna.put('Mere/file', 'x');
    assert.equal((await report('Mere/file', good)).status, 403);
    assert.equal((await report('Mere/nothing', good)).status, 404);
    assert.equal((await report('Mere', good, { depth: '0' })).status, 207);
  });

  it('knows the tokens that it gave for a collection, and no others', async () => {
    const client = new SyncClient(anna, 'Mere', 'infinite');
    await client.catchUp();
    const good = client.token;
    const [, , , , ...rest] = good.split(':');
    const bad = [
      'x',
      'urn:nosocial:sync:',
      good.replace(/sync:[0-9a-f]+/, 'sync:0123'),
      good.replace(`:${rest[0]!}:`, ':999999:'),
      good.replace(/(\d+)\.(\d+)\.(\d+)$/, '$1.99999999.$3'),
      good.replace(/(\d+)\.(\d+)\.(\d+)$/, '99.$2.$3'),
      `${good}.!!!`,
      `${good}.${Buffer.from('{"t":1,"k":"x"}').toString('base64url')}`,
      `${good}.${Buffer.from(`{"t":1,"k":[${'"x",'.repeat(500)}"x"]}`).toString('base64url')}`,
      `${good}${',1.1.1'.repeat(100)}`,
    ];
    for (const token of bad) {
      const answer = await report('Mere', syncBody({ token, level: 'infinite' }));
      assert.equal(answer.status, 403, token);
      assert.match(answer.body.toString(), /<D:valid-sync-token\/>/);
    }
    assert.equal((await report('Mere', syncBody({ token: good, level: '1' }))).status, 403, 'of another level');
    assert.equal(
      (await report('Special', syncBody({ token: good, level: 'infinite' }))).status,
      403,
      'of another folder',
    );
    const other = await ben.request('REPORT', 'Mere', { body: syncBody({ token: good, level: 'infinite' }) });
    assert.equal(other.status, 403, 'of another user');
    // A place in a tree that is not below the collection leads nowhere.
    const homeless = `${good}.${Buffer.from('{"t":1,"k":[]}').toString('base64url')}`;
    const { status, body } = await report('Special', syncBody({ token: homeless, level: 'infinite' }));
    assert.equal(status, 403, body.toString());
  });
});

function encode(parts: readonly string[], all = false): string {
  return all ? parts.map(encodeURIComponent).join('/') : parts.join('/');
}
