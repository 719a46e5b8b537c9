import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Suite } from 'mocha';
import { startMariadb, type Mariadb } from './mariadb.ts';

export interface TestDatabase {
  /** As the setting `database` has it. */
  readonly url: string;
  /** Nobody may use it any more. */
  remove(): Promise<void>;
}

/** An engine that the product runs on: suites that run on each have its name in their titles. */
export interface DatabaseEngine {
  readonly name: string;
  /** A new, empty database. */
  create(): Promise<TestDatabase>;
}

export const SQLITE: DatabaseEngine = {
  name: 'SQLite',
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nosocial-database-'));
    return { url: `sqlite:${join(folder, 'nosocial.db')}`, remove: () => rm(folder, { recursive: true }) };
  },
};

/** Databases of a server that a test has for itself. */
export function databasesOf(server: Mariadb): DatabaseEngine {
  return { name: 'MariaDB', create: () => createOn(server) };
}

/** Databases of one server for the whole test process, which starts with the first of them and ends with the process. */
export const MARIADB: DatabaseEngine = {
  name: 'MariaDB',
  create: async () => createOn(await (sharedServer ??= startShared())),
};

export const DATABASES: readonly DatabaseEngine[] = [SQLITE, MARIADB];

/** A suite for each engine, named at the end of its title. */
export function describeOnDatabases(title: string, body: (this: Suite, database: DatabaseEngine) => void): void {
  for (const database of DATABASES) {
    describe(`${title}, on ${database.name}`, function () {
      body.call(this, database);
    });
  }
}

let sharedServer: Promise<Mariadb> | undefined;

async function startShared(): Promise<Mariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'nosocial-mariadb-'));
  const server = await startMariadb({ folder });
  process.on('exit', () => {
    void server.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  return server;
}

async function createOn(server: Mariadb): Promise<TestDatabase> {
  const url = await server.createDatabase();
  const remove = async (): Promise<void> => {
    await server.execute(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
  };
  return { url, remove };
}
