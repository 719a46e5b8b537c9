import type { Change, ChangeCause, ChangeKind, Departure } from '../../core/ports/changes.ts';
import type { RawRow, Read } from './read.ts';

const COLUMNS = 'space_id, rev, seq, kind, cause, node_id, parent_id, name, is_collection, user_id, at_ms';

function decodeChange(row: RawRow): Change {
  return {
    spaceId: row[0] as number,
    rev: row[1] as number,
    seq: row[2] as number,
    kind: row[3] as ChangeKind,
    cause: row[4] as ChangeCause,
    nodeId: row[5] as number,
    parentId: row[6] as number,
    name: row[7] as string,
    isCollection: row[8] === 1,
    userId: row[9] as number,
    atMs: row[10] as number,
  };
}

/** `spaceIds`: a condition on ids, with its placeholders */
export function positionsOf(spaceIds: string): Read<{ spaceId: number; rev: number; floor: number }> {
  return {
    sql: `SELECT id, rev, change_floor FROM space WHERE id ${spaceIds}`,
    decode: (row) => ({ spaceId: row[0] as number, rev: row[1] as number, floor: row[2] as number }),
  };
}

/** space id, rev twice and seq of the one before the page, limit; MariaDB would go through all for `(rev, seq) > (?, ?)` */
export const changesAfter: Read<Change> = {
  sql: `SELECT ${COLUMNS} FROM change_log WHERE space_id = ? AND rev >= ? AND (rev > ? OR seq > ?)
    ORDER BY rev, seq LIMIT ?`,
  decode: decodeChange,
};

/** space id, rev twice and seq of the one after the page, limit */
export const changesBefore: Read<Change> = {
  sql: `SELECT ${COLUMNS} FROM change_log WHERE space_id = ? AND rev <= ? AND (rev < ? OR seq < ?)
    ORDER BY rev DESC, seq DESC LIMIT ?`,
  decode: decodeChange,
};

/** space id, rev */
export const changesAtRev: Read<Change> = {
  sql: `SELECT ${COLUMNS} FROM change_log WHERE space_id = ? AND rev = ? ORDER BY seq`,
  decode: decodeChange,
};

/** space id, rev, limit */
export const departuresSince: Read<Departure> = {
  sql: `SELECT rev, node_id, parent_id, name FROM change_log
    WHERE space_id = ? AND rev >= ? AND is_collection = 1 AND kind = 'removed' ORDER BY rev, seq LIMIT ?`,
  decode: (row) => ({
    rev: row[0] as number,
    nodeId: row[1] as number,
    parentId: row[2] as number,
    name: row[3] as string,
  }),
};
