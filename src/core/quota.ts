import { DomainError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { roomOnDisks } from './room.ts';

/** RFC 4331: what is used and what could still be stored, in bytes. */
export interface QuotaReport {
  readonly usedBytes: number;
  readonly availableBytes: number;
}

/**
 * What `actor` owns and could add. It is the same for every collection: new files are theirs wherever they lie, so
 * that their quota counts, limited by what one disk could take.
 */
export async function reportQuota(core: Core, actor: Actor): Promise<QuotaReport> {
  const user = await core.store.getUser(actor.userId);
  if (!user) throw new DomainError('not-found', 'the user is gone');
  const { quotaBytes, usedBytes, reservedBytes } = user;
  const left = Math.max(0, quotaBytes - usedBytes - reservedBytes);
  return { usedBytes, availableBytes: Math.min(left, roomOnDisks(core)) };
}
