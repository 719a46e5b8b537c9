import { loosen } from '../operations/content.ts';
import { insertJob, removeJob } from '../operations/jobs.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { holdSpaceOf, NODES, type Check } from './check.ts';

/** Rows of `table` that hang on a node which does not exist: nobody can come to them any more. */
export function ofNothing(table: string, what: string): Check {
  return {
    keys: { table, column: 'node_id' },
    find: `SELECT x.node_id AS k, NULL AS node, COUNT(*) AS was, NULL AS should FROM ${table} x
      WHERE x.node_id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM node n WHERE n.id = x.node_id) GROUP BY x.node_id`,
    tell: ({ k, was }) => `${String(was)} ${what} of node ${k}, which does not exist`,
    mend: async (tx, { row, nowMs }) => {
      if (table === 'version') await loosenVersions(tx, Number(row.k), nowMs);
      await tx.run(`DELETE FROM ${table} WHERE node_id = ?`, [row.k]);
      return 'removed';
    },
  };
}

const VERSION_BLOBS = 'SELECT blob_id AS blobId FROM version WHERE node_id = ?' as Query<{ blobId: string }>;

async function loosenVersions(tx: Transaction, nodeId: number, nowMs: number): Promise<void> {
  const versions = await tx.all(VERSION_BLOBS, [nodeId]);
  await loosen(
    tx,
    versions.map(({ blobId }) => blobId),
    nowMs,
  );
}

const PROPERTIES = '(SELECT COUNT(*) FROM property p WHERE p.node_id = n.id)';

export const propertyCount: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.property_count AS was, ${PROPERTIES} AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.property_count <> ${PROPERTIES}`,
  tell: ({ was, should }) => `it is said to have ${String(was)} properties and has ${String(should)}`,
  hold: holdSpaceOf,
  mend: async (tx, { row }) => {
    await tx.run('UPDATE node SET property_count = ? WHERE id = ?', [row.should, row.k]);
    return `set to ${String(row.should)}`;
  },
};

export const trashElsewhere: Check = {
  keys: { table: 'trash', column: 'node_id' },
  find: `SELECT t.node_id AS k, t.node_id AS node, n.parent_id AS was, NULL AS should FROM trash t
    CROSS JOIN node n ON n.id = t.node_id CROSS JOIN node p ON p.id = n.parent_id
    WHERE t.node_id BETWEEN ? AND ? AND NOT (p.parent_id = 0 AND p.name_key LIKE 'trash:%')`,
  tell: () => 'it is listed in the trash and is not there',
  hold: holdSpaceOf,
  mend: async (tx, { row }) => {
    await tx.run('DELETE FROM trash WHERE node_id = ?', [row.k]);
    return 'taken off the list';
  },
};

export const trashUnlisted: Check = {
  keys: { table: 'node', column: 'id', where: 'parent_id IN (SELECT trash_id FROM space)' },
  find: `SELECT n.id AS k, n.id AS node, s.id AS was, s.root_id AS should FROM space s
    CROSS JOIN node n ON n.parent_id = s.trash_id LEFT JOIN trash t ON t.node_id = n.id
    WHERE n.id BETWEEN ? AND ? AND t.node_id IS NULL`,
  tell: () => 'it lies in the trash and is not listed there',
  hold: holdSpaceOf,
  mend: async (tx, { row, nowMs }) => {
    await tx.run(
      `INSERT INTO trash (node_id, space_id, owner_id, parent_id, deleted_at_ms, deleted_by)
         SELECT id, ?, owner_id, ?, ?, owner_id FROM node WHERE id = ?`,
      [row.was, row.should, nowMs, row.k],
    );
    return 'listed, as if deleted now';
  },
};

/** What a copy made before it was given up, and what nobody remembers to remove. */
export const copyUnlisted: Check = {
  keys: { table: 'node', column: 'id', where: 'parent_id IN (SELECT staging_id FROM space)' },
  find: `SELECT n.id AS k, n.id AS node, n.owner_id AS was, NULL AS should FROM space s
    CROSS JOIN node n ON n.parent_id = s.staging_id
    WHERE n.id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM job j WHERE j.node_id = n.id)`,
  tell: () => 'a copy was left half done, out of sight',
  hold: holdSpaceOf,
  mend: async (tx, { row, nowMs }) => {
    await insertJob(tx, { kind: 'purge', nodeId: Number(row.k), userId: Number(row.was), payload: '', nowMs });
    return 'to be removed';
  },
};

export const jobOfNothing: Check = {
  keys: { table: 'job', column: 'id' },
  find: `SELECT j.id AS k, NULL AS node, j.kind AS was, j.node_id AS should FROM job j
    WHERE j.id BETWEEN ? AND ? AND j.kind IN ('copy', 'adopt', 'purge')
      AND NOT EXISTS (SELECT 1 FROM node n WHERE n.id = j.node_id)`,
  tell: ({ was, should }) => `a job (${String(was)}) waits for node ${String(should)}, which does not exist`,
  mend: async (tx, { row }) => {
    await removeJob(tx, Number(row.k));
    return 'removed';
  },
};

export const visitOfNothing: Check = {
  keys: { table: 'copy_map', column: 'job_id' },
  find: `SELECT m.job_id AS k, NULL AS node, COUNT(*) AS was, NULL AS should FROM copy_map m
    WHERE m.job_id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM job j WHERE j.id = m.job_id) GROUP BY m.job_id`,
  tell: ({ k, was }) => `${String(was)} notes of job ${k}, which does not exist`,
  mend: async (tx, { row }) => {
    await tx.run('DELETE FROM copy_map WHERE job_id = ?', [row.k]);
    return 'removed';
  },
};
