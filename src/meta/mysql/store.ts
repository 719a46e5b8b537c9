import { systemClock, type Clock } from '../../lib/clock.ts';
import type { OperationName } from '../../core/ports/operations.ts';
import { mysqlDialect } from '../dialects/mysql.ts';
import type { Read } from '../reads/read.ts';
import type { SqlValue } from '../sql.ts';
import type { Engine } from '../engine.ts';
import { SqlStore } from '../store.ts';
import type { Connection } from './connection.ts';
import { isPassing, translateError } from './errors.ts';
import { Hosts } from './hosts.ts';
import { Lease } from './lease.ts';
import { makeOwnTables, migrate } from './migrate.ts';
import { Pool } from './pool.ts';
import type { MysqlServer } from './server-options.ts';
import { losesNothing, NOT_DURABLE } from './session.ts';
import { Writer } from './writer.ts';

/** After this much time a read is not tried again. */
const READ_GIVE_UP_MS = 4000;
const MAX_READ_TRIES = 4;
const OPEN_TIMEOUT_MS = 4000;

export interface MysqlStoreOptions {
  server: MysqlServer;
  /** Tells reads which locks have ended, and so which unwritten files are not there any more. */
  clock?: Clock;
  /** Keeps every other process away that opens it so, and names this data folder to those who are refused. */
  dataFolder?: string;
  /** Told at once what will be regretted later. */
  onWarning?: (text: string) => void;
}

/**
 * Opens the metadata in a MySQL or MariaDB database and takes it to the present schema. Throws `unavailable` when no
 * host answers, `refused` for a database of a later version, a server of a too early one, and while another process
 * works on the database.
 */
export async function openMysqlStore(options: MysqlStoreOptions): Promise<SqlStore> {
  const { server, clock = systemClock(), dataFolder, onWarning } = options;
  try {
    await using parts = new AsyncDisposableStack();
    const hosts = new Hosts(server);
    const connection = await hosts.connect();
    if (!losesNothing(connection.facts)) onWarning?.(NOT_DURABLE);
    const pool = new Pool(hosts, connection);
    parts.defer(() => pool.close());
    await pool.use(performance.now() + OPEN_TIMEOUT_MS, makeOwnTables);
    const lease = dataFolder === undefined ? undefined : await Lease.take(pool, dataFolder);
    parts.defer(() => lease?.giveBack());
    await migrate(() => hosts.connect());
    const writer = new Writer(pool, { clock, leaseHolder: lease?.holder });
    parts.defer(() => writer.close());
    return new SqlStore(new MysqlEngine(pool, writer, parts.move()), clock);
  } catch (error) {
    throw translateError(error);
  }
}

/** Reads go over a pool of connections, operations over one of them. */
class MysqlEngine implements Engine {
  readonly dialect = mysqlDialect;
  readonly #pool: Pool;
  readonly #writer: Writer;
  readonly #parts: AsyncDisposableStack;

  /** `parts` is all that has to be closed, the last one first. */
  constructor(pool: Pool, writer: Writer, parts: AsyncDisposableStack) {
    this.#pool = pool;
    this.#writer = writer;
    this.#parts = parts;
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
    this.#writer.assertNotOusted();
  }

  get statementCount(): number {
    return this.#pool.statementCount;
  }

  get commitCount(): number {
    return this.#writer.commitCount;
  }

  async close(): Promise<void> {
    await this.#parts.disposeAsync();
  }

  /** Reading again does no harm, so a lost connection is made up for. */
  async #read<T>(ask: (connection: Connection) => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + READ_GIVE_UP_MS;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#pool.use(giveUpAt, ask);
      } catch (error) {
        if (!isPassing(error) || tries === MAX_READ_TRIES || performance.now() >= giveUpAt) throw translateError(error);
      }
    }
  }
}
