import type { Core } from '../core.ts';
import { purgeTrashEntry } from '../trash.ts';

/** Bytes stay this long after the last reference is gone, for readers that are on their way to them. */
const BLOB_GRACE_MS = 60_000;
const BATCH = 500;

/**
 * One round of what keeps the store tidy: expired locks, trash and versions past their time, bytes that nothing refers
 * to. Works in short transactions and stops between them when `signal` fires.
 */
export async function sweep(core: Core, signal: AbortSignal): Promise<void> {
  await expireLocks(core, signal);
  await purgeExpiredTrash(core, signal);
  await purgeAbandoned(core, signal);
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

/** What a copy left that was given up. */
async function purgeAbandoned(core: Core, signal: AbortSignal): Promise<void> {
  for (const job of await core.store.listJobs()) {
    if (signal.aborted) return;
    if (job.kind === 'purge') await purgeTrashEntry(core, job.nodeId);
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

/** Forgets blobs that nothing refers to, then removes their bytes; a crash between the two leaves bytes to fsck. */
export async function collectGarbage(core: Core, signal: AbortSignal, graceMs = BLOB_GRACE_MS): Promise<void> {
  while (!signal.aborted) {
    const beforeMs = core.clock.nowMs() - graceMs;
    const { removed, done } = await core.store.run('collectBlobs', { beforeMs, limit: BATCH });
    for (const location of removed) if (location.packId === undefined) await core.blobs.remove(location);
    if (done) break;
  }
  await removeEmptyPacks(core);
}

async function removeEmptyPacks(core: Core): Promise<void> {
  for (const disk of core.blobs.listDisks()) {
    for (const pack of await core.store.listPacks(disk.id)) {
      if (!pack.isSealed || pack.liveBytes > 0) continue;
      await core.store.run('removePack', { packId: pack.id });
      await core.blobs.removePack(disk.id, pack.name);
    }
  }
}
