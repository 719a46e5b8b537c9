import assert from 'node:assert/strict';
import { NO_CONDITIONS } from '../../../src/core/core.ts';
import { move } from '../../../src/core/copy-move.ts';
import { listHeldLocks } from '../../../src/core/held-locks.ts';
import { locateNode, reachNode } from '../../../src/core/reach.ts';
import { listTrash, purgeAllTrash, purgeTrash, restoreTrash, trash } from '../../../src/core/trash.ts';
import { locate } from '../../../src/core/tree.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { DavServer } from '../../support/dav-server.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { gather } from '../../support/gather.ts';
import { lockBody, propfindBody, propstats } from '../../support/dav-xml.ts';

const at = parsePlainPath;

describe('WebDAV with an app password, hostile', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
  });
  after(() => server.stop());

  const idOf = async (path: string) => (await locate(server.core, server.actor('ann'), at(path))).node.id;
  const to = (path: string, more = {}) => ({ headers: { destination: encodeURI(`/dav/${path}`), ...more } });
  const lockOf = (headers: NodeJS.Dict<string | string[]>) => String(headers['lock-token']);

  describe('that is for one folder', () => {
    let folderId: number;
    let inside: DavClient;

    before(async () => {
      await ann.makeCollection('Mere/Zoé');
      await ann.makeCollection('Mere/Zoé/sub');
      await ann.put('Mere/Zoé/in.txt', 'in');
      await ann.put('Mere/out.txt', 'out');
      await ann.put('Mere/Zoé2', 'a namesake');
      folderId = await idOf('Mere/Zoé');
      inside = server.narrowed('ann', { access: 'full', rootId: folderId });
    });

    const narrowedActor = () => ({ ...server.actor('ann'), narrowing: { access: 'full', rootId: folderId } }) as const;

    it('shows the folder as all there is', async () => {
      assert.deepEqual([...(await inside.list('')).keys()].sort(), ['in.txt', 'sub']);
      assert.equal((await inside.get('in.txt')).toString(), 'in');
      const { body } = await inside.expect(200, 'GET', '');
      assert.ok(body.toString().includes('in.txt'));
      assert.ok(!/out\.txt|Workspace|Mere/.test(body.toString()));
    });

    it('lets everything be done in there', async () => {
      await inside.put('made.txt', 'made');
      await inside.makeCollection('Workspace');
      await inside.expect(201, 'MOVE', 'made.txt', to('Workspace/moved.txt'));
      await inside.expect(201, 'COPY', 'Workspace', to('Public'));
      assert.equal((await ann.get('Mere/Zoé/Public/moved.txt')).toString(), 'made');
      await inside.expect(204, 'DELETE', 'Workspace');
      await inside.expect(204, 'DELETE', 'Public');
    });

    it('keeps the folder itself where it is', async () => {
      await inside.expect(403, 'DELETE', '');
      await inside.expect(403, 'MOVE', '', to('sub/all'));
      await inside.expect(403, 'MOVE', 'in.txt', to(''));
      await inside.expect(403, 'COPY', 'in.txt', to(''));
      await inside.expect(405, 'MKCOL', '');
    });

    const ways = [
      'Mere/out.txt',
      'out.txt',
      '../out.txt',
      '..%2fout.txt',
      '%2e%2e/out.txt',
      '%2e%2e%2fout.txt',
      '..%5cout.txt',
      'sub/../../out.txt',
      'sub/%2e%2e/%2e%2e/out.txt',
      '.%2e/out.txt',
      '%252e%252e/out.txt',
      '/../out.txt',
      './/../out.txt',
      'in.txt/../../out.txt',
      'Workspace/',
      'workspace/',
      'Public/',
      'Movies/',
      'Shared/',
      'Mere/Zo%C3%A9/in.txt',
      'Mere/Zoe%CC%81/in.txt',
      'Zo%C3%A9/in.txt',
      'Zoe%CC%81/in.txt',
      'ZO%C3%89/in.txt',
      'Zo%C3%A92',
      '2',
      '%C3%A92',
      '%00/out.txt',
      '..%00/out.txt',
      '..;/out.txt',
      '%C0%AE%C0%AE/out.txt',
      '%EF%BC%8E%EF%BC%8E/out.txt',
    ];
    const methods = [
      'GET',
      'HEAD',
      'PROPFIND',
      'PROPPATCH',
      'DELETE',
      'MOVE',
      'COPY',
      'LOCK',
      'UNLOCK',
      'PUT',
      'MKCOL',
    ];
    const bodies: Record<string, string> = {
      LOCK: lockBody(),
      PROPFIND: propfindBody('<D:getetag/>'),
      PROPPATCH: '<D:propertyupdate xmlns:D="DAV:"><D:remove><D:prop><x/></D:prop></D:remove></D:propertyupdate>',
      PUT: 'overwritten',
    };
    const raw = (method: string, target: string, headers: Record<string, string> = {}) => {
      const body = bodies[method] ?? '';
      const more = {
        Depth: '0',
        'Lock-Token': '<urn:uuid:0>',
        'Content-Length': String(Buffer.byteLength(body)),
        ...headers,
      };
      const Authorization = inside.authorization;
      return server.raw(method, target, { Authorization, Destination: '/dav/sub/stolen', ...more }, body);
    };
    const stateOutside = async () => {
      const { core } = server;
      const actor = server.actor('ann');
      const outside = ['/', 'Mere', 'Mere/out.txt', 'Mere/Zoé2', 'Workspace', 'Public', 'Movies'];
      const nodes = [];
      for (const path of outside) nodes.push((await locate(core, actor, at(path))).node);
      // Folders above change with what is in the one folder; their names, files and sizes outside must not.
      return nodes.map(({ id, name, kind, etag, sizeBytes }) => (kind === 'file' ? { id, name, etag, sizeBytes } : id));
    };

    for (const method of methods) {
      it(`lets nothing outside be reached by ${method} on any path`, async () => {
        const before = await stateOutside();
        for (const way of ways) {
          const { status, text } = await raw(method, `/dav/${way}`);
          const makes = ['PUT', 'MKCOL', 'LOCK'].includes(method);
          const isRefused = status >= 400 && status < 500;
          // What is new may be made inside, under whatever name that is.
          assert.ok(isRefused || (makes && status === 201), `${method} ${way}: ${text}`);
          assert.ok(!/a namesake|\bout\b(?!\.txt)/.test(text.split('\r\n\r\n').slice(1).join('')), text);
        }
        assert.deepEqual(await stateOutside(), before);
        assert.equal((await ann.get('Mere/out.txt')).toString(), 'out');
        // Files that were only locked go with their locks.
        server.clock.advance(7200);
        for (const name of (await inside.list('')).keys()) {
          if (!['in.txt', 'sub'].includes(name)) await inside.expect([204, 404], 'DELETE', name);
        }
      });
    }

    for (const method of ['COPY', 'MOVE']) {
      it(`lets ${method} bring nothing outside by its Destination`, async () => {
        const before = await stateOutside();
        for (const way of ways) {
          for (const destination of [`/dav/${way}`, `${server.url}/dav/${way}`, `http://cloud.example/dav/${way}`]) {
            const { status, text } = await raw(method, '/dav/in.txt', { Destination: destination, Overwrite: 'T' });
            assert.ok(status === 201 || (status >= 400 && status <= 502), `${method} to ${destination}: ${text}`);
            if (status !== 201) continue;
            const made = [...(await inside.list('')).keys()].find((name) => !['in.txt', 'sub'].includes(name));
            assert.ok(made, `${method} to ${destination} went elsewhere`);
            if (method === 'MOVE') await inside.expect(201, 'MOVE', made, to('in.txt'));
            else await inside.expect(204, 'DELETE', made);
          }
        }
        assert.deepEqual(await stateOutside(), before);
        assert.equal((await ann.get('Mere/out.txt')).toString(), 'out');
      });
    }

    it('lets conditions tell nothing of what is outside', async () => {
      const { headers } = await ann.expect(200, 'HEAD', 'Mere/out.txt');
      const ifs = [`</dav/Mere/out.txt> ([${String(headers.etag)}])`, `</dav/../out.txt> ([${String(headers.etag)}])`];
      for (const condition of ifs)
        await inside.expect([400, 412], 'PUT', 'in.txt', { body: 'x', headers: { if: condition } });
    });

    it('finds and tells nothing of what is outside, by SEARCH and by sync-collection', async () => {
      const search = (scope: string) =>
        '<D:searchrequest xmlns:D="DAV:"><D:basicsearch><D:select><D:prop><D:getetag/></D:prop></D:select>' +
        `<D:from><D:scope><D:href>${scope}</D:href><D:depth>infinity</D:depth></D:scope></D:from>` +
        '<D:where><D:like><D:prop><D:displayname/></D:prop><D:literal>%.txt</D:literal></D:like></D:where>' +
        '</D:basicsearch></D:searchrequest>';
      const hrefs = ({ body }: { body: Buffer }) => [...propstats(body).keys()].filter((href) => href.endsWith('.txt'));
      const asked = { headers: { 'content-type': 'application/xml' } };
      const found = await inside.expect(207, 'SEARCH', '', { ...asked, body: search('/dav/') });
      assert.deepEqual(hrefs(found), ['/dav/in.txt']);
      for (const scope of ['/dav/Mere/', '/dav/../', '/dav/Workspace/', '/dav/Mere/out.txt']) {
        const { body } = await inside.expect([400, 403, 404, 409], 'SEARCH', '', { ...asked, body: search(scope) });
        assert.ok(!body.toString().includes('etag'));
      }
      const sync =
        '<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>infinite</D:sync-level>' +
        '<D:prop><D:getetag/></D:prop></D:sync-collection>';
      const told = await inside.expect(207, 'REPORT', '', { headers: { depth: '0' }, body: sync });
      assert.deepEqual(hrefs(told), ['/dav/in.txt']);
      assert.ok(!/Mere|Workspace|Public|Movies/.test(told.body.toString()));
    });

    it('shows no lock of a folder above it, and does not get past it', async () => {
      const { headers } = await ann.expect(200, 'LOCK', 'Mere', { headers: { depth: 'infinity' }, body: lockBody() });
      const asked = { headers: { depth: '0' }, body: propfindBody('<D:lockdiscovery/>') };
      const { body } = await inside.expect(207, 'PROPFIND', 'in.txt', asked);
      assert.ok(!body.toString().includes('activelock'));
      const refused = await inside.expect(423, 'PUT', 'in.txt', { body: 'x' });
      assert.ok(!refused.body.toString().includes('Mere'));
      // The same user may have taken it with another program, and gives its token here.
      const token = lockOf(headers);
      await inside.expect(204, 'PUT', 'in.txt', { body: 'in', headers: { if: `(${token})` } });
      await ann.expect(204, 'UNLOCK', 'Mere', { headers: { 'lock-token': token } });
    });

    it('neither gets a listing that was made for the whole, nor leaves its own to it', async () => {
      const listing = (client: DavClient, path: string) =>
        client.expect(207, 'PROPFIND', path, { headers: { depth: '1' } });
      const hrefs = ({ body }: { body: Buffer }) => [...propstats(body).keys()].sort();
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(hrefs(await listing(ann, 'Mere/Zoé')), [
          '/dav/Mere/Zo%C3%A9/',
          '/dav/Mere/Zo%C3%A9/in.txt',
          '/dav/Mere/Zo%C3%A9/sub/',
        ]);
        assert.deepEqual(hrefs(await listing(inside, '')), ['/dav/', '/dav/in.txt', '/dav/sub/']);
      }
      const names = [...(await ann.list('')).keys()];
      assert.ok(names.includes('Mere') && names.includes('Workspace'));
    });

    it('reaches no node outside by its id', async () => {
      const { core } = server;
      const actor = narrowedActor();
      const outside = [await idOf('Mere/out.txt'), await idOf('Mere'), await idOf('/'), await idOf('Workspace')];
      for (const id of outside) {
        assert.equal(await reachNode(core, actor, id), undefined);
        await assert.rejects(locateNode(core, actor, id), { code: 'not-found' });
      }
      const found = await locateNode(core, actor, await idOf('Mere/Zoé/in.txt'));
      assert.deepEqual([found.path.segments, found.place], [['in.txt'], 'inside']);
      const top = await locateNode(core, actor, folderId);
      assert.deepEqual([top.path.segments, top.place], [[], 'mount']);
    });

    it('has the trash of what was in there, and no other', async () => {
      const { core } = server;
      await ann.put('Mere/Zoé/trash-in.txt', 'x');
      await ann.put('Mere/trash-out.txt', 'x');
      const [idIn, idOut] = [await idOf('Mere/Zoé/trash-in.txt'), await idOf('Mere/trash-out.txt')];
      await ann.expect(204, 'DELETE', 'Mere/Zoé/trash-in.txt');
      await ann.expect(204, 'DELETE', 'Mere/trash-out.txt');
      const actor = narrowedActor();
      const seen = (await gather(listTrash(core, actor))).flat().map(({ node }) => node.id);
      assert.ok(seen.includes(idIn) && !seen.includes(idOut));
      for (const change of [restoreTrash, purgeTrash]) {
        await assert.rejects(change(core, actor, idOut), { code: 'not-found' });
      }
      await restoreTrash(core, actor, idIn);
      assert.equal((await inside.get('trash-in.txt')).toString(), 'x');
      await inside.expect(204, 'DELETE', 'trash-in.txt');
      await purgeAllTrash(core, actor);
      assert.notEqual(await core.store.getTrash(idOut), undefined);
      assert.equal(await core.store.getTrash(idIn), undefined);
    });

    it('lists no locks of what is outside', async () => {
      const { headers } = await ann.expect([200, 201], 'LOCK', 'Mere/out.txt', { body: lockBody() });
      const held = await gather(listHeldLocks(server.core, narrowedActor()));
      assert.deepEqual(held, []);
      await ann.expect(204, 'UNLOCK', 'Mere/out.txt', { headers: { 'lock-token': lockOf(headers) } });
    });

    it('follows the folder where it is moved, and answers 404 once it is gone, whatever has its name', async () => {
      const { core } = server;
      const actor = server.actor('ann');
      const rename = { from: at('Mere/Zoé'), to: at('Special/elsewhere'), overwrite: false };
      await move(core, actor, rename, NO_CONDITIONS);
      await ann.makeCollection('Mere/Zoé');
      await ann.put('Mere/Zoé/in.txt', 'of another folder');
      assert.equal((await inside.get('in.txt')).toString(), 'in');
      await trash(core, actor, at('Special/elsewhere'), NO_CONDITIONS);
      await ann.makeCollection('Special/elsewhere');
      for (const path of ['', 'in.txt', 'new.txt', 'sub']) {
        for (const method of ['GET', 'PROPFIND', 'PUT', 'DELETE', 'LOCK']) {
          const options = { headers: { depth: '0' }, body: bodies[method] };
          await inside.expect(method === 'PUT' && path === '' ? [404, 405] : 404, method, path, options);
        }
      }
      await restoreTrash(core, actor, folderId);
      assert.equal((await inside.get('in.txt')).toString(), 'in');
    });

    it('can be narrower still', async () => {
      const reader = server.narrowed('ann', { access: 'read-only', rootId: folderId });
      assert.equal((await reader.get('in.txt')).toString(), 'in');
      await reader.expect(403, 'PUT', 'in.txt', { body: 'x' });
      await reader.expect(404, 'GET', 'Mere/out.txt');
      const camera = server.narrowed('ann', { access: 'upload-only', rootId: folderId });
      await camera.expect(201, 'PUT', 'photo.jpg', { body: 'x' });
      await camera.expect(403, 'DELETE', 'photo.jpg');
      await camera.expect(404, 'PUT', 'nowhere/photo.jpg').catch(() => camera.expect(409, 'PUT', 'nowhere/photo.jpg'));
    });

    it('gives in a common space no more than its user has there', async () => {
      const adam = server.as('adam');
      await adam.makeCollection('Workspace/box');
      await adam.put('Workspace/box/adams.txt', 'x');
      const boxId = await idOf('Workspace/box');
      const box = server.narrowed('nora', { access: 'full', rootId: boxId });
      await box.expect(201, 'PUT', 'noras.txt', { body: 'x' });
      await box.expect(403, 'PUT', 'adams.txt', { body: 'x' });
      await box.expect(403, 'DELETE', 'noras.txt');
      const foreign = server.narrowed('ben', { access: 'full', rootId: folderId });
      await foreign.expect(404, 'PROPFIND', '', { headers: { depth: '0' } });
      const administrator = server.narrowed('adam', { access: 'full', rootId: folderId });
      await administrator.expect(404, 'GET', 'in.txt');
    });
  });
});
