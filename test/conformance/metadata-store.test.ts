import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Connection } from '../../src/meta/mysql/connection.ts';
import { openMysqlStore } from '../../src/meta/mysql/store.ts';
import { openSqliteStore } from '../../src/meta/sqlite/store.ts';
import type { SqlStore } from '../../src/meta/store.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { MARIADB } from '../support/databases.ts';
import { serverAt } from '../support/mysql-server.ts';
import { describeMetadataStore } from './metadata-store.ts';
import type { Backend } from './metadata-store-world.ts';

function backend(
  open: (clock: Clock) => Promise<SqlStore>,
  damage: Backend['damage'],
  removeData: () => Promise<void>,
): Backend {
  const opened: SqlStore[] = [];
  return {
    damage,
    open: async (clock) => {
      const store = await open(clock);
      opened.push(store);
      return store;
    },
    remove: async () => {
      for (const store of opened) await store.close();
      await removeData();
    },
  };
}

async function prepareSqlite(): Promise<Backend> {
  const directory = await mkdtemp(join(tmpdir(), 'nosocial-meta-'));
  const file = join(directory, 'metadata.sqlite');
  return backend(
    (clock) => openSqliteStore({ file, clock }),
    async (...statements) => {
      const database = new DatabaseSync(file, { timeout: 5000 });
      for (const sql of statements) database.exec(sql);
      database.close();
    },
    () => rm(directory, { recursive: true }),
  );
}

/** Making the tables takes longer than most tests do: a database that was emptied is as good as a new one. */
const emptied: string[] = [];

async function prepareMariadb(): Promise<Backend> {
  const url = emptied.pop() ?? (await MARIADB.create()).url;
  const server = serverAt(url);
  return backend(
    (clock) => openMysqlStore({ server, clock }),
    async (...statements) => {
      const connection = await Connection.open(server, server.hosts[0]!, 5000);
      for (const sql of statements) await connection.command(sql);
      await connection.close();
    },
    async () => {
      await empty(url);
      emptied.push(url);
    },
  );
}

async function empty(url: string): Promise<void> {
  const server = serverAt(url);
  const connection = await Connection.open(server, server.hosts[0]!, 5000);
  const tables = await connection.rows(
    'SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  for (const [table] of tables) {
    if (table === 'schema_progress') continue;
    await connection.command(
      `DELETE FROM ${String(table)}${table === 'setting' ? " WHERE name <> 'store-epoch'" : ''}`,
    );
  }
  await connection.close();
}

describeMetadataStore('SQLite', prepareSqlite);
describeMetadataStore('MariaDB', prepareMariadb);
