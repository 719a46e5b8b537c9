import type { OperationArgs } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const OLDEST = `SELECT client_hash AS clientHash FROM known_client WHERE user_id = ?
  ORDER BY noted_at_ms DESC, client_hash LIMIT ? OFFSET ?` as Query<{ clientHash: string }>;
const REMOVE = 'DELETE FROM known_client WHERE user_id = ? AND client_hash = ?';

/** More than one went only if the limit was lowered; the rest goes with the next. */
const MAX_REMOVED = 100;

export async function noteClient(
  tx: Transaction,
  { userId, clientHash, maxPerUser, nowMs }: OperationArgs<'noteClient'>,
): Promise<void> {
  // On engines with several writers this keeps apart those that note the same client at the same time.
  const { changes } = await tx.run('UPDATE user SET epoch = epoch WHERE id = ?', [userId]);
  if (changes === 0) return;
  await tx.run(REMOVE, [userId, clientHash]);
  for (const oldest of await tx.all(OLDEST, [userId, MAX_REMOVED, maxPerUser - 1])) {
    await tx.run(REMOVE, [userId, oldest.clientHash]);
  }
  await tx.run('INSERT INTO known_client (user_id, client_hash, noted_at_ms) VALUES (?, ?, ?)', [
    userId,
    clientHash,
    nowMs,
  ]);
}
