import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient } from '../../support/dav-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TusClient } from '../../support/tus-client.ts';
import { EventClient } from './event-client.ts';

const BEN = { name: 'ben', password: 'ben has a password' };

describeOnDatabases('the home of a user who becomes normal', (database) => {
  let server: TestServer;
  let adam: ApiClient;

  before(async () => {
    server = await startServer({ database });
    await server.addUser('adam', { password: 'adam has a password', role: 'admin' });
    await server.addUser('ben', BEN);
    adam = await ApiClient.login(server.url, { name: 'adam', password: 'adam has a password' });
  });
  after(() => server.stop());

  const setRole = (role: string) => adam.ok('changeUser', { params: { name: 'ben' }, body: { role } });
  const names = (items: readonly { name: string }[]) => items.map(({ name }) => name);
  const appPassword = async (ben: ApiClient, more: object) =>
    (await ben.ok('createAppPassword', { body: { name: 'phone', ...more } })).body.password as string;

  it('is out of their sight over every edge, untouched, and there again with the next role', async () => {
    const dav = new DavClient(server.davUrl, BEN);
    const before = await ApiClient.login(server.url, BEN);
    await dav.put('Mere/diary.txt', 'dear diary');
    await dav.put('Workspace/diary of all.txt', 'x');
    await dav.put('Mere/gone.txt', 'x');
    await dav.put('Mere/._gone.txt', 'what Finder keeps');
    for (const path of ['Mere/gone.txt', 'Mere/._gone.txt']) await dav.expect(204, 'DELETE', path);
    const trashId = (await before.ok('listTrash')).body.items[0].id as number;
    const { id } = (await before.ok('getFile', { query: { path: '/Mere/diary.txt' } })).body;
    const forMere = new ApiClient(server.url, await appPassword(before, { folder: '/Mere' }));
    const forAll = await appPassword(before, {});
    await forMere.ok('getFile', { query: { path: '/diary.txt' } });
    const upload = (client: TusClient, path: string) =>
      client.send('POST', '/api/v1/uploads', {
        'Upload-Length': '1',
        'Upload-Metadata': `path ${Buffer.from(path).toString('base64')}`,
      });
    const tus = new TusClient(server.url, forAll);
    const begun = await upload(tus, '/Mere/late.txt');
    assert.equal(begun.status, 201);
    const events = await EventClient.open(server.url, { Authorization: `Bearer ${forAll}` });
    await events.nextOf('ready');

    await setRole('normal');
    await events.nextOf('end');
    await dav.expect(404, 'GET', 'Mere/diary.txt');
    await dav.expect([403, 409], 'PUT', 'Mere/diary.txt', { body: 'x' });
    assert.deepEqual([...(await dav.list('')).keys()].sort(), ['Movies', 'Public', 'Workspace']);
    const ben = await ApiClient.login(server.url, BEN);
    assert.equal((await ben.ok('getAccount')).body.hasHome, false);
    for (const client of [ben, new ApiClient(server.url, forAll)]) {
      for (const query of [{ path: '/Mere/diary.txt' }, { id }]) {
        for (const route of ['getFile', 'downloadFile', 'listVersions', 'deleteFile']) {
          await client.refused(route, 'not-found', { query });
        }
      }
      assert.deepEqual(names((await client.ok('listFiles', { query: { path: '/' } })).body.items).sort(), [
        'Movies',
        'Public',
        'Workspace',
      ]);
      const { items: hits } = (await client.ok('search', { query: { q: 'diary' } })).body;
      assert.deepEqual(names(hits.map(({ file }: { file: { name: string } }) => file)), ['diary of all.txt']);
      assert.deepEqual(names((await client.ok('listRecent')).body.items), ['diary of all.txt']);
      assert.deepEqual((await client.ok('listTrash')).body.items, []);
      await client.refused('restoreTrash', 'not-found', { params: { id: trashId } });
      await client.refused('purgeTrash', 'not-found', { params: { id: trashId } });
      const told = (await client.all('listActivity')).map(({ folder }) => folder);
      assert.deepEqual(told, ['/Workspace']);
    }
    await forMere.refused('getFile', 'not-found', { query: { path: '/diary.txt' } });
    const { body: job } = await ben.ok('emptyTrash');
    while ((await ben.ok('getJob', { params: { id: job.id } })).body.state === 'running');
    assert.notEqual((await upload(tus, '/Mere/later.txt')).status, 201);
    const piece = { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' };
    const finished = await tus.send('PATCH', begun.headers.get('location')!, piece, 'x');
    assert.equal(finished.body.code, 'parent-missing');

    await setRole('advanced');
    assert.equal((await dav.get('Mere/diary.txt')).toString(), 'dear diary');
    const after = await ApiClient.login(server.url, BEN);
    await forMere.ok('getFile', { query: { path: '/diary.txt' } });
    await after.ok('restoreTrash', { params: { id: trashId } });
    assert.equal((await dav.get('Mere/._gone.txt')).toString(), 'what Finder keeps');
    dav.close();
    events.close();
  });
});
