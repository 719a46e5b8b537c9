import assert from 'node:assert/strict';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';

describe('COPY, MOVE, MKCOL and DELETE', () => {
  let server: DavServer;
  let ann: DavClient;

  beforeEach(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.makeCollection('dir');
    await ann.makeCollection('dir/sub');
    await ann.put('dir/a', 'a');
    await ann.put('dir/sub/b', 'b');
    await ann.put('f', 'f');
  });
  afterEach(() => server.stop());

  const to = (path: string, more: Record<string, string> = {}) => ({
    headers: { destination: `/dav/${path}`, ...more },
  });

  it('copies trees, or with Depth 0 the collection alone', async () => {
    await ann.expect(201, 'COPY', 'dir', to('deep'));
    assert.deepEqual([...(await ann.walk('deep')).keys()].sort(), ['a', 'sub/', 'sub/b']);
    await ann.expect(201, 'COPY', 'dir', to('flat', { depth: '0' }));
    assert.deepEqual([...(await ann.walk('flat')).keys()], []);
    await ann.expect(400, 'COPY', 'dir', to('no', { depth: '1' }));
  });

  it('moves trees, always whole', async () => {
    await ann.expect(400, 'MOVE', 'dir', to('moved', { depth: '0' }));
    await ann.expect(201, 'MOVE', 'dir', to('moved', { depth: 'infinity' }));
    await ann.expect(404, 'PROPFIND', 'dir', { headers: { depth: '0' } });
    assert.equal((await ann.get('moved/sub/b')).toString(), 'b');
  });

  it('gives what was downloaded under another name the type of its own, and no other etag', async () => {
    await ann.put('x.part', 'film');
    const before = (await ann.expect(200, 'HEAD', 'x.part')).headers;
    assert.equal(before['content-type'], 'application/octet-stream');
    await ann.expect(201, 'MOVE', 'x.part', to('x.mp4'));
    const { headers } = await ann.expect(200, 'GET', 'x.mp4');
    assert.deepEqual([headers['content-type'], headers.etag], ['video/mp4', before.etag]);
    await ann.expect(201, 'COPY', 'x.mp4', to('x.mp4.bak'));
    assert.equal((await ann.expect(200, 'GET', 'x.mp4.bak')).headers['content-type'], 'application/octet-stream');
  });

  it('moves a file to another spelling of its name, which is no copy of it', async () => {
    const composed = 'K\u00e4se';
    const decomposed = 'Ka\u0308se';
    await ann.put(composed, 'cheese');
    await ann.expect(403, 'COPY', composed, to(encodeURIComponent(decomposed)));
    await ann.expect(201, 'MOVE', composed, to(encodeURIComponent(decomposed), { overwrite: 'F' }));
    const names = [...(await ann.list('')).keys()];
    assert.ok(names.includes(decomposed) && !names.includes(composed), names.join());
    assert.equal((await ann.get(composed)).toString(), 'cheese');
  });

  for (const method of ['COPY', 'MOVE']) {
    it(`${method} replaces unless Overwrite is F; a missing header is T`, async () => {
      await ann.put('there', 'old');
      await ann.expect(412, method, 'f', to('there', { overwrite: 'F' }));
      await ann.expect(400, method, 'f', to('there', { overwrite: 'maybe' }));
      assert.equal((await ann.get('there')).toString(), 'old');
      await ann.expect(204, method, 'f', to('there'));
      assert.equal((await ann.get('there')).toString(), 'f');
    });

    it(`${method} replaces a collection as a whole`, async () => {
      await ann.makeCollection('other');
      await ann.put('other/only', 'x');
      await ann.expect(204, method, 'dir', to('other', { overwrite: 'T' }));
      assert.deepEqual([...(await ann.walk('other')).keys()].sort(), ['a', 'sub/', 'sub/b']);
      await ann.expect(204, method, 'other', to('f'));
      assert.ok((await ann.list('f')).has('sub'));
    });

    it(`${method} refuses itself, its own inside, and a missing parent`, async () => {
      await ann.expect(403, method, 'dir', to('dir'));
      await ann.expect(403, method, 'dir', to('dir/'));
      await ann.expect(403, method, 'f', to('f'));
      await ann.expect([403, 409], method, 'dir', to('dir/sub/inside'));
      await ann.expect(409, method, 'f', to('none/f'));
      await ann.expect(404, method, 'none', to('g'));
    });

    it(`${method} judges its Destination`, async () => {
      await ann.expect(502, method, 'f', { headers: { destination: 'http://elsewhere.example/dav/g' } });
      await ann.expect(502, method, 'f', { headers: { destination: '/g' } });
      await ann.expect(502, method, 'f', { headers: { destination: '/d' } });
      await ann.expect(400, method, 'f', { headers: { destination: '/dav/g#h' } });
      await ann.expect(400, method, 'f', { headers: { destination: '/dav/../g' } });
      await ann.expect(400, method, 'f');
      await ann.expect(400, method, 'f', { headers: { destination: ['/dav/g', '/dav/h'] } });
      assert.equal((await ann.get('f')).toString(), 'f');
    });

    it(`${method} accepts the absolute URL, KIO's with user and password, and one by the public name`, async () => {
      const host = new URL(server.url).host;
      const urls = [`http://${host}/dav/g1`, `http://ann:secret@${host}/dav/g2`, 'https://cloud.example/dav/g3'];
      for (const destination of urls) {
        await ann.put('source', 'x');
        await ann.expect(201, method, 'source', { headers: { destination } });
      }
      for (const name of ['g1', 'g2', 'g3']) assert.equal((await ann.get(name)).toString(), 'x');
    });

    it(`${method} carries dead properties`, async () => {
      const body = '<propertyupdate xmlns="DAV:"><set><prop><p xmlns="urn:p">v</p></prop></set></propertyupdate>';
      await ann.expect(207, 'PROPPATCH', 'f', { body });
      await ann.expect(201, method, 'f', to('g'));
      const answer = await ann.expect(207, 'PROPFIND', 'g', { headers: { depth: '0' } });
      assert.match(answer.body.toString(), /<p xmlns="urn:p">v<\/p>/);
    });

    it(`${method} checks conditions on source and destination`, async () => {
      await ann.put('there', 'old');
      await ann.expect(412, method, 'f', to('there', { 'if-match': '"other"' }));
      await ann.expect(412, method, 'f', to('there', { if: '</dav/there> (["other"])' }));
      const { headers } = await ann.expect(200, 'HEAD', 'there');
      await ann.expect(204, method, 'f', to('there', { if: `</dav/there> ([${headers.etag}])` }));
    });
  }

  it('keeps the id of a file that another is moved onto, as editors save', async () => {
    const user = (await server.core.store.findUser('ann'))!;
    const home = (await server.core.store.listSpaces(user.id)).find(({ kind }) => kind === 'home')!;
    const idOf = async (name: string) => (await server.core.store.walk(home.rootId, [name]))![1]!.id;
    await ann.put('temporary', 'new');
    const before = await idOf('f');
    await ann.expect(204, 'MOVE', 'temporary', to('f'));
    assert.equal(await idOf('f'), before);
    assert.equal((await ann.get('f')).toString(), 'new');
  });

  it('makes collections, one level at a time', async () => {
    await ann.expect(409, 'MKCOL', 'none/new');
    await ann.expect(409, 'MKCOL', 'f/new');
    await ann.expect(405, 'MKCOL', 'dir');
    await ann.expect(405, 'MKCOL', 'f');
    await ann.expect(415, 'MKCOL', 'new', { body: '<x/>' });
    await ann.expect(201, 'MKCOL', 'new/');
  });

  it('deletes whole trees only', async () => {
    await ann.expect(400, 'DELETE', 'dir', { headers: { depth: '0' } });
    await ann.expect(204, 'DELETE', 'dir/');
    await ann.expect(404, 'DELETE', 'dir');
    await ann.expect(404, 'GET', 'dir/a');
  });

  it('deletes nothing of a tree in which one member is locked', async () => {
    const lock = '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>';
    await ann.expect(200, 'LOCK', 'dir/sub/b', { body: lock });
    const { body } = await ann.expect(423, 'DELETE', 'dir');
    assert.match(body.toString(), /\/dav\/dir\/sub\/b</);
    assert.deepEqual([...(await ann.walk('dir')).keys()].sort(), ['a', 'sub/', 'sub/b']);
  });
});
