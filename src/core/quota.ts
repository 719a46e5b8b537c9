import { DomainError, isDomainError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { purgeTrashEntry } from './trash.ts';
import type { Located } from './tree.ts';

/** Trash younger than this never gives way to an upload. */
const TRASH_PROTECTED_MS = 24 * 3600 * 1000;
const TRASH_PAGE = 50;

/** RFC 4331: what is used and what could still be stored in a collection, in bytes. */
export interface QuotaReport {
  readonly usedBytes: number;
  readonly availableBytes: number;
}

/**
 * What `actor` could add below `located`: new files are theirs wherever they lie, so their quota counts,
 * limited by what one disk could take.
 */
export async function reportQuota(core: Core, actor: Actor, located: Located): Promise<QuotaReport> {
  const user = await core.store.getUser(actor.userId);
  if (!user) throw new DomainError('not-found', 'the user is gone');
  const left = Math.max(0, user.quotaBytes - user.usedBytes - user.reservedBytes);
  const disks = core.blobs.listDisks().filter((disk) => disk.state === 'up');
  const room = Math.max(0, ...disks.map((disk) => disk.freeBytes - disk.promisedBytes));
  const usedBytes = located.place === 'root' ? user.usedBytes : located.node.sizeBytes;
  return { usedBytes, availableBytes: Math.min(left, room) };
}

/** Runs `store`; when the owner's quota is in the way, lets old trash of theirs give way and runs it once more. */
export async function withRoom<T>(core: Core, ownerId: number, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (!isDomainError(error, 'quota-exceeded') || !(await emptyOldTrash(core, ownerId))) throw error;
    return await store();
  }
}

async function emptyOldTrash(core: Core, ownerId: number): Promise<boolean> {
  const beforeMs = core.clock.nowMs() - TRASH_PROTECTED_MS;
  const entries = await core.store.listOldTrash({ beforeMs, ownerId, limit: TRASH_PAGE });
  for (const entry of entries) await purgeTrashEntry(core, entry.node.id);
  return entries.length > 0;
}
