import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { databasesOf } from '../../support/databases.ts';
import { startMariadb, type Mariadb } from '../../support/mariadb.ts';
import { until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { CuttableDisks, type FileSystem } from './disks.ts';

/** Turns fsync, fdatasync, msync and O_SYNC into nothing, in whatever loads it. */
const NO_SYNCS = { LD_PRELOAD: 'libeatmydata.so' };

export interface Power {
  readonly fileSystem: FileSystem;
  readonly database: 'SQLite' | 'MariaDB';
  /** The control: then much of what was acknowledged must be lost. */
  readonly isWithoutSyncs?: boolean;
}

/** A server, and the database server that it may have, with everything they keep on disks whose power can be cut. */
export class PoweredServer {
  readonly server: TestServer;
  readonly disks: CuttableDisks;
  readonly #mariadb: Mariadb | undefined;

  private constructor(disks: CuttableDisks, mariadb: Mariadb | undefined, server: TestServer) {
    this.disks = disks;
    this.#mariadb = mariadb;
    this.server = server;
  }

  /** The database has a disk to itself, so that its syncs carry nothing of the blobs' with them. */
  static async start({ fileSystem, database, isWithoutSyncs = false }: Power): Promise<PoweredServer> {
    const disks = await CuttableDisks.create(['metadata', 'one', 'two'], fileSystem);
    let mariadb: Mariadb | undefined;
    try {
      mariadb = database === 'MariaDB' ? await openMariadb(disks, !isWithoutSyncs) : undefined;
      const server = await startServer({
        dataFolder: disks.path('metadata', 'nosocial', 'data'),
        disks: [disks.path('one', 'nosocial', 'disk'), disks.path('two', 'nosocial', 'disk')],
        ...(mariadb && { database: databasesOf(mariadb) }),
        ...(isWithoutSyncs && { env: NO_SYNCS }),
      });
      return new PoweredServer(disks, mariadb, server);
    } catch (error) {
      await mariadb?.kill();
      await disks.remove();
      throw error;
    }
  }

  /** Everything stops at once, and only what had reached the disks is left of it. */
  async cutPower(): Promise<void> {
    await stop(this.server.pid);
    if (this.#mariadb) await stop(this.#mariadb.pid);
    await this.disks.copy();
    await this.server.kill();
    await this.#mariadb?.kill();
    await this.disks.revertToCopy();
  }

  /** What was cut off before is being cleaned up then. */
  async cutPowerWhileStarting(afterMs: number): Promise<void> {
    await this.#mariadb?.start();
    const starting = this.server.restart().catch(() => undefined);
    await delay(afterMs);
    await this.cutPower();
    await starting;
  }

  async startAgain(): Promise<void> {
    await this.#mariadb?.start();
    await this.server.restart();
  }

  async close(): Promise<void> {
    try {
      await this.server.stop();
      await this.#mariadb?.kill();
    } finally {
      await this.disks.remove();
    }
  }
}

async function openMariadb(disks: CuttableDisks, isDurable: boolean): Promise<Mariadb> {
  const mariadb = await startMariadb({ folder: disks.path('metadata', 'mariadb'), isDurable });
  // Its installation does not sync what it makes.
  await disks.sync();
  return mariadb;
}

/** Never by freezing a file system, which would flush it. Resolves when the thread that answers has come to a stop. */
async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until(
    `process ${pid} has stopped`,
    async () => {
      const state = /\) (\w)/.exec(await readFile(`/proc/${pid}/task/${pid}/stat`, 'utf8'))?.[1];
      return state === 'T' ? true : undefined;
    },
    { everyMs: 1 },
  );
}
