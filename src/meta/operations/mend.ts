import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import { ALL_CHECKS } from '../checks/all.ts';
import type { Transaction } from '../transaction.ts';
import type { Guarded } from './guard.ts';

const NOTHING_HELD: Guarded = { rev: 0, chains: [], changes: [] };

/** Looks again, with all in hand that the answer rests on: what was seen from outside may have been half of a change. */
export async function mend(
  tx: Transaction,
  { check: name, key, isTrial, nowMs }: OperationArgs<'mend'>,
): Promise<OperationResult<'mend'>> {
  const check = ALL_CHECKS[name];
  const guarded = (await check.hold?.(tx, key)) ?? NOTHING_HELD;
  const row = (await tx.all(check.find, [key, key])).find((found) => check.isWrong?.(found) ?? true);
  if (row === undefined) return { outcome: 'gone' };
  if (isTrial || check.mend === undefined) return { outcome: 'present', problem: check.tell(row) };
  const remedy = await check.mend(tx, { row, guarded, nowMs });
  return { outcome: 'mended', problem: check.tell(row), remedy };
}
