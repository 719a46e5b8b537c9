import type { RawRow, Read } from '../reads/read.ts';
import type { SqlValue } from '../sql.ts';
import { Connection } from './connection.ts';
import { translateError } from './errors.ts';

/** Runs reads on a connection of its own; each sees all that was committed before it. */
export class Reader {
  readonly #connection: Connection;

  constructor(file: string) {
    this.#connection = new Connection(file, { readOnly: true, rowsAsArrays: true });
    // What it misses, the system's own cache has; this one counts as the program's memory.
    this.#connection.exec('PRAGMA cache_size = -16384');
  }

  get statementCount(): number {
    return this.#connection.statementCount;
  }

  /** All rows. Throws `unavailable`. */
  all<T>(read: Read<T>, params: readonly SqlValue[] = []): T[] {
    try {
      return (this.#connection.all(read.sql, params) as RawRow[]).map(read.decode);
    } catch (error) {
      throw translateError(error);
    }
  }

  /** The first row, if there is any. Throws `unavailable`. */
  first<T>(read: Read<T>, params: readonly SqlValue[] = []): T | undefined {
    try {
      const row = this.#connection.get(read.sql, params) as RawRow | undefined;
      return row === undefined ? undefined : read.decode(row);
    } catch (error) {
      throw translateError(error);
    }
  }

  close(): void {
    this.#connection.close();
  }
}
