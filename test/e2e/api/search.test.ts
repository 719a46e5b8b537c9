import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PASSWORD = 'correct horse';
/** As many are indexed; fewer are looked through as they are. */
const WORTH_INDEXING = 2000;
const COPIES = 12;
const FILES = 200;

describeOnDatabases('search over the API', function (database) {
  this.timeout(120_000);
  let server: TestServer;
  let anna: ApiClient;
  let dav: DavClient;
  let ben: ApiClient;
  let benDav: DavClient;
  const davs: DavClient[] = [];

  before(async () => {
    server = await startServer({ database });
    for (const name of ['anna', 'ben']) {
      await server.addUser(name, { password: PASSWORD, role: name === 'anna' ? 'admin' : 'advanced' });
    }
    anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
    ben = await ApiClient.login(server.url, { name: 'ben', password: PASSWORD });
    dav = new DavClient(server.davUrl, { name: 'anna', password: PASSWORD });
    benDav = new DavClient(server.davUrl, { name: 'ben', password: PASSWORD });
    davs.push(dav, benDav);
    await dav.makeCollection('Mere/Ceļojums');
    await dav.put('Mere/Ceļojums/Ķiršu ziedi.jpg', 'x'.repeat(2000));
    await dav.put('Mere/Ceļojums/ziedi pavasarī.txt', 'x'.repeat(20));
    await dav.put('Mere/ziedi', 'x');
    await dav.put('Workspace/visi ziedi.mp4', 'x'.repeat(5000));
    await benDav.put('Mere/ziedi of ben.txt', 'secret');
  });
  after(async () => {
    for (const client of davs) client.close();
    await server.stop();
  });

  const paths = async (query: Record<string, string | number>, client = anna): Promise<string[]> => {
    const { body } = await client.ok('search', { query });
    assert.equal(body.isComplete, true);
    return body.items.map((item: { file: { path: string } }) => item.file.path);
  };

  const OWN = [
    '/Mere/ziedi',
    '/Mere/Ceļojums/ziedi pavasarī.txt',
    '/Workspace/visi ziedi.mp4',
    '/Mere/Ceļojums/Ķiršu ziedi.jpg',
  ];

  it('finds by words, the best first, and says where they stand', async () => {
    assert.deepEqual(await paths({ q: 'ZIEDI' }), OWN);
    const { body } = await anna.ok('search', { query: { q: 'ziedi kirsu' } });
    const [{ file, match, highlights }] = body.items;
    assert.equal(file.name, 'Ķiršu ziedi.jpg');
    assert.equal(match, 'prefix');
    assert.deepEqual(
      highlights.map(([from, to]: [number, number]) => file.name.slice(from, to)),
      ['Ķiršu', 'ziedi'],
    );
  });

  const filters: [query: Record<string, string | number>, wanted: string[]][] = [
    [{ q: 'ziedi', kind: 'folder' }, []],
    [{ q: 'ceļojums', kind: 'folder' }, ['/Mere/Ceļojums']],
    [{ q: 'ziedi', type: 'image' }, ['/Mere/Ceļojums/Ķiršu ziedi.jpg']],
    [{ q: 'ziedi', type: 'text/plain' }, ['/Mere/Ceļojums/ziedi pavasarī.txt']],
    [{ q: 'ziedi', minBytes: 2001 }, ['/Workspace/visi ziedi.mp4']],
    [
      { q: 'ziedi', minBytes: 20, maxBytes: 2000 },
      ['/Mere/Ceļojums/ziedi pavasarī.txt', '/Mere/Ceļojums/Ķiršu ziedi.jpg'],
    ],
    [{ q: 'ziedi', space: 'workspace' }, ['/Workspace/visi ziedi.mp4']],
    [{ q: 'ziedi', space: 'home' }, OWN.filter((path) => path.startsWith('/Mere'))],
    [{ q: 'ziedi', below: '/Mere/Ceļojums' }, ['/Mere/Ceļojums/ziedi pavasarī.txt', '/Mere/Ceļojums/Ķiršu ziedi.jpg']],
    [{ q: 'ziedi', below: '/' }, OWN],
    [{ q: 'ziedi', owner: 'anna' }, OWN],
    [{ q: 'ziedi', owner: 'ben' }, []],
    [{ q: 'ziedi', owner: 'nobody' }, []],
    [{ q: 'ziedi', modifiedAfter: '2100-01-01T00:00:00Z' }, []],
    [{ q: 'ziedi', modifiedBefore: '2100-01-01T00:00:00Z', createdAfter: '2020-01-01T00:00:00+02:00' }, OWN],
    [{ minBytes: 2000 }, ['/Workspace/visi ziedi.mp4', '/Mere/Ceļojums/Ķiršu ziedi.jpg']],
    [{ q: '%' }, []],
    [{ q: '_' }, []],
    [{ q: '"ziedi' }, []],
  ];
  for (const [query, wanted] of filters) {
    it(`filters: ${JSON.stringify(query)}`, async () => {
      assert.deepEqual(await paths(query), wanted);
    });
  }

  it('refuses what cannot be meant', async () => {
    await anna.refused('search', 'bad-request', { query: { q: 'x', minBytes: -1 } });
    await anna.refused('search', 'bad-request', { query: { q: 'x', cursor: 'nonsense' } });
    await anna.refused('search', 'not-found', { query: { q: 'x', space: 'ben' } });
    await anna.refused('search', 'not-found', { query: { q: 'x', below: '/nothing' } });
    await anna.refused('search', 'not-a-collection', { query: { q: 'x', below: '/Mere/ziedi' } });
    await new ApiClient(server.url).refused('search', 'not-authenticated', { query: { q: 'x' } });
  });

  it('shows nobody the homes of others, not even that there is something in them', async () => {
    const { body } = await ben.ok('search', { query: { q: 'ziedi', limit: 1 } });
    assert.equal(body.items[0].file.path, '/Mere/ziedi of ben.txt');
    const all = await ben.all('search', { query: { q: 'ziedi', limit: 1 } });
    assert.deepEqual(
      all.map(({ file }) => file.path),
      ['/Mere/ziedi of ben.txt', '/Workspace/visi ziedi.mp4'],
    );
    const nothing = await ben.ok('search', { query: { q: 'pavasarī' } });
    const never = await ben.ok('search', { query: { q: 'qqqqqqqq' } });
    assert.deepEqual(nothing.body, never.body);
    // An administrator does not see them either.
    assert.deepEqual(await paths({ q: 'of ben' }), []);
  });

  it('indexes in the background what is many, and finds all of it at any time', async () => {
    await dav.makeCollection('Mere/many');
    for (let number = 0; number < FILES; number++) await dav.put(`Mere/many/bilde ${number}.jpg`, '');
    await dav.makeCollection('Mere/copies');
    for (let copy = 0; copy < COPIES; copy++) {
      const headers = { destination: encodeURI(`/dav/Mere/copies/${copy}`) };
      await dav.expect(201, 'COPY', 'Mere/many', { headers });
      assert.equal((await anna.all('search', { query: { q: 'bilde 199', limit: 5 } })).length, copy + 2);
    }
    await until(async () => (await anna.ok('getSearchIndex')).body.indexedCount >= WORTH_INDEXING);
    const found = await anna.all('search', { query: { q: 'bilde', limit: 1000 } });
    assert.equal(new Set(found.map(({ file }) => file.id)).size, FILES * (COPIES + 1));
    await dav.expect(201, 'MOVE', 'Mere/copies/3/bilde 7.jpg', {
      headers: { destination: encodeURI('/dav/Mere/copies/3/fotogrāfija.jpg') },
    });
    assert.deepEqual(await paths({ q: 'fotografija' }), ['/Mere/copies/3/fotogrāfija.jpg']);
    const named = await anna.all('search', { query: { q: 'bilde 7.jpg' } });
    assert.equal(named.filter(({ match }) => match === 'exact').length, COPIES);
    await dav.expect(204, 'DELETE', 'Mere/copies');
    assert.equal((await anna.all('search', { query: { q: 'bilde', limit: 1000 } })).length, FILES);
  });

  it('is built anew while it serves, and stands a kill at any moment', async () => {
    await ben.refused('rebuildSearchIndex', 'forbidden');
    await ben.refused('getSearchIndex', 'forbidden');
    const { body: job } = await anna.ok('rebuildSearchIndex');
    assert.equal(job.kind, 'rebuild-search');
    assert.deepEqual(await paths({ q: 'ZIEDI' }), OWN);
    await until(async () => (await anna.ok('getJob', { params: { id: job.id } })).body.state === 'done');
    assert.deepEqual(await paths({ q: 'ZIEDI' }), OWN);
    await anna.ok('rebuildSearchIndex');
    await server.kill();
    await server.restart();
    anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
    assert.deepEqual(await paths({ q: 'ZIEDI' }), OWN);
    assert.equal((await anna.all('search', { query: { q: 'bilde', limit: 1000 } })).length, FILES);
  });

  it('answers SEARCH from the same index', async () => {
    const sent =
      '<searchrequest xmlns="DAV:"><basicsearch><select><prop><displayname/></prop></select>' +
      '<from><scope><href>/dav/</href><depth>infinity</depth></scope></from>' +
      '<where><like><prop><displayname/></prop><literal>%ZIEDI%</literal></like></where></basicsearch></searchrequest>';
    const { body } = await dav.expect(207, 'SEARCH', '', { body: sent });
    const found = parseMultistatus(body.toString()).map(({ href }) => decodeURIComponent(href).slice('/dav'.length));
    assert.deepEqual(found.sort(), OWN.toSorted());
  });
});

/** Asks again until it is so; the test's own timeout ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
