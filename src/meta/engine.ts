import type { OperationName } from '../core/ports/operations.ts';
import type { Dialect } from './dialects/dialect.ts';
import type { Read } from './reads/read.ts';
import type { SqlValue } from './sql.ts';

/** A database that runs reads and operations. One that answers at once gives what it found instead of a promise. */
export interface Engine {
  readonly dialect: Dialect;
  /** All rows. Throws `unavailable`. */
  all<T>(read: Read<T>, params?: readonly SqlValue[]): T[] | Promise<T[]>;
  /** The first row, if there is any. Throws `unavailable`. */
  first<T>(read: Read<T>, params?: readonly SqlValue[]): T | undefined | Promise<T | undefined>;
  /** Resolves once the outcome is durable. Throws what the operation throws, and `unavailable`. */
  run(name: OperationName, args: unknown): Promise<unknown>;
  /** Throws `unavailable` unless operations are taken, too. */
  assertWritable(): void;
  readonly statementCount: number;
  readonly commitCount: number;
  /** Waits for operations that were asked for. */
  close(): Promise<void>;
}
