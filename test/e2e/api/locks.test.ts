import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { SQLITE } from '../../support/databases.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { auditOf } from './audit-lines.ts';
import { describeFiles, type Name } from './file-fixture.ts';

function lockBody(owner: string): string {
  return `<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>
    <D:locktype><D:write/></D:locktype><D:owner><D:href>${owner}</D:href></D:owner></D:lockinfo>`;
}

describeFiles('locks in the API', function (files, database) {
  // Reading and ending locks is proved on each database by the contract of the store.
  if (database !== SQLITE) return;

  const clients = new Map<Name, DavClient>();
  before(() => {
    for (const name of ['anna', 'bert', 'nora'] as const) clients.set(name, files.dav(name));
  });
  after(() => clients.forEach((client) => client.close()));

  async function lock(name: Name, path: string, depth = '0'): Promise<void> {
    const headers = { Depth: depth, Timeout: 'Second-600', 'User-Agent': 'LibreOffice/25.8' };
    const { status } =
      (await clients.get(name)?.request('LOCK', path, { headers, body: lockBody('Ann &amp; Co') })) ?? {};
    assert.ok(status === 200 || status === 201, `LOCK ${path}: ${status}`);
  }

  const locksOf = async (name: Name, path: string) =>
    (await files.as(name).ok('listLocks', { query: { path } })).body.items as Record<string, unknown>[];

  it('say who holds one, with what, since when and until when', async () => {
    const { id } = await files.put('anna', '/Mere/letter.odt');
    assert.deepEqual(await locksOf('anna', '/Mere/letter.odt'), []);
    await lock('anna', 'Mere/letter.odt');
    const [held, ...more] = (await files.as('anna').ok('listLocks', { query: { id } })).body.items;
    assert.deepEqual(more, []);
    const { id: lockId, takenAt, expiresAt, ...rest } = held;
    assert.deepEqual(rest, {
      path: '/Mere/letter.odt',
      user: 'anna',
      isOwn: true,
      program: 'LibreOffice/25.8',
      owner: 'Ann & Co',
      scope: 'exclusive',
      depth: '0',
      canBreak: true,
    });
    assert.equal(Date.parse(expiresAt) - Date.parse(takenAt), 600_000);

    await files.as('anna').refused('breakLock', 'not-found', { query: { id, lock: 'another' } });
    const reading = { name: 'reads', access: 'read-only' };
    const { password } = (await files.as('anna').ok('createAppPassword', { body: reading })).body;
    const reader = new ApiClient(files.server.url, password as string);
    await reader.refused('breakLock', 'forbidden', { query: { id, lock: lockId } });
    await files.as('bert').refused('breakLock', 'not-found', { query: { id, lock: lockId } });
    await files.as('anna').ok('breakLock', { query: { id, lock: lockId } });
    assert.deepEqual(await locksOf('anna', '/Mere/letter.odt'), []);
    await files.as('anna').refused('breakLock', 'not-found', { query: { id, lock: lockId } });
    await auditOf(files.server, (lines) =>
      lines.some(({ action, user, target, value }) => {
        return action === 'lock-broken' && user === 'anna' && target === 'anna' && value === '/Mere/letter.odt';
      }),
    );
  });

  it('of others are seen with what they lock, and broken by administrators and by who owns it', async () => {
    await files.mkdir('bert', '/Workspace/ours/deep');
    await files.put('anna', '/Workspace/ours/deep/by anna.txt');
    await files.put('bert', '/Workspace/ours/deep/by bert.txt');
    await lock('bert', 'Workspace/ours/', 'infinity');
    for (const path of ['/Workspace/ours/deep/by anna.txt', '/Workspace/ours']) {
      const [held] = await locksOf('anna', path);
      assert.deepEqual(
        [held?.['user'], held?.['path'], held?.['depth'], held?.['isOwn'], held?.['canBreak']],
        ['bert', '/Workspace/ours', 'infinity', false, false],
      );
      await files.as('anna').refused('breakLock', 'forbidden', { query: { path, lock: String(held?.['id']) } });
      assert.equal((await locksOf('ada', path))[0]?.['canBreak'], true);
    }
    const [held] = await locksOf('ada', '/Workspace/ours');
    await files.as('ada').ok('breakLock', { query: { path: '/Workspace/ours', lock: String(held?.['id']) } });
    assert.deepEqual(await locksOf('bert', '/Workspace/ours'), []);
    await files.put('anna', '/Workspace/ours/deep/by anna.txt', 'again');
  });

  it('of no depth say nothing of what is in a folder, and no one learns of what they do not see', async () => {
    await files.mkdir('anna', '/Mere/private');
    await files.put('anna', '/Mere/private/file');
    await lock('anna', 'Mere/private/', '0');
    assert.deepEqual(await locksOf('anna', '/Mere/private/file'), []);
    await files.as('bert').refused('listLocks', 'not-found', { query: { path: '/Mere/private/file' } });
    await files.as('anna').refused('listLocks', 'bad-request');
  });
});
