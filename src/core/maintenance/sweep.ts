import { isDomainError } from '../../lib/errors.ts';
import { adopt } from '../copy-move.ts';
import type { Core } from '../core.ts';
import type { StoredPack } from '../ports/metadata-store.ts';
import type { BlobLocation } from '../ports/operations.ts';
import { purgeTrashEntry } from '../trash.ts';
import { expireUploads } from '../uploads.ts';

/** Bytes stay this long after the last reference is gone, for readers that are on their way to them. */
const BLOB_GRACE_MS = 60_000;
const BATCH = 500;

/**
 * One round of what keeps the store tidy: expired locks, trash and versions past their time, bytes that nothing refers
 * to. Works in short transactions and stops between them when `signal` fires.
 */
export async function sweep(core: Core, signal: AbortSignal): Promise<void> {
  await expireLocks(core, signal);
  await expireUploads(core);
  await purgeExpiredTrash(core, signal);
  await finishJobs(core, signal);
  await pruneVersions(core, signal);
  await collectGarbage(core, signal);
}

async function expireLocks(core: Core, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { done } = await core.store.run('expireLocks', { nowMs: core.clock.nowMs(), limit: BATCH });
    if (done) return;
  }
}

async function purgeExpiredTrash(core: Core, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const beforeMs = core.clock.nowMs() - core.settings.trashKeptMs;
    const entries = await core.store.listOldTrash({ beforeMs, limit: BATCH });
    if (entries.length === 0) return;
    for (const entry of entries) await purgeTrashEntry(core, entry.node.id);
  }
}

/** What a copy left that was given up, and moves across spaces that were cut off. A running copy is left alone. */
async function finishJobs(core: Core, signal: AbortSignal): Promise<void> {
  for (const job of await core.store.listJobs()) {
    if (signal.aborted) return;
    if (job.kind === 'purge') await purgeTrashEntry(core, job.nodeId);
    if (job.kind === 'adopt') await adopt(core, job.jobId);
  }
}

async function pruneVersions(core: Core, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const nowMs = core.clock.nowMs();
    const beforeMs = nowMs - core.settings.versionsKeptMs;
    const { done } = await core.store.run('pruneVersions', { beforeMs, limit: BATCH, nowMs });
    if (done) return;
  }
}

/** Removes the bytes that nothing refers to, then forgets their blobs; cut off between, the next round does it again. */
export async function collectGarbage(core: Core, signal: AbortSignal, graceMs = BLOB_GRACE_MS): Promise<void> {
  while (!signal.aborted) {
    const beforeMs = core.clock.nowMs() - graceMs;
    const { dead, done } = await core.store.run('collectBlobs', { beforeMs, limit: BATCH });
    const gone = await removeBytes(core, dead);
    if (gone.length > 0) await core.store.run('forgetBlobs', { blobIds: gone });
    if (done || gone.length === 0) break;
  }
  await removeEmptyPacks(core, core.clock.nowMs() - graceMs);
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
    if (condemnedAtMs === undefined) return await core.store.run('condemnPack', { packId, nowMs: core.clock.nowMs() });
    if (condemnedAtMs >= beforeMs) return;
    await core.blobs.removePack(diskId, name);
    await core.store.run('removePack', { packId });
  } catch (error) {
    // In use again, or its disk has gone: the next round looks again.
    if (!isDomainError(error, 'refused', 'unavailable')) throw error;
  }
}
