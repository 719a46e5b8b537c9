import { systemClock, type Clock } from '../../lib/clock.ts';
import { startWorker } from '../../lib/workers.ts';
import { sqliteDialect } from '../dialects/sqlite.ts';
import type { OperationName } from '../../core/ports/operations.ts';
import type { Read } from '../reads/read.ts';
import type { SqlValue } from '../sql.ts';
import type { Engine } from '../engine.ts';
import { SqlStore } from '../store.ts';
import { Reader } from './reader.ts';
import { WriterClient } from './writer-client.ts';

export interface SqliteStoreOptions {
  /** The database file; created when missing, in a directory that exists. */
  file: string;
  /** Tells reads which locks have ended, and so which unwritten files are not there any more. */
  clock?: Clock;
}

/**
 * Opens the metadata in a SQLite file. Throws `refused` for the file of a later version, `unavailable` when it
 * cannot be opened, `corrupt` when it is not a database.
 */
export async function openSqliteStore({ file, clock = systemClock() }: SqliteStoreOptions): Promise<SqlStore> {
  const thread = startWorker(import.meta.url, 'writer-thread', { workerData: { file }, name: 'metadata writer' });
  const writer = await WriterClient.open(thread);
  try {
    return new SqlStore(new SqliteEngine(writer, new Reader(file)), clock);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** One SQLite file: one thread writes, this one reads. */
class SqliteEngine implements Engine {
  readonly dialect = sqliteDialect;
  readonly #writer: WriterClient;
  readonly #reader: Reader;

  constructor(writer: WriterClient, reader: Reader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  all<T>(read: Read<T>, params?: readonly SqlValue[]): T[] {
    return this.#reader.all(read, params);
  }

  first<T>(read: Read<T>, params?: readonly SqlValue[]): T | undefined {
    return this.#reader.first(read, params);
  }

  run(name: OperationName, args: unknown): Promise<unknown> {
    return this.#writer.run(name, args);
  }

  assertWritable(): void {
    this.#writer.assertAlive();
  }

  get statementCount(): number {
    return this.#reader.statementCount + this.#writer.statementCount;
  }

  get commitCount(): number {
    return this.#writer.commitCount;
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#writer.close();
  }
}
