import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const STATE = `SELECT sealed_secret AS sealedSecret, is_confirmed AS isConfirmed
  FROM second_factor WHERE user_id = ?` as Query<{ sealedSecret: string; isConfirmed: number }>;
const FORGET_UNCONFIRMED = 'DELETE FROM second_factor WHERE user_id = ? AND is_confirmed = 0';
const FORGET = 'DELETE FROM second_factor WHERE user_id = ?';
const FORGET_CODES = 'DELETE FROM recovery_code WHERE user_id = ?';
const MARK = 'UPDATE user SET has_second_factor = ? WHERE id = ?';

export async function beginSecondFactor(
  tx: Transaction,
  { userId, sealedSecret, nowMs }: OperationArgs<'beginSecondFactor'>,
): Promise<void> {
  if ((await tx.get(STATE, [userId]))?.isConfirmed === 1) {
    throw new DomainError('refused', 'the second factor is on already; switch it off first');
  }
  await tx.run(FORGET_UNCONFIRMED, [userId]);
  await tx.run(
    `INSERT INTO second_factor (user_id, sealed_secret, is_confirmed, last_step, created_at_ms)
     VALUES (?, ?, 0, 0, ?)`,
    [userId, sealedSecret, nowMs],
  );
}

export async function confirmSecondFactor(
  tx: Transaction,
  { userId, sealedSecret, step, codeHashes }: OperationArgs<'confirmSecondFactor'>,
): Promise<void> {
  // Written before it is looked at: then nobody can put another secret in its place meanwhile.
  const { changes } = await tx.run(
    'UPDATE second_factor SET is_confirmed = 1, last_step = ? WHERE user_id = ? AND is_confirmed = 0',
    [step, userId],
  );
  if (changes === 0 || (await tx.get(STATE, [userId]))?.sealedSecret !== sealedSecret) {
    throw new DomainError('refused', 'there is no second factor that waits to be confirmed; begin again');
  }
  await tx.run(MARK, [1, userId]);
  await writeCodes(tx, userId, codeHashes);
}

async function writeCodes(tx: Transaction, userId: number, codeHashes: readonly string[]): Promise<void> {
  await tx.run(FORGET_CODES, [userId]);
  for (const hash of codeHashes) {
    await tx.run('INSERT INTO recovery_code (user_id, code_hash) VALUES (?, ?)', [userId, hash]);
  }
}

export async function takeSecondFactorStep(
  tx: Transaction,
  { userId, step }: OperationArgs<'takeSecondFactorStep'>,
): Promise<OperationResult<'takeSecondFactorStep'>> {
  const { changes } = await tx.run(
    'UPDATE second_factor SET last_step = ? WHERE user_id = ? AND is_confirmed = 1 AND last_step < ?',
    [step, userId, step],
  );
  return { isTaken: changes > 0 };
}

export async function takeRecoveryCode(
  tx: Transaction,
  { userId, codeHash }: OperationArgs<'takeRecoveryCode'>,
): Promise<OperationResult<'takeRecoveryCode'>> {
  const { changes } = await tx.run('DELETE FROM recovery_code WHERE user_id = ? AND code_hash = ?', [userId, codeHash]);
  return { isTaken: changes > 0 };
}

export async function replaceRecoveryCodes(
  tx: Transaction,
  { userId, codeHashes }: OperationArgs<'replaceRecoveryCodes'>,
): Promise<void> {
  if ((await tx.get(STATE, [userId]))?.isConfirmed !== 1) {
    throw new DomainError('refused', 'the second factor is not on');
  }
  await writeCodes(tx, userId, codeHashes);
}

export async function removeSecondFactor(
  tx: Transaction,
  { userId }: OperationArgs<'removeSecondFactor'>,
): Promise<void> {
  await tx.run(FORGET, [userId]);
  await tx.run(FORGET_CODES, [userId]);
  await tx.run(MARK, [0, userId]);
}
