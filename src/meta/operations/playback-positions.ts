import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

interface PositionRow {
  readonly positionMs: number;
  readonly durationMs: number | null;
  readonly isSeen: number;
  readonly updatedAtMs: number;
}

const ONE =
  `SELECT position_ms AS positionMs, duration_ms AS durationMs, is_seen AS isSeen, updated_at_ms AS updatedAtMs
  FROM playback_position WHERE user_id = ? AND node_id = ?` as Query<PositionRow>;
const FILE = 'SELECT id FROM node WHERE id = ? AND is_collection = 0' as Query<{ id: number }>;
const OLDEST = `SELECT node_id AS nodeId FROM playback_position WHERE user_id = ?
  ORDER BY updated_at_ms DESC, node_id DESC LIMIT ? OFFSET ?` as Query<{ nodeId: number }>;

/** More than one went only if the limit was lowered; the rest goes with the next. */
const MAX_REMOVED = 100;

/** Mostly one statement: it is called every few seconds while something plays. */
export async function notePosition(
  tx: Transaction,
  args: OperationArgs<'notePosition'>,
): Promise<OperationResult<'notePosition'>> {
  const { userId, nodeId, maxPerUser, ...position } = args;
  if (await replace(tx, args)) return { nodeId, ...position };
  // On engines with several writers this keeps apart those that note the first position at the same time.
  const { changes } = await tx.run('UPDATE user SET epoch = epoch WHERE id = ?', [userId]);
  if (changes === 0) throw new DomainError('not-found', `there is no user ${userId}`);
  const there = await tx.get(ONE, [userId, nodeId]);
  if (there !== undefined) return (await replace(tx, args)) ? { nodeId, ...position } : decode(nodeId, there);

  if ((await tx.get(FILE, [nodeId])) === undefined) throw new DomainError('not-found', `there is no file ${nodeId}`);
  for (const oldest of await tx.all(OLDEST, [userId, MAX_REMOVED, maxPerUser - 1])) {
    await forgetPosition(tx, { userId, nodeId: oldest.nodeId });
  }
  await tx.run(
    `INSERT INTO playback_position (position_ms, duration_ms, is_seen, updated_at_ms, user_id, node_id)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [...valuesOf(args), userId, nodeId],
  );
  return { nodeId, ...position };
}

/** Whether there is one that is not later. */
async function replace(tx: Transaction, args: OperationArgs<'notePosition'>): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE playback_position SET position_ms = ?, duration_ms = ?, is_seen = ?, updated_at_ms = ?
     WHERE user_id = ? AND node_id = ? AND updated_at_ms <= ?`,
    [...valuesOf(args), args.userId, args.nodeId, args.updatedAtMs],
  );
  return changes > 0;
}

function valuesOf({ positionMs, durationMs, isSeen, updatedAtMs }: OperationArgs<'notePosition'>) {
  return [positionMs, durationMs ?? null, Number(isSeen), updatedAtMs];
}

function decode(nodeId: number, { durationMs, isSeen, ...row }: PositionRow): OperationResult<'notePosition'> {
  return { nodeId, ...row, durationMs: durationMs ?? undefined, isSeen: isSeen === 1 };
}

export async function forgetPosition(
  tx: Transaction,
  { userId, nodeId }: OperationArgs<'forgetPosition'>,
): Promise<void> {
  await tx.run('DELETE FROM playback_position WHERE user_id = ? AND node_id = ?', [userId, nodeId]);
}
