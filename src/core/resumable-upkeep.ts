import { isDomainError } from '../lib/errors.ts';
import type { Core } from './core.ts';
import type { ResumableUpload } from './ports/resumable-uploads.ts';
import { isMounted, partialOf } from './resumable-uploads.ts';

const BATCH = 100;
/** A client that lost the last answer may still ask what became of its upload for so long. */
const FINISHED_KEPT_MS = 24 * 3600 * 1000;

/**
 * Run at start, before the first request: keeps room again for what uploads still lack, which the last process promised
 * them, and removes bytes that belong to none, of one that was just being begun or finished.
 */
export async function resumeUploads(core: Core): Promise<void> {
  await keepRooms(core);
  for (const { id } of core.blobs.listDisks()) {
    try {
      await removeStrays(core, id);
    } catch (error) {
      // They harm nobody; `tidyDisk` finds them when the disk is back.
      if (!isDomainError(error, 'unavailable')) throw error;
    }
  }
}

async function removeStrays(core: Core, diskId: number): Promise<void> {
  const ids = await core.blobs.partials.list(diskId);
  if (ids.length === 0) return;
  const known = await core.store.inspection.knownBlobs(diskId, ids);
  for (const blobId of ids) if (!known.has(blobId)) await core.blobs.partials.remove({ blobId, diskId });
}

async function keepRooms(core: Core): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await core.store.resumableUploads.listUnfinished({
      ...(after !== undefined && { after }),
      limit: BATCH,
    });
    for (const upload of page) {
      const { reserved, offsetBytes } = upload;
      const lackedBytes = Math.max(0, (reserved?.sizeBytes ?? 0) - offsetBytes);
      if (isMounted(core, partialOf(upload))) core.blobs.partials.keepRoom(partialOf(upload), lackedBytes);
    }
    after = page.at(-1)?.uploadId;
    if (after === undefined) return;
  }
}

/**
 * Ends an upload: its bytes go, and what was promised to it. Given up first: what is not committed by then never is. The
 * row goes last: until then a crash leads here again. Throws `unavailable` while its disk is down.
 */
export async function endResumable(core: Core, upload: ResumableUpload): Promise<void> {
  const { uploadId, diskId, finished } = upload;
  if (finished === undefined) {
    await core.store.run('giveUpUpload', { uploadId });
    await removeBytes(core, upload);
  } else if (isMounted(core, { blobId: uploadId, diskId })) {
    await core.blobs.partials.remove(partialOf(upload)).catch(() => undefined);
  }
  await core.store.run('forgetResumableUpload', { uploadId });
}

async function removeBytes(core: Core, upload: ResumableUpload): Promise<void> {
  const { uploadId: blobId, diskId } = upload;
  // It may have become a blob whose commit was refused, or one whose commit nobody heard of.
  if ((await core.store.locateBlob(blobId)) === undefined) {
    const none = { sizeBytes: 0, checksum: '', packId: undefined, packName: undefined, offsetBytes: 0 };
    await core.blobs.remove({ blobId, diskId, ...none });
  }
  await core.blobs.partials.remove(partialOf(upload));
}

/** Ends what nobody has come back to for long, and forgets what was finished a day ago. */
export async function expireResumables(core: Core, signal: AbortSignal): Promise<void> {
  const nowMs = core.clock.nowMs();
  const when = { idleSinceMs: nowMs - core.settings.uploadsKeptMs, finishedBeforeMs: nowMs - FINISHED_KEPT_MS };
  while (!signal.aborted) {
    let ended = 0;
    for (const upload of await core.store.resumableUploads.listEnding({ ...when, limit: BATCH })) {
      if (await endQuietly(core, upload)) ended += 1;
    }
    if (ended < BATCH) return;
  }
}

/** Whether it ended; what lies on a disk that is down waits. */
async function endQuietly(core: Core, upload: ResumableUpload): Promise<boolean> {
  if (core.runningUploads.has(upload.uploadId)) return false;
  try {
    await endResumable(core, upload);
    return true;
  } catch (error) {
    if (!isDomainError(error, 'unavailable')) throw error;
    return false;
  }
}
