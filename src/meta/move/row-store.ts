import type { SqlValue } from '../sql.ts';

/** A table as the database itself describes it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
}

/** A database of the present schema as bare rows, past the store: for moving all of it. Held by nobody else. */
export interface RowStore {
  /** Ordered by name. */
  readonly tables: readonly Table[];
  count(table: Table): Promise<number>;
  /** Up to `limit` rows in the byte order of their keys, after the row with the key `after`. */
  page(table: Table, after: readonly SqlValue[] | undefined, limit: number): Promise<SqlValue[][]>;
  insert(table: Table, rows: readonly SqlValue[][]): Promise<void>;
  empty(table: Table): Promise<void>;
  /** The highest number that was ever handed out as a key; undefined for a table that hands out none. */
  counter(table: Table): Promise<number | undefined>;
  setCounter(table: Table, value: number): Promise<void>;
  /** Bookkeeping beside the rows. */
  run(sql: string, params: readonly SqlValue[]): Promise<void>;
  close(): Promise<void>;
}

/** One page of all columns; `isAfter` is the condition that a row comes after the page before. */
export function pageOf({ name, columns, key }: Table, isAfter: string | undefined): string {
  const where = isAfter === undefined ? '' : ` WHERE ${isAfter}`;
  return `SELECT ${columns.join(', ')} FROM ${name}${where} ORDER BY ${key.join(', ')} LIMIT ?`;
}
