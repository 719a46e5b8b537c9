import type { SqlValue } from '../sql.ts';

/** A row as an array, in the order of the columns: half the time of objects with names. */
export type RawRow = readonly SqlValue[];

/** One query for the outside, run by whichever store: its text and how a row of it becomes what the port promises. */
export interface Read<T> {
  readonly sql: string;
  readonly decode: (row: RawRow) => T;
}
