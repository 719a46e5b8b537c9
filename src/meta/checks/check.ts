import type { CheckKey } from '../../core/ports/checks.ts';
import { guard, type Guarded } from '../operations/guard.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** A row that disagrees, in the form that all checks give. */
export interface FoundRow {
  /** The key of what was looked at. */
  readonly k: CheckKey;
  readonly node: number | null;
  readonly was: SqlValue;
  readonly should: SqlValue;
}

/** What is gone through by key, from the least to the greatest. */
export interface Keys {
  readonly table: string;
  readonly column: string;
  readonly isText?: boolean;
  readonly where?: string;
}

export interface Mending {
  readonly row: FoundRow;
  /** What `hold` took hold of. */
  readonly guarded: Guarded;
  readonly nowMs: number;
}

/** One thing that may be wrong with the metadata, and what to do about it. */
export interface Check {
  readonly keys: Keys;
  /** The rows that disagree with keys between two, both included. */
  readonly find: Query<FoundRow>;
  /** What SQL cannot tell. */
  readonly isWrong?: (row: FoundRow) => boolean;
  readonly tell: (row: FoundRow) => string;
  /** Takes hold of all that the decision rests on, before it is looked at again. */
  readonly hold?: (tx: Transaction, key: CheckKey) => Promise<Guarded | void>;
  /** Puts it right and tells how; without it, nobody can know what would be right. */
  readonly mend?: (tx: Transaction, mending: Mending) => Promise<string>;
}

export const NODES: Keys = { table: 'node', column: 'id' };
export const BLOBS: Keys = { table: 'blob_object', column: 'blob_id', isText: true };
export const COPIES: Keys = { table: 'blob_copy', column: 'blob_id', isText: true };

/** A condition that holds for the roots that people see, not for those of trash and staging. */
export const isLiveRoot = (node: string): string => `(${node}.parent_id = 0 AND ${node}.name_key LIKE 'live:%')`;

/** Takes hold of the space in which a node lies. */
export const holdSpaceOf = (tx: Transaction, key: CheckKey): Promise<Guarded> => guard(tx, [Number(key)]);
