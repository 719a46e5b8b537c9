import type { Core } from '../core.ts';
import type { DiskState } from '../ports/blob-store.ts';
import type { ResumableUpload } from '../ports/resumable-uploads.ts';
import { endResumable } from '../resumable-upkeep.ts';
import { partialOf } from '../resumable-uploads.ts';
import type { Examination } from './findings.ts';

const PAGE = 500;

/** The uploads in pieces of which bytes should be on a disk. */
export async function unfinishedOn(core: Core, diskId: number): Promise<ResumableUpload[]> {
  const found: ResumableUpload[] = [];
  for (let after: string | undefined; ;) {
    const page = await core.store.resumableUploads.listUnfinished({
      ...(after !== undefined && { after }),
      limit: PAGE,
    });
    found.push(...page.filter((upload) => upload.diskId === diskId));
    after = page.at(-1)?.uploadId;
    if (after === undefined) return found;
  }
}

/**
 * Tells which of `uploads` have lost bytes that were acknowledged, and ends them: nobody can go on with them, and their
 * clients begin anew. `foundBytes` is what lies there, listed after `uploads` were read. Throws `unavailable`.
 */
export async function checkUnfinished(
  { core, isDry, signal, onFinding }: Examination,
  disk: DiskState,
  { uploads, foundBytes }: { uploads: readonly ResumableUpload[]; foundBytes: ReadonlyMap<string, number> },
): Promise<void> {
  for (const { uploadId, offsetBytes } of uploads) {
    signal.throwIfAborted();
    const found = foundBytes.get(uploadId);
    if (found !== undefined && found >= offsetBytes) continue;
    const upload = await core.store.resumableUploads.get(uploadId);
    if (upload === undefined || upload.finished !== undefined || core.runningUploads.has(uploadId)) continue;
    if (await isBlob(core, upload)) continue;
    const problem = `of an upload to "${upload.name}" ${found ?? 0} of ${upload.offsetBytes} bytes are there`;
    const finding = { kind: 'lost-upload', problem, disk: disk.name } as const;
    if (!isDry) await endResumable(core, upload);
    onFinding({ ...finding, ...(isDry ? { state: 'mendable' } : { state: 'mended', remedy: 'ended' }) });
  }
}

/** Its bytes are complete, and were made a blob, but the file could not be. */
async function isBlob(core: Core, upload: ResumableUpload): Promise<boolean> {
  const whole = { ...partialOf(upload), sizeBytes: upload.offsetBytes, checksum: '' };
  const location = { ...whole, packId: undefined, packName: undefined, offsetBytes: 0 };
  return (await core.blobs.problemOf(location, 'place')) === undefined;
}
