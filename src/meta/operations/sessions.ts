import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const EPOCH = 'SELECT epoch FROM user WHERE id = ?' as Query<{ epoch: number }>;
const OLDEST = `SELECT id FROM session WHERE user_id = ? AND kind = ?
  ORDER BY seen_at_ms DESC, id DESC LIMIT ? OFFSET ?` as Query<{ id: string }>;
const RENEWABLE =
  `SELECT u.name AS userName, s.secret_hash AS secretHash, s.previous_hash AS previousHash, s.renewed_at_ms AS renewedAtMs
  FROM session s JOIN user u ON u.id = s.user_id
  WHERE s.id = ? AND s.kind = 'page' AND s.epoch = u.epoch AND u.is_disabled = 0
    AND s.expires_at_ms > ? AND s.seen_at_ms > ?` as Query<{
    userName: string;
    secretHash: string;
    previousHash: string | null;
    renewedAtMs: number;
  }>;
const PAST_TIME = `SELECT id FROM session WHERE expires_at_ms <= ?
  UNION SELECT id FROM session WHERE kind = 'page' AND seen_at_ms <= ? LIMIT ?` as Query<{ id: string }>;
const REMOVE = 'DELETE FROM session WHERE id = ?';

/** More than one went only if the limit was lowered; the rest goes with the next. */
const MAX_REMOVED = 100;

export async function createSession(tx: Transaction, args: OperationArgs<'createSession'>): Promise<void> {
  await assertEpoch(tx, args);
  const { sessionId, userId, kind, epoch, secretHash, userAgent, address, expiresAtMs, nowMs } = args;
  for (const { id } of await tx.all(OLDEST, [userId, kind, MAX_REMOVED, args.maxSessions - 1])) {
    await tx.run(REMOVE, [id]);
  }
  await tx.run(
    `INSERT INTO session (id, user_id, kind, epoch, secret_hash, previous_hash, renewed_at_ms, user_agent, address,
       created_at_ms, seen_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?)`,
    [sessionId, userId, kind, epoch, secretHash ?? null, nowMs, userAgent, address, nowMs, nowMs, expiresAtMs],
  );
}

async function assertEpoch(tx: Transaction, { userId, epoch }: { userId: number; epoch: number }): Promise<void> {
  const user = await tx.get(EPOCH, [userId]);
  if (user?.epoch !== epoch) throw changedMeanwhile();
}

function changedMeanwhile(): DomainError {
  return new DomainError('precondition-failed', 'the account was changed meanwhile');
}

export async function renewSession(
  tx: Transaction,
  { sessionId, secretHash, nextHash, address, graceMs, idleSinceMs, nowMs }: OperationArgs<'renewSession'>,
): Promise<OperationResult<'renewSession'>> {
  const session = await tx.get(RENEWABLE, [sessionId, nowMs, idleSinceMs]);
  if (session === undefined) return { outcome: 'ended' };
  if (session.secretHash === secretHash) {
    // MySQL may have read what another renewal has replaced meanwhile, and must not put that back.
    const { changes } = await tx.run(
      `UPDATE session SET secret_hash = ?, previous_hash = ?, renewed_at_ms = ?, seen_at_ms = ?, address = ?
       WHERE id = ? AND secret_hash = ?`,
      [nextHash, secretHash, nowMs, nowMs, address, sessionId, secretHash],
    );
    return { outcome: changes > 0 ? 'renewed' : 'repeated' };
  }
  const isLate = Math.abs(nowMs - session.renewedAtMs) > graceMs;
  if (session.previousHash === secretHash && !isLate) return { outcome: 'repeated' };
  await tx.run(REMOVE, [sessionId]);
  return { outcome: 'stolen', userName: session.userName };
}

export async function touchSession(
  tx: Transaction,
  { sessionId, address, nowMs }: OperationArgs<'touchSession'>,
): Promise<void> {
  await tx.run('UPDATE session SET seen_at_ms = ?, address = ? WHERE id = ?', [nowMs, address, sessionId]);
}

export async function endSession(
  tx: Transaction,
  { userId, sessionId }: OperationArgs<'endSession'>,
): Promise<OperationResult<'endSession'>> {
  const { changes } = await tx.run('DELETE FROM session WHERE id = ? AND user_id = ?', [sessionId, userId]);
  return { hasEnded: changes > 0 };
}

export async function endOtherSessions(
  tx: Transaction,
  { userId, keptSessionId }: OperationArgs<'endOtherSessions'>,
): Promise<OperationResult<'endOtherSessions'>> {
  const { changes } = await tx.run('DELETE FROM session WHERE user_id = ? AND id <> ?', [userId, keptSessionId]);
  return { ended: changes };
}

export async function logOutEverywhere(tx: Transaction, { userId }: OperationArgs<'logOutEverywhere'>): Promise<void> {
  const { changes } = await tx.run('UPDATE user SET epoch = epoch + 1 WHERE id = ?', [userId]);
  if (changes === 0) throw new DomainError('not-found', `there is no user ${userId}`);
  await tx.run('DELETE FROM session WHERE user_id = ?', [userId]);
}

export async function expireSessions(
  tx: Transaction,
  { nowMs, idleSinceMs, limit }: OperationArgs<'expireSessions'>,
): Promise<OperationResult<'expireSessions'>> {
  const past = await tx.all(PAST_TIME, [nowMs, idleSinceMs, limit]);
  for (const { id } of past) await tx.run(REMOVE, [id]);
  return { removed: past.length };
}

export async function changePassword(
  tx: Transaction,
  args: OperationArgs<'changePassword'>,
): Promise<OperationResult<'changePassword'>> {
  const { userId, passwordHash, keptSessionId = '' } = args;
  const epoch = args.epoch + 1;
  const { changes } = await tx.run('UPDATE user SET password_hash = ?, epoch = ? WHERE id = ? AND epoch = ?', [
    passwordHash,
    epoch,
    userId,
    args.epoch,
  ]);
  if (changes === 0) throw changedMeanwhile();
  await tx.run('DELETE FROM session WHERE user_id = ? AND id <> ?', [userId, keptSessionId]);
  await tx.run('UPDATE session SET epoch = ? WHERE id = ? AND user_id = ?', [epoch, keptSessionId, userId]);
  return { epoch };
}
