import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { MARIADB, type TestDatabase } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { runBadly, runWell } from './fixture.ts';

describe('nosocial move-db', function () {
  this.timeout(120_000);
  const authorization = `Basic ${Buffer.from('ann:correct horse').toString('base64')}`;
  let database: TestDatabase;
  let sqlite: TestServer;
  let servers: TestServer[];

  before(async () => {
    database = await MARIADB.create();
    sqlite = await startServer();
    servers = [sqlite];
    await sqlite.addUser('ann', { password: 'correct horse' });
    const put = await fetch(`${sqlite.davUrl}f.txt`, { method: 'PUT', headers: { authorization }, body: 'content' });
    assert.equal(put.status, 201);
  });
  after(async () => {
    for (const server of servers.toReversed()) await server.stop();
    await database.remove();
  });

  it('is refused while a server runs', async () => {
    const said = await runBadly(sqlite, 4, `move-db --to ${database.url}`);
    assert.match(said, /a server is running/);
  });

  it('takes the metadata to MariaDB, where a server goes on with them', async () => {
    await sqlite.end();
    const { said } = await runWell(sqlite, `move-db --to ${database.url}`);
    assert.match(said, /\d+ rows copied and compared/);
    assert.ok(!said.includes(new URL(database.url).password), 'nothing shows the password');
    assert.match(await runBadly(sqlite, 4, `move-db --to ${database.url}`), /is not empty/);
    const { dataFolder } = sqlite;
    const moved = await startServer({ dataFolder, env: { NOSOCIAL_DATABASE: database.url } });
    servers.push(moved);
    const got = await fetch(`${moved.davUrl}f.txt`, { headers: { authorization } });
    assert.equal(await got.text(), 'content');
  });

  it('leaves the database to one server, whatever their data folders', async () => {
    const other = [
      'serve',
      '--data',
      sqlite.scratch.path('other'),
      '--listen',
      '127.0.0.1:0',
      '--database',
      database.url,
    ];
    assert.match(await runBadly(sqlite, 4, other.join(' ')), /the database is in use already: by process \d+/);
  });

  it('takes them back to a file', async () => {
    await servers[1]!.end();
    const file = sqlite.scratch.path('back.db');
    await runWell(sqlite, `move-db --from ${database.url} --to sqlite:${file}`);
    assert.ok(existsSync(file));
    const { dataFolder } = sqlite;
    const back = await startServer({ dataFolder, env: { NOSOCIAL_DATABASE: `sqlite:${file}` } });
    servers.push(back);
    const got = await fetch(`${back.davUrl}f.txt`, { headers: { authorization } });
    assert.equal(await got.text(), 'content');
  });
});
