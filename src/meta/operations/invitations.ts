import { DomainError } from '../../lib/errors.ts';
import { foldedName } from '../../lib/node-path.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';

export async function createInvitation(
  tx: Transaction,
  args: OperationArgs<'createInvitation'>,
): Promise<OperationResult<'createInvitation'>> {
  const { secretHash, role, quotaBytes, note, maxUses, createdBy, expiresAtMs, nowMs } = args;
  const { lastInsertId: invitationId } = await tx.run(
    `INSERT INTO invitation (secret_hash, role, quota_bytes, note, max_uses, uses, created_by, created_at_ms,
       expires_at_ms, revoked_at_ms) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, NULL)`,
    [secretHash, role, quotaBytes ?? null, note, maxUses, createdBy, nowMs, expiresAtMs],
  );
  return { invitationId };
}

export async function revokeInvitation(
  tx: Transaction,
  { invitationId, nowMs }: OperationArgs<'revokeInvitation'>,
): Promise<void> {
  const { changes } = await tx.run('UPDATE invitation SET revoked_at_ms = COALESCE(revoked_at_ms, ?) WHERE id = ?', [
    nowMs,
    invitationId,
  ]);
  if (changes === 0) throw new DomainError('not-found', 'there is no such invitation');
}

/**
 * Takes one of an invitation's uses, in one statement: of many who come at once no more get in. It is good for as long
 * as whoever made it administrates the server. Throws `not-found`.
 */
export async function useInvitation(
  tx: Transaction,
  { invitationId, nowMs }: { invitationId: number; nowMs: number },
): Promise<void> {
  const { changes } = await tx.run(
    `UPDATE invitation SET uses = uses + 1
       WHERE id = ? AND uses < max_uses AND revoked_at_ms IS NULL AND expires_at_ms > ?
         AND (created_by = 0 OR EXISTS (
           SELECT 1 FROM user u WHERE u.id = created_by AND u.role = 'admin' AND u.is_disabled = 0))`,
    [invitationId, nowMs],
  );
  if (changes === 0) throw new DomainError('not-found', 'this invitation is not good, or not any more');
}

export async function noteLogin(
  tx: Transaction,
  { userName, olderThanMs, nowMs }: OperationArgs<'noteLogin'>,
): Promise<void> {
  await tx.run(
    `UPDATE user SET last_login_at_ms = ?
       WHERE name_key = ? AND (last_login_at_ms IS NULL OR last_login_at_ms < ?)`,
    [nowMs, foldedName(userName), olderThanMs],
  );
}
