import { networkInterfaces } from 'node:os';
import { ensureSetupToken } from '../api/setup/token.ts';
import { DomainError } from '../lib/errors.ts';
import { reachableOrigins } from './addresses.ts';
import type { Administration } from './administration.ts';

/**
 * The link with which the first administrator is made; the same one until it is used. Throws `refused` once there is
 * a user.
 */
export async function setupLink({ core, config, address }: Administration): Promise<string> {
  if (await core.store.hasUsers()) {
    throw new DomainError(
      'refused',
      'there are users already; `nosocial user add NAME --role admin` adds an administrator',
    );
  }
  const token = await ensureSetupToken(core);
  const base = config.publicUrl ?? reachableOrigins(address ?? config.listen, networkInterfaces())[0] ?? '';
  return `${base}/setup/${token}`;
}
