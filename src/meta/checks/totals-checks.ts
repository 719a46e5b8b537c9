import type { CheckKey } from '../../core/ports/checks.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { Check, FoundRow } from './check.ts';

/** Takes hold of the row that keeps a total: whatever changes what it is made of waits, or has been committed. */
const holder = (table: string, column: string) => async (tx: Transaction, key: CheckKey) => {
  await tx.run(`UPDATE ${table} SET ${column} = ${column} WHERE id = ?`, [key]);
};

const differs = (what: string) => (row: FoundRow) =>
  row.was === row.should
    ? `it counts its ${what} wrongly`
    : `it is said to hold ${String(row.was)} bytes of ${what}, and holds ${String(row.should)}`;

interface Totals {
  pieces: number;
  sizeBytes: number;
  end: number;
}

const PACK_PIECES = `SELECT COUNT(*) AS pieces, COALESCE(SUM(length_bytes), 0) AS sizeBytes,
    COALESCE(MAX(offset_bytes + length_bytes), 0) AS end
  FROM blob_copy WHERE pack_id = ?` as Query<Totals>;

export const packTotals: Check = {
  keys: { table: 'pack', column: 'id' },
  find: `SELECT p.id AS k, NULL AS node, p.live_bytes AS was, COALESCE(SUM(c.length_bytes), 0) AS should FROM pack p
    LEFT JOIN blob_copy c ON c.pack_id = p.id WHERE p.id BETWEEN ? AND ?
    GROUP BY p.id, p.live_bytes, p.live_count, p.length_bytes
    HAVING p.live_bytes <> COALESCE(SUM(c.length_bytes), 0) OR p.live_count <> COUNT(c.blob_id)
      OR p.length_bytes < COALESCE(MAX(c.offset_bytes + c.length_bytes), 0)`,
  tell: (row) => `pack ${row.k}: ${differs('pieces')(row)}`,
  hold: holder('pack', 'live_count'),
  mend: async (tx, { row }) => {
    const found = await tx.get(PACK_PIECES, [row.k]);
    if (found === undefined) return 'it is gone';
    await tx.run(
      `UPDATE pack SET live_bytes = ?, live_count = ?,
         length_bytes = CASE WHEN length_bytes < ? THEN ? ELSE length_bytes END WHERE id = ?`,
      [found.sizeBytes, found.pieces, found.end, found.end, row.k],
    );
    return `${found.pieces} pieces of ${found.sizeBytes} bytes`;
  },
};

const DISK_COPIES = `SELECT COUNT(*) AS pieces, COALESCE(SUM(length_bytes), 0) AS sizeBytes, 0 AS end
  FROM blob_copy WHERE disk_id = ?` as Query<Totals>;

export const diskTotals: Check = {
  keys: { table: 'disk', column: 'id' },
  find: `SELECT d.id AS k, NULL AS node, d.blob_bytes AS was, COALESCE(SUM(c.length_bytes), 0) AS should FROM disk d
    LEFT JOIN blob_copy c ON c.disk_id = d.id WHERE d.id BETWEEN ? AND ?
    GROUP BY d.id, d.blob_bytes, d.blob_count
    HAVING d.blob_bytes <> COALESCE(SUM(c.length_bytes), 0) OR d.blob_count <> COUNT(c.blob_id)`,
  tell: (row) => `disk ${row.k}: ${differs('blobs')(row)}`,
  hold: holder('disk', 'blob_count'),
  mend: async (tx, { row }) => {
    const found = await tx.get(DISK_COPIES, [row.k]);
    if (found === undefined) return 'it is gone';
    await tx.run('UPDATE disk SET blob_count = ?, blob_bytes = ? WHERE id = ?', [found.pieces, found.sizeBytes, row.k]);
    return `${found.pieces} blobs of ${found.sizeBytes} bytes`;
  },
};

/** Files and versions; what a copy has made out of sight is charged when it is shown. */
const OWNED = `(SELECT COALESCE(SUM(n.size_bytes), 0) FROM node n WHERE n.owner_id = u.id AND n.is_collection = 0)
  + (SELECT COALESCE(SUM(v.size_bytes), 0) FROM version v CROSS JOIN node n ON n.id = v.node_id WHERE n.owner_id = u.id)
  - (SELECT COALESCE(SUM(t.size_bytes), 0) FROM space s CROSS JOIN node t ON t.parent_id = s.staging_id
       WHERE t.owner_id = u.id)`;

export const userUsage: Check = {
  keys: { table: 'user', column: 'id' },
  find: `SELECT k, node, was, should FROM (
      SELECT u.id AS k, NULL AS node, u.used_bytes AS was, ${OWNED} AS should FROM user u WHERE u.id BETWEEN ? AND ?
    ) owned WHERE was <> should`,
  tell: ({ k, was, should }) => `user ${k} is charged ${String(was)} bytes and owns ${String(should)}`,
  hold: holder('user', 'used_bytes'),
  mend: async (tx, { row }) => {
    await tx.run('UPDATE user SET used_bytes = ? WHERE id = ?', [row.should, row.k]);
    return `set to ${String(row.should)}`;
  },
};

const RESERVED = `((SELECT COALESCE(SUM(o.size_bytes), 0) FROM upload o WHERE o.owner_id = u.id) +
  (SELECT COALESCE(SUM(r.reserved_bytes), 0) FROM removal r WHERE r.to_user_id = u.id))`;

export const userReserved: Check = {
  keys: { table: 'user', column: 'id' },
  find: `SELECT u.id AS k, NULL AS node, u.reserved_bytes AS was, ${RESERVED} AS should FROM user u
    WHERE u.id BETWEEN ? AND ? AND u.reserved_bytes <> ${RESERVED}`,
  tell: ({ k, was, should }) =>
    `user ${k} has ${String(was)} bytes reserved, what is under way takes ${String(should)}`,
  hold: holder('user', 'reserved_bytes'),
  mend: async (tx, { row }) => {
    await tx.run('UPDATE user SET reserved_bytes = ? WHERE id = ?', [row.should, row.k]);
    return `set to ${String(row.should)}`;
  },
};
