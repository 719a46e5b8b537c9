import { adopt } from '../copy-move.ts';
import type { Core } from '../core.ts';
import { relieveDisks } from '../room.ts';
import { purgeTrashEntry } from '../trash.ts';
import { expireResumables } from '../resumable-upkeep.ts';
import { expireUploads } from '../uploads.ts';
import { collectGarbage } from './collect-garbage.ts';

const BATCH = 500;

/**
 * One round of what keeps the store tidy: expired locks, trash past its time or in the way of new files, bytes that
 * nothing refers to. Works in short transactions and stops between them when `signal` fires.
 */
export async function sweep(core: Core, signal: AbortSignal): Promise<void> {
  await expireLocks(core, signal);
  await expireUploads(core);
  await expireResumables(core, signal);
  await purgeExpiredTrash(core, signal);
  await finishJobs(core, signal);
  await collectGarbage(core, signal);
  await core.blobs.separate();
  await relieveDisks(core);
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
