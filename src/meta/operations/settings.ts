import type { OperationArgs } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';

/** Without a value the setting is removed. */
export async function setSetting(tx: Transaction, { key, value }: OperationArgs<'setSetting'>): Promise<void> {
  await tx.run('DELETE FROM setting WHERE name = ?', [key]);
  if (value !== undefined) await tx.run('INSERT INTO setting (name, value) VALUES (?, ?)', [key, value]);
}

export async function setSettings(tx: Transaction, settings: OperationArgs<'setSettings'>): Promise<void> {
  for (const setting of settings) await setSetting(tx, setting);
}
