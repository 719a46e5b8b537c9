import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';
import { auditOf } from './audit-lines.ts';

const ADAM = { name: 'adam', password: 'adam has a password' };
const PASSWORD = 'a password of theirs';
const LETTER = 'dear diary';

describeOnDatabases('removing a user', (database) => {
  let server: TestServer;
  let adam: ApiClient;
  let ria: DavClient;
  let serial = 0;
  let name: string;

  before(async () => {
    server = await startServer({ database });
    await server.addUser('adam', { ...ADAM, role: 'admin' });
    await server.addUser('ria', { password: PASSWORD, quota: '1MB' });
    adam = await ApiClient.login(server.url, ADAM);
    ria = new DavClient(server.davUrl, { name: 'ria', password: PASSWORD });
  });
  after(async () => {
    ria.close();
    await server.end();
    assert.deepEqual(await checkStore(server.databaseUrl), []);
    await server.stop();
  });
  beforeEach(async () => {
    serial += 1;
    name = `leo${serial}`;
    await addUser(name);
    const leo = new DavClient(server.davUrl, { name, password: PASSWORD });
    await leo.put('Mere/letter.txt', LETTER);
    await leo.put('Mere/letter.txt', `${LETTER}, again`);
    await leo.put('Special/large', Buffer.alloc(100_000, serial));
    await leo.put(`Workspace/of ${name}.txt`, 'for all');
    await leo.put('gone.txt', 'deleted');
    await leo.request('DELETE', 'gone.txt');
    leo.close();
  });
  const addUser = (named: string, more: object = {}) =>
    adam.ok('createUser', { body: { name: named, password: PASSWORD, ...more } });
  const query = (more: object) => ({ params: { name }, query: { ...more } });
  const usedBytes = async (of: string): Promise<number> =>
    (await adam.ok('getUser', { params: { name: of } })).body.usedBytes as number;
  const remove = async (more: object) => {
    const { status, body } = await adam.ok('removeUser', query(more));
    assert.equal(status, 202);
    return jobEnded(body.id as string);
  };
  const jobEnded = async (id: string): Promise<{ state: string; result: unknown }> => {
    for (;;) {
      const { body } = await adam.ok('getJob', { params: { id } });
      if (body.state !== 'running') return body;
    }
  };
  const signIn = () => new ApiClient(server.url).call('login', { body: { username: name, password: PASSWORD } });

  it('is refused while there are files, until it is said what becomes of them', async () => {
    const { detail } = await adam.refused('removeUser', 'refused', query({}));
    assert.match(detail, /hand them over/);
    await adam.refused('removeUser', 'bad-request', query({ files: 'hand-over' }));
    await adam.refused('removeUser', 'bad-request', query({ files: 'delete', to: 'ria' }));
    await adam.refused('removeUser', 'bad-request', query({ files: 'keep', days: 0 }));
    assert.equal((await signIn()).status, 200);
  });

  it('keeps the files for some days, and the user while nobody thought better of it', async () => {
    const { status, body } = await adam.ok('removeUser', query({ files: 'keep', days: 3 }));
    assert.deepEqual([status, body.state, body.removal.files], [200, 'leaving', 'keep']);
    const days = (Date.parse(body.removal.filesUntil) - Date.parse(body.removal.startedAt)) / 86_400_000;
    assert.equal(days, 3);
    assert.equal((await signIn()).status, 401);
    assert.equal((await adam.all('listUsers', { query: { state: 'leaving' } })).length, 1);
    const back = await adam.ok('changeUser', { params: { name }, body: { isDisabled: false } });
    assert.deepEqual([back.body.state, back.body.removal], ['active', undefined]);
    const leo = new DavClient(server.davUrl, { name, password: PASSWORD });
    assert.equal((await leo.get('Mere/letter.txt')).toString(), `${LETTER}, again`);
    leo.close();
  });

  it('hands everything over', async () => {
    const before = await usedBytes('ria');
    const job = await remove({ files: 'hand-over', to: 'ria' });
    assert.deepEqual([job.state, job.result], ['done', { isGone: true }]);
    await adam.refused('getUser', 'not-found', { params: { name } });
    assert.equal((await ria.get(`${name}/Mere/letter.txt`)).toString(), `${LETTER}, again`);
    assert.equal((await ria.get(`${name}/Special/large`)).length, 100_000);
    assert.equal(await usedBytes('ria'), before + 2 * LETTER.length + ', again'.length + 100_000 + 'for all'.length);
    const letter = { query: { path: `/${name}/Mere/letter.txt` } };
    assert.equal((await adam.call('getFile', letter)).status, 404);
    // What was for all stays where it was, and is the receiver's to change.
    assert.equal((await ria.request('PUT', `Workspace/of ${name}.txt`, { body: 'hers' })).status, 204);
    assert.equal((await ria.request('DELETE', `${name}/Mere`)).status, 204);
  });

  it('hands over only what the receiver may own, unless it is forced', async () => {
    await adam.ok('changeUser', { params: { name: 'ria' }, body: { quotaBytes: (await usedBytes('ria')) + 50_000 } });
    const problem = await adam.refused('removeUser', 'quota-exceeded', query({ files: 'hand-over', to: 'ria' }));
    assert.match(problem.detail, /quota of at least \d+ bytes/);
    assert.equal((await signIn()).status, 200);
    assert.equal((await remove({ files: 'hand-over', to: 'ria', force: true })).state, 'done');
    assert.equal((await ria.request('PUT', 'more', { body: 'more' })).status, 507);
    await adam.ok('changeUser', { params: { name: 'ria' }, body: { quotaBytes: 1_000_000 } });
  });

  it('hands over to who can have it', async () => {
    await addUser(`norm${serial}`, { role: 'normal' });
    for (const to of ['nobody', name, `norm${serial}`]) {
      await adam.refused('removeUser', 'refused', query({ files: 'hand-over', to }));
    }
  });

  it('deletes everything for good', async () => {
    assert.equal((await remove({ files: 'delete' })).state, 'done');
    await adam.refused('getUser', 'not-found', { params: { name } });
    assert.ok(!(await ria.list('Workspace')).has(`of ${name}.txt`));
    // The name is free again, and nothing of the old one comes back with it.
    await addUser(name);
    const leo = new DavClient(server.davUrl, { name, password: PASSWORD });
    assert.deepEqual(
      [...(await leo.list('Mere')).keys()].filter((key) => key !== ''),
      [],
    );
    leo.close();
    await adam.ok('removeUser', query({}));
  });

  it('ends what acts for the user', async () => {
    const leo = await ApiClient.login(server.url, { name, password: PASSWORD });
    await leo.ok('getAccount');
    await adam.ok('removeUser', query({ files: 'keep' }));
    await leo.refused('getAccount', 'not-authenticated');
  });

  it('is written down', async () => {
    const wanted = ['user-leaving', 'user-removed'];
    const lines = await auditOf(server, (all) => wanted.every((action) => all.some((line) => line.action === action)));
    assert.ok(
      lines.some(({ action, user, target }) => action === 'user-removed' && user === 'adam' && target === 'leo3'),
    );
  });

  // It ends the server. What the command line asks is the same for both engines.
  if (database.name === 'SQLite') {
    it('goes by the command line, with and without a server', async () => {
      const { code, stderr } = await server.cli(['user', 'remove', name]);
      assert.equal(code, 4);
      assert.match(stderr, /--keep-days N, --hand-over USER or --delete/);
      const kept = await server.cli(['user', 'remove', name, '--keep-days', '2', '--json']);
      assert.deepEqual(JSON.parse(kept.stdout), { name, state: 'leaving' });
      const listed = JSON.parse((await server.cli(['user', 'list', '--json'])).stdout) as {
        name: string;
        state: string;
      }[];
      assert.equal(listed.find((user) => user.name === name)?.state, 'leaving');
      for (const more of [['--hand-over', 'ria'], ['--force']]) {
        assert.equal((await server.cli(['user', 'remove', name, '--delete', ...more])).code, 2);
      }
      const handedOver = await server.cli(['user', 'remove', name, '--hand-over', 'ria']);
      assert.equal(handedOver.code, 0, handedOver.stderr);
      assert.ok((await ria.list('')).has(name));

      const second = `${name}b`;
      await addUser(second);
      const leo = new DavClient(server.davUrl, { name: second, password: PASSWORD });
      await leo.put('Mere/letter.txt', LETTER);
      leo.close();
      await server.end();
      const deleted = await server.cli(['user', 'remove', second, '--delete']);
      assert.equal(deleted.code, 0, deleted.stderr);
    });
  }
});

/** At night more; by day enough for the removal to be under way when the server is killed. */
const NODES = Number(process.env['NOSOCIAL_TEST_REMOVAL_NODES'] ?? 1000);
const isNight = process.env['NOSOCIAL_TEST_REMOVAL_NODES'] !== undefined;

describeOnDatabases('removing a user, with the server killed meanwhile', (database) => {
  // By day each engine does one of the two.
  const kinds = isNight ? (['hand-over', 'delete'] as const) : [database.name === 'SQLite' ? 'hand-over' : 'delete'];
  for (const files of kinds) {
    it(`goes on at the next start: ${files}`, async function () {
      this.timeout(300_000);
      const server = await startServer({ database });
      try {
        await server.addUser('adam', { ...ADAM, role: 'admin' });
        const adam = await ApiClient.login(server.url, ADAM);
        for (const name of ['ria', 'leo']) await adam.ok('createUser', { body: { name, password: PASSWORD } });
        const leo = new DavClient(server.davUrl, { name: 'leo', password: PASSWORD });
        await fill(leo, NODES);
        leo.close();
        const query = files === 'delete' ? { files } : { files, to: 'ria' };
        await adam.ok('removeUser', { params: { name: 'leo' }, query });
        await server.kill();
        await server.restart();

        for (let isThere = true; isThere;) {
          isThere = (await adam.call('getUser', { params: { name: 'leo' } })).status !== 404;
        }
        const ria = new DavClient(server.davUrl, { name: 'ria', password: PASSWORD });
        const copies =
          files === 'delete' ? [] : [...(await ria.walk('leo')).keys()].filter((path) => path.endsWith('.txt'));
        ria.close();
        assert.equal(copies.length, files === 'delete' ? 0 : NODES);
        await server.end();
        assert.deepEqual(await checkStore(server.databaseUrl), []);
      } finally {
        await server.stop();
      }
    });
  }
});

/** `count` files, most of them by copying folders. */
async function fill(client: DavClient, count: number): Promise<void> {
  const each = 50;
  await client.makeCollection('first');
  for (let index = 0; index < each; index += 1) await client.put(`first/${index}.txt`, `file ${index}`);
  for (let folder = 1; folder < count / each; folder += 1) {
    const headers = { Destination: client.urlOf(`Mere/copy ${folder}`) };
    assert.equal((await client.request('COPY', 'first', { headers })).status, 201);
  }
}
