import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { readChain, spaceOf } from './ancestors.ts';
import { guard } from './guard.ts';
import { addVisit, endVisit, insertJob, keyAfter, readJob, removeJob, type Visit } from './jobs.ts';

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
    `INSERT INTO search_renamed (node_id) SELECT id FROM node WHERE parent_id = ? AND name_key > ?${range}`,
    params,
  );
  await tx.run(
    `INSERT INTO copy_map (job_id, source_id, node_id, after_key)
       SELECT ?, id, id, '' FROM node WHERE parent_id = ? AND name_key > ?${range} AND node_count > 0
         AND NOT EXISTS (SELECT 1 FROM copy_map m WHERE m.job_id = ? AND m.source_id = node.id)`,
    [jobId, ...params, jobId],
  );
  await endVisit(tx, jobId, { sourceId, afterKey: lastKey });
  return changes;
}
