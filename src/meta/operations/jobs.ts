import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { guard } from './guard.ts';
import { readChain, spaceOf } from './ancestors.ts';

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

/** The moved root has its space already; what is below follows by `adoptTree`. */
export async function startAdoption(
  tx: Transaction,
  { nodeId, userId, nowMs }: { nodeId: number; userId: number; nowMs: number },
): Promise<number> {
  const jobId = await insertJob(tx, { kind: 'adopt', nodeId, userId, payload: '', nowMs });
  await addVisit(tx, jobId, { sourceId: nodeId, nodeId, afterKey: '' });
  return jobId;
}

const VISIT = `SELECT source_id AS sourceId, node_id AS nodeId, after_key AS afterKey FROM copy_map
  WHERE job_id = ? ORDER BY source_id LIMIT 1` as Query<Visit>;

/**
 * Gives nodes below a moved one the space in which they lie now. Where that is is asked anew for each collection:
 * it may have moved on meanwhile. Throws `not-found`; a job that is done is gone.
 */
export async function adoptTree(
  tx: Transaction,
  { jobId, limit }: OperationArgs<'adoptTree'>,
): Promise<OperationResult<'adoptTree'>> {
  const job = await readJob(tx, jobId);
  if (job?.kind !== 'adopt') throw new DomainError('not-found', 'there is no such job');
  await guard(tx, [job.nodeId]);
  let left = limit;
  while (left > 0) {
    const visit = await tx.get(VISIT, [jobId]);
    if (visit === undefined) {
      await removeJob(tx, jobId);
      return { done: true };
    }
    left -= 1 + (await adoptChildren(tx, { jobId, visit, limit: left }));
  }
  return { done: false };
}

async function adoptChildren(
  tx: Transaction,
  { jobId, visit, limit }: { jobId: number; visit: Visit; limit: number },
): Promise<number> {
  const { sourceId, afterKey } = visit;
  const spaceId = spaceOf(await readChain(tx, sourceId));
  if (spaceId === undefined) {
    await endVisit(tx, jobId, { sourceId, afterKey: undefined });
    return 0;
  }
  const lastKey = await keyAfter(tx, { parentId: sourceId, afterKey, limit });
  const range = lastKey === undefined ? '' : ' AND name_key <= ?';
  const params = lastKey === undefined ? [sourceId, afterKey] : [sourceId, afterKey, lastKey];
  const { changes } = await tx.run(`UPDATE node SET space_id = ? WHERE parent_id = ? AND name_key > ?${range}`, [
    spaceId,
    ...params,
  ]);
  await tx.run(
    `INSERT INTO copy_map (job_id, source_id, node_id, after_key)
       SELECT ?, id, id, '' FROM node WHERE parent_id = ? AND name_key > ?${range} AND node_count > 0
         AND NOT EXISTS (SELECT 1 FROM copy_map m WHERE m.job_id = ? AND m.source_id = node.id)`,
    [jobId, ...params, jobId],
  );
  await endVisit(tx, jobId, { sourceId, afterKey: lastKey });
  return changes;
}
