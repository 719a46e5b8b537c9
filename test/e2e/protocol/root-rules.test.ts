import assert from 'node:assert/strict';
import { DavServer } from '../../support/dav-server.ts';
import { lockBody, propfindBody, propstats } from '../../support/dav-xml.ts';

const MOUNTS = ['Movies', 'Public', 'Workspace'];

describe('the root and its mounts', () => {
  let server: DavServer;

  before(async () => {
    server = await DavServer.start();
    const admin = server.as('adam');
    for (const mount of MOUNTS) await admin.put(`${mount}/adams.txt`, 'x');
  });
  after(() => server.stop());

  const to = (path: string) => ({ headers: { destination: `/dav/${path}` } });

  for (const [name, areas] of [
    ['adam', ['Gallery', 'Mere', 'Special', 'Temporary']],
    ['ann', ['Gallery', 'Mere', 'Special', 'Temporary']],
    ['nora', []],
  ] as const) {
    describe(`for ${name}`, () => {
      it('lists the mounts, and the areas of a home', async () => {
        const names = [...(await server.as(name).list('')).keys()];
        assert.deepEqual(names.sort(), [...areas, ...MOUNTS].sort());
      });

      it('refuses to delete, move or replace the root and the mounts', async () => {
        const user = server.as(name);
        for (const path of ['', ...MOUNTS]) {
          await user.expect(403, 'DELETE', path);
          await user.expect(403, 'MOVE', path, to('Workspace/elsewhere'));
          await user.expect(403, 'COPY', 'Workspace/adams.txt', to(path));
          await user.expect(403, 'MOVE', 'Workspace/adams.txt', to(path));
          await user.expect(405, 'MKCOL', path);
        }
        await user.expect(403, 'COPY', '', to('Workspace/all'));
        await user.expect(403, 'LOCK', '', { headers: { depth: 'infinity' }, body: lockBody() });
      });

      it('keeps the names of mounts, in any case', async () => {
        const user = server.as(name);
        for (const reserved of ['workspace', 'MOVIES', 'Shared']) {
          await user.expect(403, 'MKCOL', reserved);
          await user.expect(403, 'PUT', reserved, { body: 'x' });
        }
      });

      it('tells quota at the root', async () => {
        const { body } = await server.as(name).expect(207, 'PROPFIND', '', {
          headers: { depth: '0' },
          body: propfindBody('<D:quota-available-bytes/>', '<D:quota-used-bytes/>'),
        });
        assert.equal(propstats(body).get('/dav/')!.get(200)!.size, 2);
      });
    });
  }

  it('gives a user without a home a root that is read-only', async () => {
    const nora = server.as('nora');
    await nora.expect(403, 'PUT', 'f', { body: 'x' });
    await nora.expect(403, 'MKCOL', 'dir');
    await nora.expect(403, 'LOCK', 'f', { body: lockBody() });
    await nora.expect(403, 'LOCK', '', { headers: { depth: '0' }, body: lockBody() });
    await nora.expect(200, 'GET', '');
    const body = '<propertyupdate xmlns="DAV:"><set><prop><a xmlns="urn:a"/></prop></set></propertyupdate>';
    await nora.expect(403, 'PROPPATCH', '', { body });
  });

  it('lets a normal user add to Workspace and write again what is theirs, no more', async () => {
    const nora = server.as('nora');
    await nora.expect(201, 'PUT', 'Workspace/noras.txt', { body: '' });
    await nora.expect(204, 'PUT', 'Workspace/noras.txt', { body: 'content' });
    await nora.expect(403, 'PUT', 'Workspace/adams.txt', { body: 'x' });
    await nora.expect(403, 'DELETE', 'Workspace/noras.txt');
    await nora.expect(403, 'MOVE', 'Workspace/noras.txt', to('Workspace/other.txt'));
    await nora.expect(403, 'PUT', 'Movies/film.mp4', { body: 'x' });
    await nora.expect(200, 'GET', 'Movies/adams.txt');
  });

  it('lets an advanced user change what is theirs, a tree of theirs only if all of it is', async () => {
    const ann = server.as('ann');
    await ann.makeCollection('Workspace/anns');
    await ann.put('Workspace/anns/a', 'x');
    await ann.expect(403, 'DELETE', 'Workspace/adams.txt');
    await ann.expect(403, 'MOVE', 'f', to('Workspace/adams.txt')).catch(() => undefined);
    await server.as('ben').put('Workspace/anns/bens', 'x');
    await ann.expect(403, 'DELETE', 'Workspace/anns');
    await ann.expect(403, 'MOVE', 'Workspace/anns', to('mine'));
    await ann.get('Workspace/anns/a');
    await ann.expect(204, 'DELETE', 'Workspace/anns/a');
  });

  it('never shows one home to another user', async () => {
    await server.as('ann').put('Mere/secret.txt', 'x');
    await server.as('ben').expect(404, 'GET', 'Mere/secret.txt');
    await server.as('adam').expect(404, 'GET', 'Mere/secret.txt');
  });
});

describe('the root of the server', () => {
  let server: DavServer;
  const windows = { 'User-Agent': 'Microsoft-WebDAV-MiniRedir/10.0.22000' };

  before(async () => {
    server = await DavServer.start();
  });
  after(() => server.stop());

  it('answers Windows as WebDAV, and lists the way to the tree', async () => {
    for (const agent of [windows, { 'User-Agent': 'DavClnt' }]) {
      const options = await server.raw('OPTIONS', '/', agent);
      assert.equal(options.status, 200);
      assert.match(options.text, /\r\nDAV: 1, 2, 3\r\n/);
      assert.match(options.text, /\r\nMS-Author-Via: DAV\r\n/);
    }
    const listing = await server.raw('PROPFIND', '/', { ...windows, Depth: '1' });
    assert.equal(listing.status, 207);
    assert.match(listing.text, /<D:href>\/<\/D:href>[^]*<D:href>\/dav\/<\/D:href>/);
    assert.equal((await server.raw('PROPFIND', '/', { ...windows, Authorization: 'none' })).status, 401);
  });

  it('is no WebDAV to anybody else, or gvfs would mount it', async () => {
    const options = await server.raw('OPTIONS', '/', { 'User-Agent': 'gvfs/1.50' });
    assert.equal(options.status, 200);
    assert.doesNotMatch(options.text, /\r\nDAV:/i);
    assert.equal((await server.raw('PROPFIND', '/', { Depth: '0' })).status, 405);
  });

  it('answers OPTIONS below the prefix to everybody, the same whether something exists', async () => {
    const answers: string[] = [];
    for (const target of ['/dav', '/dav/', '/dav/Mere', '/dav/nothing/here']) {
      const { text } = await server.raw('OPTIONS', target, { Authorization: 'none' });
      answers.push(text.replace(/\r\nDate: [^\r]*/, ''));
    }
    assert.equal(new Set(answers).size, 1);
    assert.match(answers[0]!, /^HTTP\/1\.1 200 [^]*\r\nDAV: 1, 2, 3\r\n[^]*Allow: OPTIONS, GET, HEAD, PUT, [^]*UNLOCK/);
  });

  it('never redirects, with or without a slash', async () => {
    for (const target of ['/dav', '/dav/', '/dav/Mere', '/dav/Mere/', '/dav?x=1', '/dav/Mere?x#'.slice(0, -1)]) {
      assert.equal((await server.raw('PROPFIND', target, { Depth: '0' })).status, 207, target);
    }
  });
});
