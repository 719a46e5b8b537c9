import { adopt } from '../copy-move.ts';
import type { Core } from '../core.ts';
import { purgeTrashEntry } from '../trash.ts';
import { recoverUploads } from '../uploads.ts';

export interface Recovery {
  /** Uploads that were cut off; their bytes and promises are gone. */
  uploads: number;
  /** Packs that were being written; what was never committed is cut off. */
  packs: number;
  /** Copies given up, moves finished, trees purged. */
  jobs: number;
}

/**
 * Brings everything to rest that the last process left under way; run at start, before the first request.
 * Work on a disk that is down waits for the next start.
 */
export async function recover(core: Core): Promise<Recovery> {
  const uploads = await recoverUploads(core);
  const packs = await sealOpenPacks(core);
  const jobs = await finishJobs(core);
  return { uploads, packs, jobs };
}

async function sealOpenPacks(core: Core): Promise<number> {
  let sealed = 0;
  const up = core.blobs.listDisks().filter((disk) => disk.state !== 'down');
  for (const disk of up) {
    for (const pack of await core.store.listPacks(disk.id)) {
      if (pack.isSealed) continue;
      await core.blobs.trimPack(disk.id, pack.name, pack.lengthBytes);
      await core.store.run('sealPack', { packId: pack.id, lengthBytes: pack.lengthBytes });
      sealed++;
    }
  }
  return sealed;
}

async function finishJobs(core: Core): Promise<number> {
  const jobs = await core.store.listJobs();
  for (const job of jobs) {
    if (job.kind === 'copy') await core.store.run('abandonCopy', { copyId: job.jobId });
    if (job.kind === 'adopt') await adopt(core, job.jobId);
  }
  for (const job of await core.store.listJobs()) {
    if (job.kind === 'purge') await purgeTrashEntry(core, job.nodeId);
  }
  return jobs.length;
}
