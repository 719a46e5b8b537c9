import { DomainError } from '../../lib/errors.ts';
import { foldedName } from '../../lib/node-path.ts';
import type { CreateUser, OperationArgs, OperationResult, UpdateUser } from '../../core/ports/operations.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { guard } from './guard.ts';
import { dropLocks } from './locks.ts';
import { useInvitation } from './invitations.ts';
import { removeRows } from './node-rows.ts';
import { assertOtherAdministrator, assertReceivesNothing, forgetRemoval } from './removal.ts';
import { removeSidecarsOf } from './sidecars.ts';
import { insertHome, readEmptyHome } from './spaces.ts';

const ANY_USER = 'SELECT 1 AS found FROM user LIMIT 1';
const BY_NAME = 'SELECT id FROM user WHERE name_key = ?' as Query<{ id: number }>;
const HOME = 'SELECT home_space_id AS homeSpaceId FROM user WHERE id = ?' as Query<{ homeSpaceId: number | null }>;
const CHOICES = 'keep the files for some days, hand them over to another user, or delete them';
const REMOVAL = 'SELECT files FROM removal WHERE user_id = ?' as Query<{ files: string }>;
const OWNED_NODES = 'SELECT id FROM node WHERE owner_id = ? LIMIT ?' as Query<{ id: number }>;
const LOCKS_OF = 'SELECT token, node_id AS nodeId FROM dav_lock WHERE user_id = ?' as Query<{
  token: string;
  nodeId: number;
}>;

/**
 * Throws `already-exists`, `refused` when only a first user is wanted, and `not-found` for an invitation that is not good
 * (any more), whether or not the name is free.
 */
export async function createUser(tx: Transaction, args: CreateUser): Promise<OperationResult<'createUser'>> {
  if (args.onlyIfFirst && (await tx.get(ANY_USER)) !== undefined) {
    throw new DomainError('refused', 'there is a user already');
  }
  const { invitationId, isWaiting = false, nowMs } = args;
  if (invitationId !== undefined) await useInvitation(tx, { invitationId, nowMs });
  const key = await freeKey(tx, args.name);
  const waits = Number(isWaiting);
  const { lastInsertId: userId } = await tx.run(
    `INSERT INTO user (name, name_key, role, password_hash, epoch, is_disabled, is_waiting, quota_bytes, used_bytes,
       reserved_bytes, home_space_id, invitation_id, created_at_ms) VALUES (?, ?, ?, ?, 1, ?, ?, ?, 0, 0, NULL, ?, ?)`,
    [args.name, key, args.role, args.passwordHash, waits, waits, args.quotaBytes, invitationId ?? null, nowMs],
  );
  await giveHome(tx, userId, args);
  return { userId };
}

async function freeKey(tx: Transaction, name: string): Promise<string> {
  const key = foldedName(name);
  if ((await tx.get(BY_NAME, [key])) === undefined) return key;
  throw new DomainError('already-exists', `there is a user "${name}" already`);
}

async function giveHome(
  tx: Transaction,
  userId: number,
  { homeAreas, nowMs }: Pick<UpdateUser, 'homeAreas' | 'nowMs'>,
): Promise<void> {
  if (homeAreas === undefined) return;
  const spaceId = await insertHome(tx, { userId, areas: homeAreas, nowMs });
  await tx.run('UPDATE user SET home_space_id = ? WHERE id = ?', [spaceId, userId]);
}

/** A home that exists stays when a role without one is given, and is there again with the next. */
export async function updateUser(tx: Transaction, args: UpdateUser): Promise<void> {
  const user = await tx.get(HOME, [args.userId]);
  if (user === undefined) throw new DomainError('not-found', `there is no user ${args.userId}`);
  const endsAdministration = args.isDisabled === true || (args.role !== undefined && args.role !== 'admin');
  if (args.keepsAdministrator && endsAdministration) await assertOtherAdministrator(tx, args.userId);
  if (args.isDisabled === false) await letIn(tx, args.userId);
  const set: string[] = [];
  const params: SqlValue[] = [];
  const assign = (column: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    set.push(`${column} = ?`);
    params.push(value);
  };
  assign('password_hash', args.passwordHash);
  assign('role', args.role);
  assign('is_disabled', args.isDisabled === undefined ? undefined : Number(args.isDisabled));
  if (set.length > 0) set.push('epoch = epoch + 1');
  if (args.name !== undefined) {
    assign('name', args.name);
    assign('name_key', await renamedKey(tx, args.userId, args.name));
  }
  assign('quota_bytes', args.quotaBytes);
  assign('bandwidth_bytes_per_second', args.bandwidthBytesPerSecond);
  if (set.length > 0) await tx.run(`UPDATE user SET ${set.join(', ')} WHERE id = ?`, [...params, args.userId]);
  if (user.homeSpaceId === null) await giveHome(tx, args.userId, args);
}

/** Whoever waited need not any more, and whoever was to go stays. Throws `refused` once some of the files are gone. */
async function letIn(tx: Transaction, userId: number): Promise<void> {
  const removal = await tx.get(REMOVAL, [userId]);
  if (removal !== undefined && removal.files !== 'keep') {
    throw new DomainError('refused', 'this user is being removed; call that off first');
  }
  await forgetRemoval(tx, userId);
  await tx.run('UPDATE user SET is_waiting = 0 WHERE id = ?', [userId]);
}

/** The key of another name, or of another spelling of the present one. */
async function renamedKey(tx: Transaction, userId: number, name: string): Promise<string> {
  const key = foldedName(name);
  return (await tx.get(BY_NAME, [key]))?.id === userId ? key : freeKey(tx, name);
}

const OF_USER = [
  'DELETE FROM session WHERE user_id = ?',
  'DELETE FROM second_factor WHERE user_id = ?',
  'DELETE FROM recovery_code WHERE user_id = ?',
  'DELETE FROM app_password WHERE user_id = ?',
  'DELETE FROM known_client WHERE user_id = ?',
  'DELETE FROM playback_position WHERE user_id = ?',
  'DELETE FROM share WHERE owner_id = ?',
  'DELETE FROM share WHERE grantee_id = ?',
  'DELETE FROM link WHERE owner_id = ?',
  'DELETE FROM upload WHERE owner_id = ?',
  'UPDATE resumable_upload SET touched_at_ms = 0 WHERE user_id = ? AND node_id IS NULL',
  'DELETE FROM user WHERE id = ?',
];

/**
 * Removes a user and the home, if that holds nothing but collections. Throws `not-found`, and `refused` while
 * there is any file, or anything outside the home, trash included, that the user owns.
 */
export async function removeUser(
  tx: Transaction,
  { userId, keepsAdministrator, nowMs }: OperationArgs<'removeUser'>,
): Promise<void> {
  const user = await tx.get(HOME, [userId]);
  if (user === undefined) throw new DomainError('not-found', `there is no user ${userId}`);
  if (keepsAdministrator === true) await assertOtherAdministrator(tx, userId);
  await assertReceivesNothing(tx, userId);
  await dropLocks(tx, await tx.all(LOCKS_OF, [userId]), nowMs);
  await removeSidecarsOf(tx, { userId, homeSpaceId: user.homeSpaceId, nowMs });
  const home = user.homeSpaceId === null ? [] : await readEmptyHome(tx, { spaceId: user.homeSpaceId, userId });
  if (home === undefined) throw new DomainError('refused', `the home is not empty; ${CHOICES}`);
  const owned = await tx.all(OWNED_NODES, [userId, home.length + 1]);
  if (owned.some(({ id }) => !home.includes(id))) {
    throw new DomainError('refused', `the user owns something elsewhere; ${CHOICES}`);
  }
  if (user.homeSpaceId !== null) await removeHome(tx, { spaceId: user.homeSpaceId, nodeIds: home });
  await forgetRemoval(tx, userId);
  for (const sql of OF_USER) await tx.run(sql, [userId]);
}

async function removeHome(
  tx: Transaction,
  { spaceId, nodeIds }: { spaceId: number; nodeIds: readonly number[] },
): Promise<void> {
  await guard(tx, nodeIds.slice(0, 1));
  await removeRows(tx, nodeIds);
  await tx.run('DELETE FROM change_log WHERE space_id = ?', [spaceId]);
  await tx.run('DELETE FROM space WHERE id = ?', [spaceId]);
}
