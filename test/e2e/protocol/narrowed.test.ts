import assert from 'node:assert/strict';
import { overriding } from '../../../src/app/overriding.ts';
import { NO_CONDITIONS, type Core } from '../../../src/core/core.ts';
import { copy } from '../../../src/core/copy-move.ts';
import { listTrash, purgeAllTrash, purgeTrash, restoreTrash } from '../../../src/core/trash.ts';
import { locate } from '../../../src/core/tree.ts';
import { listVersions, restoreVersion } from '../../../src/core/versions.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { DavServer } from '../../support/dav-server.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { gather } from '../../support/gather.ts';
import { lockBody, propfindBody, propstats } from '../../support/dav-xml.ts';

const at = parsePlainPath;

describe('WebDAV with an app password', () => {
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

  describe('that is read-only', () => {
    let reader: DavClient;
    before(async () => {
      await ann.put('Mere/read.txt', 'read me');
      await ann.makeCollection('Mere/kept');
      reader = server.narrowed('ann', { access: 'read-only', rootId: undefined });
    });

    it('reads everything that its user sees', async () => {
      assert.equal((await reader.get('Mere/read.txt')).toString(), 'read me');
      assert.deepEqual([...(await reader.list('')).keys()].sort(), [...(await ann.list('')).keys()].sort());
    });

    const writes: [method: string, path: string, options?: object][] = [
      ['PUT', 'Mere/read.txt', { body: 'x' }],
      ['PUT', 'Mere/new.txt', { body: 'x' }],
      ['PUT', 'Mere/large.bin', { body: Buffer.alloc(100_000) }],
      ['DELETE', 'Mere/read.txt'],
      ['DELETE', 'Mere/kept'],
      ['MKCOL', 'Mere/new'],
      ['COPY', 'Mere/read.txt', { headers: { destination: '/dav/Mere/copy.txt' } }],
      ['COPY', 'Workspace', { headers: { destination: '/dav/Mere/copy' } }],
      ['MOVE', 'Mere/read.txt', { headers: { destination: '/dav/Mere/moved.txt' } }],
      ['MOVE', 'Mere/read.txt', { headers: { destination: '/dav/Workspace/moved.txt' } }],
      ['LOCK', 'Mere/read.txt', { body: lockBody() }],
      ['LOCK', 'Mere/new.txt', { body: lockBody() }],
      [
        'PROPPATCH',
        'Mere/read.txt',
        { body: '<D:propertyupdate xmlns:D="DAV:"><D:remove><D:prop><x/></D:prop></D:remove></D:propertyupdate>' },
      ],
    ];
    for (const [method, path, options] of writes) {
      it(`answers 403 to ${method} ${path}${method === 'LOCK' || method === 'PUT' ? ` (${Object.keys(options ?? {}).join()})` : ''}`, async () => {
        await reader.expect(403, method, path, options);
      });
    }

    it('ends no lock of its user, and keeps none alive', async () => {
      const { headers } = await ann.expect([200, 201], 'LOCK', 'Mere/locked.txt', { body: lockBody() });
      const token = lockOf(headers);
      await reader.expect(403, 'UNLOCK', 'Mere/locked.txt', { headers: { 'lock-token': token } });
      await reader.expect(403, 'LOCK', 'Mere/locked.txt', { headers: { if: `(${token})` } });
      await ann.expect(204, 'UNLOCK', 'Mere/locked.txt', { headers: { 'lock-token': token } });
    });

    it('sees what is in the trash, and leaves it there', async () => {
      await ann.put('Mere/gone.txt', 'x');
      const nodeId = await idOf('Mere/gone.txt');
      await ann.expect(204, 'DELETE', 'Mere/gone.txt');
      const actor = { ...server.actor('ann'), narrowing: { access: 'read-only', rootId: undefined } } as const;
      const [page] = await gather(listTrash(server.core, actor));
      assert.ok(page?.some(({ node }) => node.id === nodeId));
      for (const change of [restoreTrash, purgeTrash]) {
        await assert.rejects(change(server.core, actor, nodeId), { code: 'forbidden' });
      }
      await assert.rejects(purgeAllTrash(server.core, actor), { code: 'forbidden' });
    });

    it('is told what it may do, also where others just were', async () => {
      const asked = { headers: { depth: '1' }, body: propfindBody('<D:current-user-privilege-set/>') };
      const privileges = async (client: DavClient) => {
        const { body } = await client.expect(207, 'PROPFIND', 'Mere', asked);
        const set = propstats(body).get('/dav/Mere/read.txt')?.get(200)?.get('{DAV:}current-user-privilege-set');
        return set?.children.map(({ children: [one] }) => one?.name.replace('{DAV:}', '')) ?? [];
      };
      const whole = await privileges(ann);
      const left = await privileges(reader);
      assert.ok(whole.includes('write-content') && whole.includes('unbind'), whole.join());
      assert.deepEqual(left, ['read', 'read-current-user-privilege-set']);
      assert.deepEqual(await privileges(ann), whole);
    });
  });

  describe('that is upload-only', () => {
    let camera: DavClient;
    before(async () => {
      await ann.put('Mere/first.jpg', 'first');
      await ann.put('Mere/other.jpg', 'other');
      await ann.makeCollection('Mere/album');
      camera = server.narrowed('ann', { access: 'upload-only', rootId: undefined });
    });

    it('adds files and folders, and reads them', async () => {
      await camera.expect(201, 'MKCOL', 'Mere/2026');
      await camera.expect(201, 'PUT', 'Mere/2026/a.jpg', { body: 'a' });
      assert.equal((await camera.get('Mere/2026/a.jpg')).toString(), 'a');
      await camera.expect(201, 'COPY', 'Mere/2026/a.jpg', to('Mere/2026/b.jpg'));
    });

    it('writes a new version, which keeps the old one', async () => {
      await camera.expect(204, 'PUT', 'Mere/first.jpg', { body: 'second' });
      const versions = await listVersions(server.core, server.actor('ann'), at('Mere/first.jpg'));
      assert.deepEqual(
        versions.map(({ sizeBytes }) => sizeBytes),
        [5],
      );
      const actor = { ...server.actor('ann'), narrowing: { access: 'upload-only', rootId: undefined } } as const;
      const restoring = restoreVersion(server.core, actor, at('Mere/first.jpg'), versions[0]!.id);
      await assert.rejects(restoring, { code: 'forbidden' });
    });

    it('deletes, moves, renames and replaces nothing', async () => {
      await camera.expect(403, 'DELETE', 'Mere/first.jpg');
      await camera.expect(403, 'DELETE', 'Mere/album');
      await camera.expect(403, 'MOVE', 'Mere/first.jpg', to('Mere/renamed.jpg'));
      await camera.expect(403, 'MOVE', 'Mere/first.jpg', to('Mere/other.jpg'));
      await camera.expect(403, 'COPY', 'Mere/first.jpg', to('Mere/other.jpg'));
      await camera.expect(403, 'COPY', 'Mere/first.jpg', to('Mere/album'));
      await camera.expect(412, 'COPY', 'Mere/first.jpg', to('Mere/other.jpg', { overwrite: 'F' }));
      assert.equal((await ann.get('Mere/other.jpg')).toString(), 'other');
    });

    it('replaces nothing either that appeared after it was looked for', async () => {
      const { core } = server;
      const run: Core['store']['run'] = async (name, args) => {
        await ann.put('Mere/raced.jpg', 'theirs');
        return core.store.run(name, args);
      };
      const racing = { ...core, store: overriding(core.store, { run }) };
      const actor = { ...server.actor('ann'), narrowing: { access: 'upload-only', rootId: undefined } } as const;
      const request = { from: at('Mere/first.jpg'), to: at('Mere/raced.jpg'), overwrite: true, depth: '0' } as const;
      const signal = new AbortController().signal;
      await assert.rejects(copy(racing, actor, { ...request, signal }, NO_CONDITIONS), { code: 'already-exists' });
      assert.equal((await ann.get('Mere/raced.jpg')).toString(), 'theirs');
    });

    it('locks a file to write it, and no folder', async () => {
      const { headers } = await camera.expect(201, 'LOCK', 'Mere/office.odt', { body: lockBody() });
      const token = lockOf(headers);
      await camera.expect([201, 204], 'PUT', 'Mere/office.odt', { body: 'x', headers: { if: `(${token})` } });
      await camera.expect(204, 'UNLOCK', 'Mere/office.odt', { headers: { 'lock-token': token } });
      for (const depth of ['0', 'infinity']) {
        await camera.expect(403, 'LOCK', 'Mere/album', { headers: { depth }, body: lockBody() });
      }
    });

    it('changes nothing in the trash', async () => {
      await ann.put('Mere/trashed.jpg', 'x');
      const nodeId = await idOf('Mere/trashed.jpg');
      await ann.expect(204, 'DELETE', 'Mere/trashed.jpg');
      const actor = { ...server.actor('ann'), narrowing: { access: 'upload-only', rootId: undefined } } as const;
      for (const change of [restoreTrash, purgeTrash]) {
        await assert.rejects(change(server.core, actor, nodeId), { code: 'forbidden' });
      }
    });
  });
});
