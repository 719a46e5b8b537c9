import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { databasesOf } from '../../support/databases.ts';
import { startMariadb, type Mariadb } from '../../support/mariadb.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { ACCOUNT, AUTHORIZATION, type Contender, type ContenderKind } from './contender.ts';

class Nosocial implements Contender {
  readonly name: string;
  readonly folder: string;
  readonly authorization = AUTHORIZATION;
  readonly #server: TestServer;
  readonly #mariadb: Mariadb | undefined;

  private constructor(name: string, folder: string, parts: { server: TestServer; mariadb: Mariadb | undefined }) {
    this.name = name;
    this.folder = folder;
    this.#server = parts.server;
    this.#mariadb = parts.mariadb;
  }

  static async start(name: string, folder: string, mariadb?: Mariadb): Promise<Nosocial> {
    const dataFolder = join(folder, 'data');
    await mkdir(dataFolder, { mode: 0o700 });
    const database = mariadb && { database: databasesOf(mariadb) };
    const server = await startServer({ program: 'build', dataFolder, ...database });
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password, quota: '1TB' });
    return new Nosocial(name, folder, { server, mariadb });
  }

  get davUrl(): string {
    return this.#server.davUrl;
  }

  get databaseUrl(): string {
    return this.#server.databaseUrl;
  }

  get pids(): readonly number[] {
    return this.#mariadb ? [this.#server.pid, this.#mariadb.pid] : [this.#server.pid];
  }

  async restart(): Promise<void> {
    if (this.#mariadb) {
      await this.#server.end();
      await this.#mariadb.stop();
      await this.#mariadb.start();
    }
    await this.#server.restart();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#mariadb?.stop();
  }
}

export const nosocialOnSqlite: ContenderKind = {
  name: 'nosocial',
  isOurs: true,
  about: 'on SQLite, settings as they come',
  needs: [],
  leavesOut: [],
  start: (folder) => Nosocial.start('nosocial', folder),
};

export const nosocialOnMariadb: ContenderKind = {
  name: 'nosocial, MariaDB',
  isOurs: true,
  about: 'on a MariaDB beside it that syncs every commit (its CPU and memory count), settings as they come',
  needs: ['/usr/sbin/mariadbd'],
  leavesOut: [],
  start: async (folder) => {
    const mariadbFolder = join(folder, 'mariadb');
    await mkdir(mariadbFolder);
    const mariadb = await startMariadb({ folder: mariadbFolder, isDurable: true });
    try {
      return await Nosocial.start('nosocial, MariaDB', folder, mariadb);
    } catch (error) {
      await mariadb.stop();
      throw error;
    }
  },
};
