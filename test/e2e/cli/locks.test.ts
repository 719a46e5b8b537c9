import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockView } from '../../../src/app/requests.ts';
import { DavClient } from '../../support/dav-client.ts';
import { lockBody } from '../../support/dav-xml.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readJson, runBadly, runWell } from './fixture.ts';

const USERS = { anna: 'advanced', ben: 'advanced', adam: 'admin' } as const;
type Name = keyof typeof USERS;

describe('locks on the command line', function () {
  this.timeout(60_000);
  let server: TestServer;
  const clients = new Map<Name, DavClient>();
  const as = (name: Name) => clients.get(name)!;

  before(async () => {
    server = await startServer();
    for (const name of Object.keys(USERS) as Name[]) {
      await server.addUser(name, { password: 'secret-word', role: USERS[name] });
      clients.set(name, new DavClient(server.davUrl, { name, password: 'secret-word' }));
    }
  });
  after(async () => {
    for (const client of clients.values()) client.close();
    await server.stop();
  });

  const take = async (name: Name, path: string, scope: 'exclusive' | 'shared' = 'exclusive') => {
    const owner = '<D:owner><D:href>DESKTOP-1\\user &amp; co</D:href></D:owner>';
    const headers = { 'user-agent': 'Office/16.0', depth: '0' };
    return as(name).expect([200, 201], 'LOCK', path, { headers, body: lockBody(scope, owner) });
  };
  const list = async (more = '') => (await readJson(server, `locks list${more}`)) as LockView[];

  it('are listed with who holds them, by what, where and how long', async () => {
    assert.match((await runWell(server, 'locks list')).said, /nothing is locked/);
    await as('anna').put('Mere/plan 1.odt', 'x');
    await take('anna', 'Mere/plan 1.odt');
    const [lock, ...others] = await list();
    assert.equal(others.length, 0);
    const { id, takenAt, expiresAt, ...rest } = lock!;
    assert.deepEqual(rest, {
      path: 'Mere/plan 1.odt',
      homeOf: 'anna',
      user: 'anna',
      owner: 'DESKTOP-1\\user & co',
      client: 'Office/16.0',
      address: '127.0.0.1',
      depth: '0',
      scope: 'exclusive',
      canBreak: true,
    });
    assert.match(id, /^[\da-f]{8}-[\da-f]{4}$/);
    assert.equal(Date.parse(expiresAt) - Date.parse(takenAt), 3600_000);
    const { out } = await runWell(server, 'locks list');
    assert.match(out, /^ID +USER +AGE +LEFT +KIND +CLIENT +OWNER +HOME OF +PATH\n/);
    assert.match(
      out,
      /anna +<?\d min +\d\d min +exclusive +Office\/16\.0 at 127\.0\.0\.1 .* anna +Mere\/plan 1\.odt\n/,
    );
    assert.doesNotMatch(JSON.stringify(lock) + out, /urn:uuid|[\da-f]{8}-[\da-f]{4}-4/, 'nobody can submit it');
  });

  it('are seen by users as far as they see the files', async () => {
    await as('ben').put('Workspace/list.txt', 'x');
    await take('ben', 'Workspace/list.txt', 'shared');
    const paths = async (user: Name) => (await list(` --user ${user}`)).map(({ path }) => path).sort();
    assert.deepEqual(await paths('anna'), ['Mere/plan 1.odt', 'Workspace/list.txt']);
    assert.deepEqual(await paths('ben'), ['Workspace/list.txt']);
    assert.deepEqual(await paths('adam'), ['Workspace/list.txt']);
    assert.deepEqual((await list(' --user anna')).map(({ canBreak }) => canBreak).sort(), [false, true]);
  });

  it('are broken by their holder, the owner of the file and administrators, and nobody else', async () => {
    assert.match(await runBadly(server, 4, 'locks break Workspace/list.txt --user anna'), /may break it/);
    const [annas] = (await list()).filter(({ user }) => user === 'anna');
    // A file that ben does not see has no locks for him.
    await runBadly(server, 3, `locks break ${annas!.id} --user ben`);
    // Owner of the file, though others hold locks on it, too.
    await take('adam', 'Workspace/list.txt', 'shared');
    const { said } = await runWell(server, 'locks break Workspace/list.txt --user ben');
    assert.match(said, /of adam on "Workspace\/list\.txt" is broken/);
    assert.match(said, /of ben on "Workspace\/list\.txt" is broken/);
    await as('ben').expect(204, 'PUT', 'Workspace/list.txt', { body: 'free again' });
    // An administrator ends it in somebody's home, without being told what is there.
    await as('anna').expect(423, 'PUT', 'Mere/plan 1.odt', { body: 'locked' });
    const asAdmin = await runWell(server, `locks break ${annas!.id} --user adam`);
    assert.match(asAdmin.said, /of anna is broken/);
    await as('anna').expect(204, 'PUT', 'Mere/plan 1.odt', { body: 'free again' });
    // Who holds it, whoever owns the file.
    await take('adam', 'Workspace/list.txt');
    await runWell(server, 'user role adam advanced');
    await runWell(server, 'locks break Workspace/list.txt --user adam');
    await runWell(server, 'user role adam admin');
    assert.deepEqual(await list(), []);
  });

  it('take the empty file along that a client made by its lock', async () => {
    await take('anna', 'new.docx');
    await runWell(server, 'locks break new.docx --user anna');
    await as('anna').expect(404, 'GET', 'new.docx');
  });

  it('say what is wrong with what is asked', async () => {
    await runBadly(server, 3, 'locks break 00000000-0000');
    await runBadly(server, 3, 'locks break Mere/plan --user anna');
    await runBadly(server, 3, 'locks list --user nobody');
    await runBadly(server, 2, 'locks break');
  });

  it('are told to the audit log, and are there without a server, too', async () => {
    const response = await take('anna', 'Mere/plan 1.odt');
    await server.end();
    const [lock] = await list();
    assert.equal(lock!.path, 'Mere/plan 1.odt');
    const { out } = await runWell(server, `locks break ${lock!.id} --json`);
    const broken = JSON.parse(out) as { id: string; path: string }[];
    assert.deepEqual(
      broken.map(({ id, path }) => ({ id, path })),
      [{ id: lock!.id, path: 'Mere/plan 1.odt' }],
    );
    await server.restart();
    await as('anna').expect(204, 'PUT', 'Mere/plan 1.odt', { body: 'free' });
    const headers = { 'lock-token': String(response.headers['lock-token']) };
    await as('anna').expect(409, 'UNLOCK', 'Mere/plan 1.odt', { headers });
    const audit = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
    const entries = audit
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter(({ action }) => action === 'lock-broken')
      .map(({ user, target, value }) => [user, target, value]);
    assert.deepEqual(entries.at(-1), [undefined, 'anna', 'Mere/plan 1.odt']);
    assert.ok(entries.some(([user, target]) => user === 'adam' && target === 'anna'));
    assert.ok(entries.some(([user, target = '']) => user === 'ben' && /^(adam, ben|ben, adam)$/.test(target)));
  });
});
