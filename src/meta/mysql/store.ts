import { systemClock, type Clock } from '../../lib/clock.ts';
import type { OperationName } from '../../core/ports/operations.ts';
import { mysqlDialect } from '../dialects/mysql.ts';
import type { Read } from '../reads/read.ts';
import type { SqlValue } from '../sql.ts';
import { SqlStore, type Engine } from '../store.ts';
import type { Connection } from './connection.ts';
import { isPassing, mustMove, translateError } from './errors.ts';
import { Hosts } from './hosts.ts';
import { migrate } from './migrate.ts';
import { Pool } from './pool.ts';
import type { MysqlServer } from './server-options.ts';
import { Writer } from './writer.ts';

/** After this much time a read is not tried again. */
const READ_GIVE_UP_MS = 4000;
const MAX_READ_TRIES = 4;

export interface MysqlStoreOptions {
  server: MysqlServer;
  /** Tells reads which locks have ended, and so which unwritten files are not there any more. */
  clock?: Clock;
}

/**
 * Opens the metadata in a MySQL or MariaDB database and takes it to the present schema. Throws `unavailable` when no
 * host answers, `refused` for a database of a later version or a server of a too early one.
 */
export async function openMysqlStore({ server, clock = systemClock() }: MysqlStoreOptions): Promise<SqlStore> {
  try {
    const hosts = new Hosts(server);
    await migrate(() => hosts.connect());
    const pool = new Pool(hosts, await hosts.connect());
    return new SqlStore(new MysqlEngine(pool, new Writer(pool, { clock, leaseHolder: undefined })), clock);
  } catch (error) {
    throw translateError(error);
  }
}

/** Reads go over a pool of connections, operations over one of them. */
class MysqlEngine implements Engine {
  readonly dialect = mysqlDialect;
  readonly #pool: Pool;
  readonly #writer: Writer;

  constructor(pool: Pool, writer: Writer) {
    this.#pool = pool;
    this.#writer = writer;
  }

  async all<T>(read: Read<T>, params?: readonly SqlValue[]): Promise<T[]> {
    const rows = await this.#read((connection) => connection.rows(read.sql, params));
    return rows.map(read.decode);
  }

  async first<T>(read: Read<T>, params?: readonly SqlValue[]): Promise<T | undefined> {
    const [row] = await this.#read((connection) => connection.rows(read.sql, params));
    return row === undefined ? undefined : read.decode(row);
  }

  run(name: OperationName, args: unknown): Promise<unknown> {
    return this.#writer.run(name, args);
  }

  assertWritable(): void {
    this.#pool.assertUp();
  }

  get statementCount(): number {
    return this.#pool.statementCount;
  }

  get commitCount(): number {
    return this.#writer.commitCount;
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#pool.close();
  }

  /** Reading again does no harm, so a lost connection is made up for. */
  async #read<T>(ask: (connection: Connection) => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + READ_GIVE_UP_MS;
    for (let tries = 1; ; tries += 1) {
      const connection = await this.#pool.acquire(giveUpAt);
      try {
        return await ask(connection);
      } catch (error) {
        if (mustMove(error)) this.#pool.abandonHost(error);
        if (!isPassing(error) || tries === MAX_READ_TRIES || performance.now() >= giveUpAt) throw translateError(error);
      } finally {
        this.#pool.release(connection);
      }
    }
  }
}
