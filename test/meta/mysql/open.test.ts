import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mysqlDialect } from '../../../src/meta/dialects/mysql.ts';
import { MIGRATIONS } from '../../../src/meta/migrations/migrations.ts';
import { Connection } from '../../../src/meta/mysql/connection.ts';
import type { MysqlServer } from '../../../src/meta/mysql/server-options.ts';
import { openMysqlStore } from '../../../src/meta/mysql/store.ts';
import type { SqlStore } from '../../../src/meta/store.ts';
import { MARIADB, type TestDatabase } from '../../support/databases.ts';
import { startMariadb, type Mariadb } from '../../support/mariadb.ts';
import { serverAt } from '../../support/mysql-server.ts';
import { until } from '../../support/processes.ts';

const STORE = join(import.meta.dirname, '../../../src/meta/mysql/store.ts');

describe('opening a MySQL store', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let server: MysqlServer;
  const opened: SqlStore[] = [];

  beforeEach(async () => {
    database = await MARIADB.create();
    server = serverAt(database.url);
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await database.remove();
  });

  const open = async (options: { dataFolder?: string } = {}): Promise<SqlStore> => {
    const store = await openMysqlStore({ server, ...options });
    opened.push(store);
    return store;
  };
  const withConnection = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await Connection.open(server, server.hosts[0]!, 5000);
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };

  it('sets a new database up once when several begin together', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const epochs = await Promise.all(stores.map((store) => store.getSetting('store-epoch')));
    assert.ok(epochs[0]);
    assert.equal(new Set(epochs).size, 1);
  });

  it('goes on where a killed set-up ended', async () => {
    await (await open()).close();
    const tables = () =>
      withConnection((each) =>
        each.rows(
          'SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name',
        ),
      );
    const all = await tables();
    /** As if it had been killed after the first table was made: before that was noted, or after it. */
    for (const noted of [0, 1]) {
      await withConnection(async (each) => {
        for (const [table] of all) {
          if (!['schema_progress', 'lease', 'user'].includes(String(table)))
            await each.command(`DROP TABLE ${String(table)}`);
        }
        await each.change("UPDATE schema_progress SET step = 0, statement = ? WHERE name = 'schema'", [noted]);
        // A later step changes the table, too.
        await each.command('DROP TABLE user');
        await each.command(MIGRATIONS[0]!(mysqlDialect.types)[0]!);
      });
      const store = await open();
      assert.equal(await store.hasUsers(), false);
      await store.close();
      assert.deepEqual(await tables(), all);
    }
  });

  it('refuses a database of a later version', async () => {
    await (await open()).close();
    await withConnection((each) => each.change("UPDATE schema_progress SET step = 999 WHERE name = 'schema'"));
    await assert.rejects(open(), { code: 'refused' });
  });

  it('gives every table a primary key', async () => {
    await open();
    const without = await withConnection((each) =>
      each.rows(`SELECT t.table_name FROM information_schema.tables t WHERE t.table_schema = DATABASE()
        AND NOT EXISTS (SELECT 1 FROM information_schema.table_constraints c WHERE c.table_schema = t.table_schema
          AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY')`),
    );
    assert.deepEqual(without, []);
  });

  it('says why without saying the password', async () => {
    const wrong = { ...server, password: 'not this one' };
    await assert.rejects(openMysqlStore({ server: wrong }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'unavailable');
      assert.match(error.message, /Access denied for user/);
      assert.doesNotMatch(error.message, /not this one/);
      return true;
    });
  });

  it('goes on after a statement that could not be sent', async () => {
    await withConnection(async (each) => {
      await assert.rejects(each.rows('SELECT ?', [0.5]), { name: 'TypeError' });
      await assert.rejects(each.rows('SELECT ?', [undefined as never]), { name: 'TypeError' });
      assert.deepEqual(await each.rows('SELECT ?', [5]), [[5]]);
    });
  });

  it('refuses a second process while the first one lives, and not any more afterwards', async () => {
    const first = await open({ dataFolder: '/first' });
    await assert.rejects(open({ dataFolder: '/second' }), { code: 'refused', message: /process \d+ on .*"\/first"/ });
    await first.close();
    await open({ dataFolder: '/second' });
  });

  it('changes no schema under a server that works with it', async () => {
    await open({ dataFolder: '/first' });
    // As an earlier version has it.
    await withConnection((each) => each.change("UPDATE schema_progress SET step = 1 WHERE name = 'schema'"));
    await assert.rejects(open({ dataFolder: '/second' }), { code: 'refused' });
    const step = "SELECT step FROM schema_progress WHERE name = 'schema'";
    assert.deepEqual(await withConnection((each) => each.rows(step)), [[1]]);
  });

  it('takes the database over at once from a process of this machine that was killed', async () => {
    const script = `const { openMysqlStore } = await import(${JSON.stringify(STORE)});
      await openMysqlStore({ server: ${JSON.stringify(server)}, dataFolder: '/first' });
      console.log('open');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const startedAt = performance.now();
    await open({ dataFolder: '/second' });
    assert.ok(performance.now() - startedAt < 1000);
  });

  it('lets nobody write whose place another one has taken', async () => {
    const first = await open({ dataFolder: '/first' });
    await first.run('setSetting', { key: 'k', value: 'first' });
    await withConnection((each) => each.change("UPDATE lease SET holder = 'other'"));
    await assert.rejects(first.run('setSetting', { key: 'k', value: 'late' }), { code: 'unavailable' });
    assert.equal(await first.getSetting('k'), 'first');
    await assert.rejects(first.ping(), { code: 'unavailable', message: /another server/ });
  });
});

describe('several hosts of one database', function () {
  this.timeout(60_000);
  let folder: string;
  let hosts: [Mariadb, Mariadb];
  let server: MysqlServer;
  let store: SqlStore;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nosocial-hosts-'));
    hosts = [await startMariadb({ folder: join(folder, '1') }), await startMariadb({ folder: join(folder, '2') })];
    const [first, second] = [serverAt(await hosts[0].createDatabase()), serverAt(await hosts[1].createDatabase())];
    // Not copies of one another: what is there tells which of them answered.
    for (const each of [first, second]) await (await openMysqlStore({ server: each })).close();
    server = { ...first, hosts: [...first.hosts, ...second.hosts] };
  });
  after(async () => {
    for (const host of hosts) await host[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
  });

  beforeEach(async () => {
    store = await openMysqlStore({ server });
  });
  afterEach(() => store.close());

  const write = (value: string) => store.run('setSetting', { key: 'where', value });
  const valueOn = async (host: Mariadb) =>
    (await host.execute("SELECT value FROM nosocial_1.setting WHERE name = 'where'")).trim();

  it('moves to another host when the one in use becomes read-only, and does the operation there', async () => {
    await write('first');
    assert.equal(await valueOn(hosts[0]), 'first');
    await hosts[0].execute('SET GLOBAL read_only = 1');
    try {
      await write('moved');
      assert.equal(await valueOn(hosts[1]), 'moved');
      assert.equal(await valueOn(hosts[0]), 'first');
      assert.equal(await store.getSetting('where'), 'moved');
    } finally {
      await hosts[0].execute('SET GLOBAL read_only = 0');
    }
  });

  it('moves to another host when the one in use is gone', async () => {
    await write('first');
    await hosts[0].kill();
    await write('killed');
    assert.equal(await valueOn(hosts[1]), 'killed');
    await hosts[0].start();
  });

  it('is unavailable while no host takes changes', async () => {
    for (const host of hosts) await host.execute('SET GLOBAL read_only = 1');
    try {
      await assert.rejects(write('nowhere'), { code: 'unavailable' });
    } finally {
      for (const host of hosts) await host.execute('SET GLOBAL read_only = 0');
    }
    await until('a change is taken again', () =>
      write('again').then(
        () => true,
        () => undefined,
      ),
    );
  });
});
