import assert from 'node:assert/strict';
import type { IndexView } from '../../../src/app/requests.ts';
import { ApiClient } from '../../support/api-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readJson, runWell } from './fixture.ts';

const PASSWORD = 'secret-word';

describe('the index of names on the command line', function () {
  this.timeout(60_000);
  let server: TestServer;

  before(async () => {
    server = await startServer();
    await server.addUser('anna', { password: PASSWORD });
    const anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
    for (const name of ['one', 'two', 'three']) await anna.ok('createFolder', { body: { path: `/Mere/${name}` } });
  });
  after(() => server.stop());

  const found = async () => {
    const anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
    const items = (await anna.all('search', { query: { q: 'thr' } })) as { file: { path: string } }[];
    return items.map(({ file }) => file.path);
  };

  it('is shown, and built anew, with and without a server', async () => {
    const before = (await readJson(server, 'search status')) as IndexView;
    assert.equal(before.indexedCount, 0);
    assert.ok(before.newCount > 3);
    const rebuilt = (await readJson(server, 'search rebuild')) as IndexView;
    assert.deepEqual([rebuilt.newCount, rebuilt.segmentCount], [0, 1]);
    assert.deepEqual(await found(), ['/Mere/three']);
    await server.end();
    const { out } = await runWell(server, 'search rebuild');
    assert.match(out, new RegExp(`^indexed: +${rebuilt.indexedCount} names$`, 'm'));
    await server.restart();
    assert.deepEqual(await found(), ['/Mere/three']);
  });
});
