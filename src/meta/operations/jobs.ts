import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

export type JobKind = 'copy' | 'adopt' | 'purge';

export interface JobRow {
  readonly id: number;
  readonly kind: JobKind;
  readonly nodeId: number;
  readonly userId: number;
  readonly payload: string;
}

const JOB = `SELECT id, kind, node_id AS nodeId, user_id AS userId, payload FROM job
  WHERE id = ?` as Query<JobRow>;

export async function insertJob(
  tx: Transaction,
  job: { kind: JobKind; nodeId: number; userId: number; payload: string; nowMs: number },
): Promise<number> {
  const { lastInsertId } = await tx.run(
    'INSERT INTO job (kind, node_id, user_id, payload, created_at_ms) VALUES (?, ?, ?, ?, ?)',
    [job.kind, job.nodeId, job.userId, job.payload, job.nowMs],
  );
  return lastInsertId;
}

export function readJob(tx: Transaction, jobId: number): Promise<JobRow | undefined> {
  return tx.get(JOB, [jobId]);
}

export async function removeJob(tx: Transaction, jobId: number): Promise<void> {
  await tx.run('DELETE FROM copy_map WHERE job_id = ?', [jobId]);
  await tx.run('DELETE FROM job WHERE id = ?', [jobId]);
}

/** A collection that a job has still to visit, after the child with key `afterKey`. */
export interface Visit {
  readonly sourceId: number;
  readonly nodeId: number;
  readonly afterKey: string;
}

export async function addVisit(tx: Transaction, jobId: number, visit: Visit): Promise<void> {
  await tx.run('INSERT INTO copy_map (job_id, source_id, node_id, after_key) VALUES (?, ?, ?, ?)', [
    jobId,
    visit.sourceId,
    visit.nodeId,
    visit.afterKey,
  ]);
}

/** Remembers where in a collection to go on; `afterKey` undefined: it is done. */
export async function endVisit(
  tx: Transaction,
  jobId: number,
  { sourceId, afterKey }: { sourceId: number; afterKey: string | undefined },
): Promise<void> {
  if (afterKey === undefined) {
    await tx.run('DELETE FROM copy_map WHERE job_id = ? AND source_id = ?', [jobId, sourceId]);
  } else {
    await tx.run('UPDATE copy_map SET after_key = ? WHERE job_id = ? AND source_id = ?', [afterKey, jobId, sourceId]);
  }
}

const LAST_KEY = `SELECT name_key AS nameKey FROM node WHERE parent_id = ? AND name_key > ?
  ORDER BY name_key LIMIT 1 OFFSET ?` as Query<{ nameKey: string }>;

/** The key of the `limit`th child after `afterKey`; undefined when there are not that many. */
export async function keyAfter(
  tx: Transaction,
  { parentId, afterKey, limit }: { parentId: number; afterKey: string; limit: number },
): Promise<string | undefined> {
  return (await tx.get(LAST_KEY, [parentId, afterKey, limit - 1]))?.nameKey;
}
