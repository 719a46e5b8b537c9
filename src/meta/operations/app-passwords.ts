import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const USER = 'SELECT id FROM user WHERE id = ?' as Query<{ id: number }>;
const COUNT = 'SELECT COUNT(*) AS count FROM app_password WHERE user_id = ?' as Query<{ count: number }>;
const ONE = 'SELECT id FROM app_password WHERE id = ? AND user_id = ?' as Query<{ id: number }>;

export async function createAppPassword(
  tx: Transaction,
  args: OperationArgs<'createAppPassword'>,
): Promise<OperationResult<'createAppPassword'>> {
  const { userId, maxPerUser } = args;
  // On engines with several writers this keeps apart those that count at the same time.
  await tx.run('UPDATE user SET epoch = epoch WHERE id = ?', [userId]);
  if ((await tx.get(USER, [userId])) === undefined) throw new DomainError('not-found', `there is no user ${userId}`);
  const count = (await tx.get(COUNT, [userId]))?.count ?? 0;
  if (count >= maxPerUser) {
    throw new DomainError(
      'refused',
      `there are ${count} app passwords already, which is the limit: delete one that is not needed`,
    );
  }
  const { lastInsertId: appPasswordId } = await tx.run(
    `INSERT INTO app_password (user_id, name, secret_hash, access, root_id, is_dav_only, created_at_ms, used_at_ms,
       used_address, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, '', ?)`,
    [
      userId,
      args.name,
      args.secretHash,
      args.access,
      args.rootId ?? null,
      Number(args.isDavOnly),
      args.nowMs,
      args.expiresAtMs ?? null,
    ],
  );
  return { appPasswordId };
}

export async function deleteAppPassword(
  tx: Transaction,
  { userId, appPasswordId }: OperationArgs<'deleteAppPassword'>,
): Promise<void> {
  if ((await tx.get(ONE, [appPasswordId, userId])) === undefined) {
    throw new DomainError('not-found', `there is no app password with the number ${appPasswordId}`);
  }
  await tx.run('DELETE FROM app_password WHERE id = ?', [appPasswordId]);
}

export async function noteAppPasswordUse(
  tx: Transaction,
  { appPasswordId, address, nowMs }: OperationArgs<'noteAppPasswordUse'>,
): Promise<void> {
  await tx.run('UPDATE app_password SET used_at_ms = ?, used_address = ? WHERE id = ?', [
    nowMs,
    address,
    appPasswordId,
  ]);
}
