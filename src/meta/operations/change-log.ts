import type { ChangeCause, ChangeKind } from '../../core/ports/changes.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

export interface ChangeEntry {
  spaceId: number;
  kind: ChangeKind;
  cause: ChangeCause;
  nodeId: number;
  parentId: number;
  name: string;
  isCollection: number;
  /** Of Finder's own files nobody is told. */
  isSidecar: number;
}

/**
 * Appends what an operation changed: a row per node, for a whole tree only its top. A move is `removed` where the
 * node was and `added` where it is. `(space, rev)` is what a sync token stands for. The server itself is user 0.
 */
export async function writeChanges(
  tx: Transaction,
  { rev, changes }: { rev: number; changes: readonly ChangeEntry[] },
  { userId, nowMs }: { userId: number; nowMs: number },
): Promise<void> {
  for (const [seq, change] of changes.entries()) {
    if (change.isSidecar === 1) continue;
    const { spaceId, kind, cause, nodeId, parentId, name, isCollection } = change;
    await tx.run(
      `INSERT INTO change_log (space_id, rev, seq, kind, cause, node_id, parent_id, name, is_collection, user_id, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [spaceId, rev, seq, kind, cause, nodeId, parentId, name, isCollection, userId, nowMs],
    );
  }
}

const OLDEST = `SELECT rev FROM change_log WHERE space_id = ? AND rev <= ?
  ORDER BY space_id, rev, seq LIMIT 1 OFFSET ?` as Query<{ rev: number }>;

/** The floor rises with what is forgotten, never before: no token below it is answered from half of the changes. */
export async function pruneChanges(
  tx: Transaction,
  { spaceId, kept, limit }: OperationArgs<'pruneChanges'>,
): Promise<OperationResult<'pruneChanges'>> {
  const space = await tx.get<{ rev: number; floor: number }>(
    'SELECT rev, change_floor AS floor FROM space WHERE id = ?',
    [spaceId],
  );
  const goal = (space?.rev ?? 0) - kept;
  if (space === undefined || goal <= space.floor) return { done: true };
  const next = await tx.get(OLDEST, [spaceId, goal, limit]);
  const floor = next === undefined ? goal : next.rev;
  await tx.run('UPDATE space SET change_floor = ? WHERE id = ?', [floor, spaceId]);
  await tx.run('DELETE FROM change_log WHERE space_id = ? AND rev <= ?', [spaceId, floor]);
  return { done: next === undefined };
}
