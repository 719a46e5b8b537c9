import type { Role } from '../../core/actor.ts';
import { DomainError } from '../../lib/errors.ts';
import type { StartRemoval } from '../../core/ports/account-operations.ts';
import type { OperationArgs } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { dropLocks } from './locks.ts';
import { charge } from './quota.ts';

export interface RemovalRow {
  readonly files: string;
  readonly toUserId: number | null;
  /** Promised of the receiver's quota, for what has not changed hands yet. */
  readonly reservedBytes: number;
}

interface LeavingUser {
  name: string;
  usedBytes: number;
}

interface Receiver {
  name: string;
  role: Role;
  isDisabled: number;
  homeSpaceId: number | null;
  quotaBytes: number;
  usedBytes: number;
  reservedBytes: number;
}

const REMOVAL = `SELECT files, to_user_id AS toUserId, reserved_bytes AS reservedBytes FROM removal
  WHERE user_id = ?` as Query<RemovalRow>;
const LEAVING = 'SELECT name, used_bytes AS usedBytes FROM user WHERE id = ?' as Query<LeavingUser>;
const RECEIVER = `SELECT name, role, is_disabled AS isDisabled, home_space_id AS homeSpaceId, quota_bytes AS quotaBytes,
  used_bytes AS usedBytes, reserved_bytes AS reservedBytes FROM user WHERE id = ?` as Query<Receiver>;
const RECEIVES = 'SELECT user_id AS userId FROM removal WHERE to_user_id = ? LIMIT 1' as Query<{ userId: number }>;
const LOCKS = `SELECT token, node_id AS nodeId FROM dav_lock WHERE user_id = ?
  UNION SELECT l.token, l.node_id FROM user u CROSS JOIN dav_lock l ON l.space_id = u.home_space_id
    WHERE u.id = ?` as Query<{ token: string; nodeId: number }>;
const COPIES = "SELECT 1 AS found FROM job WHERE user_id = ? AND kind IN ('copy', 'purge') LIMIT 1";
const ADMINISTRATES = `SELECT 1 AS found FROM user WHERE id = ? AND role = 'admin' AND is_disabled = 0`;
const OTHER_ADMINISTRATOR = `SELECT 1 AS found FROM user
  WHERE id <> ? AND role = 'admin' AND is_disabled = 0 LIMIT 1`;

const ENDED = [
  'DELETE FROM session WHERE user_id = ?',
  'DELETE FROM app_password WHERE user_id = ?',
  'DELETE FROM share WHERE owner_id = ?',
  'DELETE FROM share WHERE grantee_id = ?',
  'DELETE FROM link WHERE owner_id = ?',
  // Whoever writes one finds that out when it is to be committed, and gives back what was reserved.
  'UPDATE upload SET is_given_up = 1 WHERE owner_id = ?',
  // Idle for so long that the next sweep ends it.
  'UPDATE resumable_upload SET touched_at_ms = 0 WHERE user_id = ? AND node_id IS NULL',
];

export async function startRemoval(tx: Transaction, args: StartRemoval): Promise<void> {
  const { userId, files, toUserId, dueAtMs, nowMs } = args;
  const user = await tx.get(LEAVING, [userId]);
  if (user === undefined) throw new DomainError('not-found', `there is no user ${userId}`);
  if (args.keepsAdministrator) await assertOtherAdministrator(tx, userId);
  await assertReceivesNothing(tx, userId);
  await forgetRemoval(tx, userId);
  const reservedBytes = toUserId === undefined ? 0 : user.usedBytes;
  if (toUserId !== undefined) {
    await assertCanReceive(tx, user, args);
    await tx.run('UPDATE user SET reserved_bytes = reserved_bytes + ? WHERE id = ?', [reservedBytes, toUserId]);
  }
  await tx.run('UPDATE user SET is_disabled = 1, is_waiting = 0, epoch = epoch + 1 WHERE id = ?', [userId]);
  await endLocks(tx, { userId, nowMs });
  for (const sql of ENDED) await tx.run(sql, [userId]);
  await tx.run(
    `INSERT INTO removal (user_id, files, to_user_id, reserved_bytes, due_at_ms, started_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
    [userId, files, toUserId ?? null, reservedBytes, dueAtMs ?? null, nowMs],
  );
}

/** What is noted of a removal ends, and what was promised to it. */
export async function forgetRemoval(tx: Transaction, userId: number): Promise<void> {
  const removal = await tx.get(REMOVAL, [userId]);
  if (removal === undefined) return;
  await charge(tx, { userId: removal.toUserId ?? 0, bytes: 0, releasedBytes: removal.reservedBytes });
  await tx.run('DELETE FROM removal WHERE user_id = ?', [userId]);
}

/** Those that a user holds, and all that are in their home. */
export async function endLocks(tx: Transaction, { userId, nowMs }: { userId: number; nowMs: number }): Promise<void> {
  await dropLocks(tx, await tx.all(LOCKS, [userId, userId]), nowMs);
}

/**
 * Throws `refused` when without `userId` nobody could administrate the server. Whoever asks takes hold of all
 * administrators first: of two who lock each other out one is refused.
 */
export async function assertOtherAdministrator(tx: Transaction, userId: number): Promise<void> {
  if ((await tx.get(ADMINISTRATES, [userId])) === undefined) return;
  await tx.run("UPDATE user SET epoch = epoch WHERE role = 'admin'");
  if ((await tx.get(OTHER_ADMINISTRATOR, [userId])) !== undefined) return;
  throw new DomainError(
    'refused',
    'this is the last administrator who can sign in; make somebody else an administrator first',
  );
}

/** Throws `refused` while somebody else's files are handed over to the user. */
export async function assertReceivesNothing(tx: Transaction, userId: number): Promise<void> {
  if ((await tx.get(RECEIVES, [userId])) === undefined) return;
  throw new DomainError('refused', 'the files of another user are handed over to this one; wait until that is done');
}

async function assertCanReceive(
  tx: Transaction,
  user: LeavingUser,
  { userId, toUserId, isForced }: StartRemoval,
): Promise<void> {
  const to = await tx.get(RECEIVER, [toUserId ?? 0]);
  if (to === undefined || toUserId === userId) {
    throw new DomainError('refused', 'files are handed over to another user, and there is none of that name');
  }
  if (to.isDisabled === 1) throw new DomainError('refused', `"${to.name}" is locked out and can be given nothing`);
  // A normal user may have a home from an earlier role, and does not see it.
  if (to.homeSpaceId === null || to.role === 'normal') {
    throw new DomainError('refused', `"${to.name}" has no home to put files into; give them another role first`);
  }
  const neededBytes = to.usedBytes + to.reservedBytes + user.usedBytes;
  if (isForced || neededBytes <= to.quotaBytes) return;
  throw new DomainError(
    'quota-exceeded',
    `"${user.name}" owns ${user.usedBytes} bytes, and "${to.name}" may own ${to.quotaBytes - to.usedBytes} more; ` +
      `give them a quota of at least ${neededBytes} bytes, or force it`,
  );
}

export async function stopRemoval(tx: Transaction, { userId }: OperationArgs<'stopRemoval'>): Promise<void> {
  await forgetRemoval(tx, userId);
}

/** The removal of a user of the kind `files`. Throws `not-found` when there is none (any more). */
export async function requireRemoval(tx: Transaction, userId: number, files: string): Promise<RemovalRow> {
  const removal = await tx.get(REMOVAL, [userId]);
  if (removal?.files !== files) throw new DomainError('not-found', 'this removal was called off');
  return removal;
}

/**
 * Throws `busy` while a copy by the user is under way, or what is left of one that was given up is still there: that is
 * charged to nobody.
 */
export async function assertNoCopies(tx: Transaction, userId: number): Promise<void> {
  if ((await tx.get(COPIES, [userId])) === undefined) return;
  throw new DomainError('busy', 'a copy by this user is still under way', { retryAfterSeconds: 10 });
}
