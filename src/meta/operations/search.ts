import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Posting } from '../../core/ports/search.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** Postings in one statement: a round trip each would take most of the time. */
const ROWS_AT_ONCE = 100;

const NEXT_SPACE = 'SELECT id FROM space WHERE id > ? ORDER BY id LIMIT 1' as Query<{ id: number }>;

/** Whoever writes to a tree holds the row of its space; one that is not visible yet has to be waited for, too. */
export async function passWriters(
  tx: Transaction,
  { afterSpaceId }: OperationArgs<'passWriters'>,
): Promise<OperationResult<'passWriters'>> {
  if (tx.dialect.readsStayTrue) return { next: undefined };
  const next = (await tx.get(NEXT_SPACE, [afterSpaceId]))?.id;
  const range = next === undefined ? '' : ' AND id <= ?';
  const params = next === undefined ? [afterSpaceId] : [afterSpaceId, next];
  await tx.run(`UPDATE space SET rev = rev WHERE id > ?${range}`, params);
  return { next };
}

const STATE = 'SELECT state FROM search_segment WHERE id = ?' as Query<{ state: string }>;

export async function openSearchSegment(
  tx: Transaction,
  { nowMs }: OperationArgs<'openSearchSegment'>,
): Promise<OperationResult<'openSearchSegment'>> {
  const { lastInsertId } = await tx.run(
    "INSERT INTO search_segment (state, up_to_node_id, node_count, changed_at_ms) VALUES ('building', 0, 0, ?)",
    [nowMs],
  );
  return { segmentId: lastInsertId };
}

export async function fillSearchSegment(
  tx: Transaction,
  { segmentId, postings }: OperationArgs<'fillSearchSegment'>,
): Promise<void> {
  await assertState(tx, segmentId, 'building');
  for (let at = 0; at < postings.length; at += ROWS_AT_ONCE) {
    await insert(tx, segmentId, postings.slice(at, at + ROWS_AT_ONCE));
  }
}

async function insert(tx: Transaction, segmentId: number, postings: readonly Posting[]): Promise<void> {
  const rows = postings.map(() => '(?, ?, ?, ?)').join(', ');
  const params: SqlValue[] = [];
  for (const { spaceId, gram, nodeIds } of postings) params.push(segmentId, spaceId, gram, nodeIds);
  await tx.run(`INSERT INTO search_posting (segment_id, space_id, gram, node_ids) VALUES ${rows}`, params);
}

/** The states are changed first: on engines with several writers that keeps two who do the same apart. */
export async function useSearchSegments(
  tx: Transaction,
  { segments, replaces, renamedUpTo, nowMs }: OperationArgs<'useSearchSegments'>,
): Promise<void> {
  for (const { id, upToNodeId, nodeCount } of segments) {
    const { changes } = await tx.run(
      `UPDATE search_segment SET state = 'current', up_to_node_id = ?, node_count = ?, changed_at_ms = ?
         WHERE id = ? AND state = 'building'`,
      [upToNodeId, nodeCount, nowMs, id],
    );
    if (changes !== 1) throw gone();
  }
  for (const id of replaces) {
    const { changes } = await tx.run(
      "UPDATE search_segment SET state = 'replaced', changed_at_ms = ? WHERE id = ? AND state = 'current'",
      [nowMs, id],
    );
    if (changes !== 1) throw gone();
  }
  await tx.run('DELETE FROM search_renamed WHERE id <= ?', [renamedUpTo]);
}

const NEXT_KEY = `SELECT space_id AS spaceId, gram FROM search_posting WHERE segment_id = ?
  ORDER BY space_id, gram LIMIT 1 OFFSET ?` as Query<{ spaceId: number; gram: string }>;

export async function dropSearchSegment(
  tx: Transaction,
  { segmentId, limit }: OperationArgs<'dropSearchSegment'>,
): Promise<OperationResult<'dropSearchSegment'>> {
  const segment = await tx.get(STATE, [segmentId]);
  if (segment?.state === 'current') throw new DomainError('refused', 'the segment is in use');
  const next = await tx.get(NEXT_KEY, [segmentId, limit]);
  if (next === undefined) {
    await tx.run('DELETE FROM search_posting WHERE segment_id = ?', [segmentId]);
    await tx.run('DELETE FROM search_segment WHERE id = ?', [segmentId]);
    return { done: true };
  }
  await tx.run('DELETE FROM search_posting WHERE segment_id = ? AND space_id < ?', [segmentId, next.spaceId]);
  await tx.run('DELETE FROM search_posting WHERE segment_id = ? AND space_id = ? AND gram < ?', [
    segmentId,
    next.spaceId,
    next.gram,
  ]);
  return { done: false };
}

async function assertState(tx: Transaction, segmentId: number, wanted: string): Promise<void> {
  if ((await tx.get(STATE, [segmentId]))?.state !== wanted) throw gone();
}

function gone(): DomainError {
  return new DomainError('not-found', 'there is no such part of the search index');
}

/** Notes that an indexed node has another name or space from now on. */
export async function noteRenamed(tx: Transaction, nodeId: number): Promise<void> {
  await tx.run('INSERT INTO search_renamed (node_id) VALUES (?)', [nodeId]);
}
