import type { SqlValue } from '../sql.ts';

/** How the columns of the schema are written. Times are epoch milliseconds and sizes bytes: both `integer`. */
export interface SchemaTypes {
  /** A primary key handed out by the database, never twice. */
  readonly serial: string;
  readonly integer: string;
  /** Text compared byte by byte, of at most `maxBytes`. */
  readonly bytes: (maxBytes: number) => string;
  /** Text that is never compared. */
  readonly long: string;
  /** Ends a table found by rowid. */
  readonly table: string;
  /** Ends a table of small rows that lie in the order of their primary key. */
  readonly clustered: string;
  /** Limits an index to the rows for which `condition` holds, where that can be said. */
  readonly onlyWhere: (condition: string) => string;
}

/** What differs between the databases; all other SQL is written once. */
export interface Dialect {
  /**
   * What a transaction has read stays true until it ends, because there is one writer. Elsewhere the guard reads
   * again after it got hold of the space.
   */
  readonly readsStayTrue: boolean;
  /** An expression that gives each row another random etag. */
  readonly randomEtag: string;
  /** `IN (…)` for any number of values, with what its placeholders take. */
  oneOf(values: readonly (string | number)[]): { sql: string; params: SqlValue[] };
  /**
   * Selects `columns` of the nodes `n` along `nameKeys` below a root, the root first, as far as there are any.
   * The text depends on nothing but how many names there are.
   */
  nodesAlong(columns: string, rootId: number, nameKeys: readonly string[]): { sql: string; params: SqlValue[] };
  readonly types: SchemaTypes;
}
