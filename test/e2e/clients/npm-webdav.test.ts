import assert from 'node:assert/strict';
import { createClient, type FileStat, type WebDAVClient } from 'webdav';
import { seededBytes } from '../../support/content.ts';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import { ACCOUNT, openFixture, type Fixture } from './fixture.ts';

describe('the npm package webdav', function () {
  this.timeout(30_000);
  let fixture: Fixture;
  let client: WebDAVClient;

  before(async () => {
    fixture = await openFixture('npm-webdav');
    const { name: username, password } = ACCOUNT;
    client = createClient(fixture.server.davUrl, { username, password });
    await client.createDirectory('/made/by/webdav', { recursive: true });
  });
  after(() => fixture.close());

  it('writes, lists and reads files of every name', async () => {
    for (const name of DIFFICULT_NAMES) {
      assert.ok(await client.putFileContents(`/made/by/webdav/${name}`, seededBytes(name, 70_000)));
    }
    const listed = await client.getDirectoryContents('/made/by/webdav');
    assert.ok(Array.isArray(listed));
    assert.deepEqual(listed.map((entry) => entry.basename).sort(), [...DIFFICULT_NAMES].sort());
    for (const name of DIFFICULT_NAMES) {
      const content: unknown = await client.getFileContents(`/made/by/webdav/${name}`);
      assert.ok(Buffer.isBuffer(content) && content.equals(seededBytes(name, 70_000)), name);
    }
  });

  it('moves, copies, stats and deletes', async () => {
    await client.putFileContents('/first', 'content');
    await client.moveFile('/first', '/second');
    await client.copyFile('/second', '/third');
    assert.equal(await client.exists('/first'), false);
    assert.equal(((await client.stat('/second')) as FileStat).size, 7);
    await client.deleteFile('/second');
    assert.equal(await client.getFileContents('/third', { format: 'text' }), 'content');
    const names = [...(await fixture.dav.list('')).keys()];
    assert.ok(names.includes('third') && !names.includes('second'), names.join());
  });

  it('locks, so that others are refused, and unlocks', async () => {
    await client.putFileContents('/locked', 'before');
    const lock = await client.lock('/locked');
    assert.equal((await fixture.dav.request('PUT', 'locked', { body: 'refused' })).status, 423);
    await client.putFileContents('/locked', 'with the token', { headers: { If: `(<${lock.token}>)` } });
    await client.unlock('/locked', lock.token);
    await fixture.dav.put('locked', 'after');
    assert.equal(await client.getFileContents('/locked', { format: 'text' }), 'after');
  });

  it('shows the quota', async () => {
    const quota = await client.getQuota();
    assert.ok(quota && 'used' in quota && quota.used >= DIFFICULT_NAMES.length * 70_000, JSON.stringify(quota));
  });
});
