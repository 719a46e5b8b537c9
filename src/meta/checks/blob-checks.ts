import { readNode } from '../operations/node-rows.ts';
import { spaceOf, touch } from '../operations/ancestors.ts';
import { BLOBS, COPIES, holdSpaceOf, NODES, type Check } from './check.ts';

const isUsed = (blobId: string): string =>
  `(EXISTS (SELECT 1 FROM node n WHERE n.blob_id = ${blobId})
    OR EXISTS (SELECT 1 FROM version v WHERE v.blob_id = ${blobId}))`;

/** The collector finds out what becomes of a loose blob. */
export const blobOfNobody: Check = {
  keys: BLOBS,
  find: `SELECT b.blob_id AS k, NULL AS node, b.size_bytes AS was, NULL AS should FROM blob_object b
    WHERE b.blob_id BETWEEN ? AND ? AND b.state = 'live' AND NOT ${isUsed('b.blob_id')}`,
  tell: ({ k, was }) => `blob ${k} (${String(was)} bytes) belongs to no file`,
  mend: async (tx, { row, nowMs }) => {
    await tx.run("UPDATE blob_object SET state = 'loose', loose_since_ms = ? WHERE blob_id = ? AND state = 'live'", [
      nowMs,
      row.k,
    ]);
    return 'left to the collector';
  },
};

export const deadBlobInUse: Check = {
  keys: BLOBS,
  find: `SELECT b.blob_id AS k, NULL AS node, b.state AS was, NULL AS should FROM blob_object b
    WHERE b.blob_id BETWEEN ? AND ? AND b.state = 'dead' AND ${isUsed('b.blob_id')}`,
  tell: ({ k }) => `blob ${k} is given up, and a file holds it`,
  mend: async (tx, { row }) => {
    await tx.run("UPDATE blob_object SET state = 'live', loose_since_ms = NULL WHERE blob_id = ?", [row.k]);
    return 'kept';
  },
};

export const fileWithoutBlob: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.blob_id AS was, n.size_bytes AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.blob_id IS NOT NULL AND n.is_collection = 0
      AND NOT EXISTS (SELECT 1 FROM blob_object b WHERE b.blob_id = n.blob_id)`,
  tell: ({ was, should }) => `its content (blob ${String(was)}, ${String(should)} bytes) is not known`,
};

export const mediaFactsOfNothing: Check = {
  keys: { table: 'media_facts', column: 'blob_id', isText: true },
  find: `SELECT f.blob_id AS k, NULL AS node, NULL AS was, NULL AS should FROM media_facts f
    WHERE f.blob_id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM blob_object b WHERE b.blob_id = f.blob_id)`,
  tell: ({ k }) => `what a film, music or a picture says of itself is kept for blob ${k}, which does not exist`,
  mend: async (tx, { row }) => {
    await tx.run('DELETE FROM media_facts WHERE blob_id = ?', [row.k]);
    return 'removed';
  },
};

export const versionWithoutBlob: Check = {
  keys: { table: 'version', column: 'id' },
  find: `SELECT v.id AS k, v.node_id AS node, v.blob_id AS was, v.size_bytes AS should FROM version v
    WHERE v.id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM blob_object b WHERE b.blob_id = v.blob_id)`,
  tell: ({ k, was }) => `the content of its version ${k} (blob ${String(was)}) is not known`,
};

export const fileSize: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.size_bytes AS was, COALESCE(b.size_bytes, 0) AS should FROM node n
    LEFT JOIN blob_object b ON b.blob_id = n.blob_id
    WHERE n.id BETWEEN ? AND ? AND n.is_collection = 0 AND (n.blob_id IS NULL OR b.blob_id IS NOT NULL)
      AND n.size_bytes <> COALESCE(b.size_bytes, 0)`,
  tell: ({ was, should }) => `it is said to have ${String(was)} bytes, its content has ${String(should)}`,
  hold: holdSpaceOf,
  mend: async (tx, { row, guarded }) => {
    const node = await readNode(tx, Number(row.k));
    const [chain = []] = guarded.chains;
    if (node === undefined || spaceOf(chain) === undefined) return 'left to a later run: its place is not known';
    await tx.run('UPDATE node SET size_bytes = ? WHERE id = ?', [row.should, row.k]);
    const sizeBytes = Number(row.should) - node.sizeBytes;
    await touch(tx, chain.slice(1), { rev: guarded.rev, sizeBytes, nodeCount: 0 });
    return `set to ${String(row.should)}`;
  },
};

export const versionSize: Check = {
  keys: { table: 'version', column: 'id' },
  find: `SELECT v.id AS k, v.node_id AS node, v.size_bytes AS was, b.size_bytes AS should FROM version v
    CROSS JOIN blob_object b ON b.blob_id = v.blob_id
    WHERE v.id BETWEEN ? AND ? AND v.size_bytes <> b.size_bytes`,
  tell: ({ k, was, should }) => `its version ${k} is said to have ${String(was)} bytes, and has ${String(should)}`,
  mend: async (tx, { row }) => {
    await tx.run('UPDATE version SET size_bytes = ? WHERE id = ?', [row.should, row.k]);
    return `set to ${String(row.should)}`;
  },
};

const HAS_NO_COPY = 'NOT EXISTS (SELECT 1 FROM blob_copy c WHERE c.blob_id = b.blob_id)';

export const lostBlob: Check = {
  keys: BLOBS,
  find: `SELECT b.blob_id AS k, (SELECT MIN(n.id) FROM node n WHERE n.blob_id = b.blob_id) AS node,
      b.size_bytes AS was, NULL AS should FROM blob_object b
    WHERE b.blob_id BETWEEN ? AND ? AND ${HAS_NO_COPY} AND ${isUsed('b.blob_id')}`,
  tell: ({ k, was }) => `nobody knows where the bytes of blob ${k} (${String(was)} bytes) are`,
};

export const blobWithoutCopy: Check = {
  keys: BLOBS,
  find: `SELECT b.blob_id AS k, NULL AS node, b.size_bytes AS was, NULL AS should FROM blob_object b
    WHERE b.blob_id BETWEEN ? AND ? AND ${HAS_NO_COPY} AND NOT ${isUsed('b.blob_id')}`,
  tell: ({ k }) => `blob ${k} has no bytes and belongs to no file`,
  mend: async (tx, { row }) => {
    await tx.run('DELETE FROM blob_object WHERE blob_id = ?', [row.k]);
    return 'forgotten';
  },
};

/** As a loose blob it goes the way of all others: bytes first, then rows, with every counter kept right. */
export const copyWithoutBlob: Check = {
  keys: COPIES,
  find: `SELECT c.blob_id AS k, NULL AS node, MAX(c.length_bytes) AS was, NULL AS should FROM blob_copy c
    WHERE c.blob_id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM blob_object b WHERE b.blob_id = c.blob_id)
      AND NOT ${isUsed('c.blob_id')} GROUP BY c.blob_id`,
  tell: ({ k, was }) => `a copy of blob ${k} (${String(was)} bytes) belongs to no blob`,
  mend: async (tx, { row, nowMs }) => {
    await tx.run(
      `INSERT INTO blob_object (blob_id, checksum, size_bytes, state, loose_since_ms, created_at_ms)
         VALUES (?, '', ?, 'loose', ?, ?)`,
      [row.k, row.was, nowMs, nowMs],
    );
    return 'left to the collector';
  },
};

export const copyNowhere: Check = {
  keys: COPIES,
  find: `SELECT c.blob_id AS k, (SELECT MIN(n.id) FROM node n WHERE n.blob_id = c.blob_id) AS node,
      c.disk_id AS was, c.pack_id AS should FROM blob_copy c
    LEFT JOIN disk d ON d.id = c.disk_id LEFT JOIN pack p ON p.id = c.pack_id
    WHERE c.blob_id BETWEEN ? AND ?
      AND (d.id IS NULL OR (c.pack_id IS NOT NULL AND (p.id IS NULL OR p.disk_id <> c.disk_id)))`,
  tell: ({ k, was, should }) =>
    `blob ${k} should be on disk ${String(was)}${should === null ? '' : `, pack ${String(should)}`}, which is not known`,
};

export const copyLength: Check = {
  keys: COPIES,
  find: `SELECT c.blob_id AS k, (SELECT MIN(n.id) FROM node n WHERE n.blob_id = c.blob_id) AS node,
      c.length_bytes AS was, b.size_bytes AS should FROM blob_copy c
    CROSS JOIN blob_object b ON b.blob_id = c.blob_id
    WHERE c.blob_id BETWEEN ? AND ? AND c.length_bytes <> b.size_bytes`,
  tell: ({ k, was, should }) => `a copy of blob ${k} has ${String(was)} bytes, the blob ${String(should)}`,
};

export const packWithoutDisk: Check = {
  keys: { table: 'pack', column: 'id' },
  find: `SELECT p.id AS k, NULL AS node, p.disk_id AS was, NULL AS should FROM pack p
    WHERE p.id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM disk d WHERE d.id = p.disk_id)
      AND NOT EXISTS (SELECT 1 FROM blob_copy c WHERE c.pack_id = p.id)`,
  tell: ({ k, was }) => `pack ${k} is on disk ${String(was)}, which is not known, and holds nothing`,
  mend: async (tx, { row }) => {
    await tx.run('DELETE FROM pack WHERE id = ?', [row.k]);
    return 'forgotten';
  },
};
