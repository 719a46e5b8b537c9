import { isDomainError } from '../../lib/errors.ts';
import type { Core } from '../core.ts';
import type { StoredPack } from '../ports/metadata-store.ts';
import type { BlobLocation } from '../ports/operations.ts';

/** Bytes stay this long after nobody can come by them any more, for readers that are on their way to them. */
const BLOB_GRACE_MS = 60_000;
const BATCH = 500;

/** Removes the bytes that nothing refers to, and the packs in which nothing lives; both after a grace. */
export async function collectGarbage(core: Core, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { done } = await core.reclaiming.take(() => collectBytes(core));
    if (done) break;
  }
  await removeEmptyPacks(core, core.clock.nowMs() - BLOB_GRACE_MS);
}

/**
 * Removes some of the bytes that nothing refers to, then forgets their blobs; cut off between, the next call does it
 * again. To be called within a turn of `core.reclaiming`.
 */
export async function collectBytes(core: Core): Promise<{ done: boolean }> {
  const beforeMs = core.clock.nowMs() - BLOB_GRACE_MS;
  const { dead, done } = await core.store.run('collectBlobs', { beforeMs, limit: BATCH });
  const gone = await removeBytes(core, dead);
  if (gone.length > 0) await core.store.run('forgetBlobs', { blobIds: gone });
  return { done: done || gone.length === 0 };
}

/** The ids of those whose bytes are gone; what lies on a disk that is down waits. A pack's bytes go with the pack. */
async function removeBytes(core: Core, dead: readonly BlobLocation[]): Promise<string[]> {
  const gone: string[] = [];
  for (const location of dead) {
    try {
      if (location.packId === undefined) await core.blobs.remove(location);
      gone.push(location.blobId);
    } catch (error) {
      if (!isDomainError(error, 'unavailable')) throw error;
    }
  }
  return gone;
}

/**
 * Condemns the packs in which nothing lives, and removes those condemned before `beforeMs`: file first, so that a crash
 * between leaves a row that the next round goes on from.
 */
async function removeEmptyPacks(core: Core, beforeMs: number): Promise<void> {
  for (const disk of core.blobs.listDisks()) {
    if (disk.state === 'down') continue;
    for (const pack of await core.store.listPacks(disk.id)) {
      if (pack.isSealed && pack.liveCount === 0) await endPack(core, pack, beforeMs);
    }
  }
}

async function endPack(core: Core, { id: packId, diskId, name, condemnedAtMs }: StoredPack, beforeMs: number) {
  try {
    if (condemnedAtMs === undefined) {
      await core.store.run('condemnPack', { packId, nowMs: core.clock.nowMs() });
      return;
    }
    if (condemnedAtMs >= beforeMs) return;
    await core.blobs.removePack(diskId, name);
    await core.store.run('removePack', { packId });
  } catch (error) {
    // In use again, or its disk has gone: the next round looks again.
    if (!isDomainError(error, 'refused', 'unavailable')) throw error;
  }
}
