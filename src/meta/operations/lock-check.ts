import { DomainError } from '../../lib/errors.ts';
import type { Change } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { NodeRow } from './node-rows.ts';

export interface LockInTheWay {
  readonly token: string;
  readonly nodeId: number;
  readonly userId: number;
  readonly isExclusive: number;
}

const INSIDE = `WITH RECURSIVE up (token, lock_node_id, user_id, is_exclusive, id, parent_id) AS (
    SELECT l.token, l.node_id, l.user_id, l.is_exclusive, n.id, n.parent_id
      FROM dav_lock l CROSS JOIN node n ON n.id = l.node_id WHERE l.space_id = ? AND l.expires_at_ms > ?
    UNION
    SELECT u.token, u.lock_node_id, u.user_id, u.is_exclusive, n.id, n.parent_id
      FROM up u CROSS JOIN node n ON n.id = u.parent_id WHERE u.id <> ?
  )
  SELECT token, lock_node_id AS nodeId, user_id AS userId, is_exclusive AS isExclusive
    FROM up WHERE id = ?` as Query<LockInTheWay>;

/** Live locks that cover the first of `ids`: any on itself, and those of infinite depth on the others, its ancestors. */
export function locksCovering(tx: Transaction, ids: readonly number[], nowMs: number): Promise<LockInTheWay[]> {
  const list = tx.dialect.oneOf(ids);
  const query: Query<LockInTheWay> = `SELECT token, node_id AS nodeId, user_id AS userId, is_exclusive AS isExclusive
    FROM dav_lock WHERE node_id ${list.sql} AND expires_at_ms > ? AND (is_infinite = 1 OR node_id = ?)`;
  return tx.all(query, [...list.params, nowMs, ids[0] ?? 0]);
}

/**
 * Live locks at or below a node of space `spaceId`. Goes up from each lock of the space instead of down the tree:
 * locks are few, and a lock's space is always right because locks do not move. `UNION` ends the way up from a lock in a
 * circle.
 */
export function locksInside(
  tx: Transaction,
  { id, spaceId, nowMs }: { id: number; spaceId: number; nowMs: number },
): Promise<LockInTheWay[]> {
  return tx.all(INSIDE, [spaceId, nowMs, id, id]);
}

/**
 * RFC 4918 §7: content and properties of a node are protected by its own locks, the members of a collection by the
 * collection's, and both by infinite ones above. `ids` is what is changed, then its ancestors. Throws `locked`.
 */
export async function assertUnlocked(tx: Transaction, ids: readonly number[], by: Change): Promise<void> {
  assertSubmitted(await locksCovering(tx, ids, by.nowMs), by);
}

/** As `clearLocksInside`, but ends nothing yet. */
export async function assertInsideUnlocked(
  tx: Transaction,
  { node, spaceId }: { node: Pick<NodeRow, 'id'>; spaceId: number },
  by: Change,
): Promise<LockInTheWay[]> {
  const locks = await locksInside(tx, { id: node.id, spaceId, nowMs: by.nowMs });
  assertSubmitted(locks, by);
  return locks;
}

/**
 * Ends the locks at and below a node that is deleted, moved away or overwritten (RFC 4918 §7.6, §9.6.1): each must be
 * the caller's and submitted, else `locked`. Files that were made by such a lock become ordinary empty ones.
 */
export async function clearLocksInside(
  tx: Transaction,
  inside: { node: Pick<NodeRow, 'id'>; spaceId: number },
  by: Change,
): Promise<void> {
  const locks = await assertInsideUnlocked(tx, inside, by);
  if (locks.length === 0) return;
  const tokens = tx.dialect.oneOf(locks.map((lock) => lock.token));
  await tx.run(`DELETE FROM dav_lock WHERE token ${tokens.sql}`, tokens.params);
  const ids = tx.dialect.oneOf([...new Set(locks.map((lock) => lock.nodeId))]);
  await tx.run(`UPDATE node SET unwritten = 0 WHERE unwritten = 1 AND id ${ids.sql}`, ids.params);
}

/** For each locked node one of its tokens must be there, and be the caller's own. */
function assertSubmitted(locks: readonly LockInTheWay[], by: Change): void {
  const opened = new Set<number>();
  for (const lock of locks) {
    if (lock.userId === by.userId && by.tokens.includes(lock.token)) opened.add(lock.nodeId);
  }
  const closed = locks.find((lock) => !opened.has(lock.nodeId));
  if (closed !== undefined) throw new DomainError('locked', 'it is locked', { nodeId: closed.nodeId });
}
