import { isDomainError } from '../../lib/errors.ts';
import { adopt } from '../copy-move.ts';
import type { Core } from '../core.ts';
import { purgeTrashEntry } from '../trash.ts';
import { resumeUploads } from '../resumable-upkeep.ts';
import { recoverUploads } from '../uploads.ts';

export interface Recovery {
  /** Uploads that were cut off; their bytes and promises are gone. Those in pieces go on. */
  uploads: number;
  /** Packs that were being written; what was never committed is cut off. */
  packs: number;
  /** Copies given up, moves finished, trees purged. */
  jobs: number;
}

/**
 * Brings everything to rest that the last process left under way; run at start, before the first request.
 * What lies on a disk that is down is left to `sweep`, for when it is back.
 */
export async function recover(core: Core): Promise<Recovery> {
  const uploads = await recoverUploads(core);
  await resumeUploads(core);
  const packs = await sealOpenPacks(core);
  const jobs = await finishJobs(core);
  return { uploads, packs, jobs };
}

async function sealOpenPacks(core: Core): Promise<number> {
  let sealed = 0;
  for (const disk of core.blobs.listDisks()) {
    for (const { id: packId, name, isSealed, lengthBytes } of await core.store.listPacks(disk.id)) {
      if (isSealed) continue;
      await trim(core, { diskId: disk.id, name, lengthBytes });
      await core.store.run('sealPack', { packId, lengthBytes });
      sealed++;
    }
  }
  return sealed;
}

/**
 * What a crash left behind the end harms nobody: on a disk that is down it stays until `tidyDisk` comes by. A pack that
 * lacks some of what was committed is no reason not to start, either; `fsck` names what is lost.
 */
async function trim(core: Core, pack: { diskId: number; name: string; lengthBytes: number }): Promise<void> {
  try {
    await core.blobs.trimPack(pack.diskId, pack.name, pack.lengthBytes);
  } catch (error) {
    if (!isDomainError(error, 'unavailable', 'corrupt')) throw error;
  }
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
