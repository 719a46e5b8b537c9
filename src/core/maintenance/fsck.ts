import { isDomainError } from '../../lib/errors.ts';
import { adopt } from '../copy-move.ts';
import type { Core } from '../core.ts';
import type { DiskState } from '../ports/blob-store.ts';
import { purgeTrashEntry } from '../trash.ts';
import { endUploads, staleUploads } from '../uploads.ts';
import { checkCopies, checkFiles } from './check-disk.ts';
import { checkMetadata } from './check-metadata.ts';
import { checkUnfinished, unfinishedOn } from './check-unfinished.ts';
import type { Examination } from './findings.ts';

export interface FsckScope {
  /** Only this disk, and not the metadata. */
  readonly diskId?: number | undefined;
  /** Everything; or only whether the bytes of every blob are what was stored (`scrub`). */
  readonly what: 'all' | 'content';
  /** Reads every blob whole: with 'content' always. */
  readonly readsContent: boolean;
}

/** Disks that could not be looked at: their blobs are neither well nor damaged, but not known. */
export interface NotChecked {
  readonly disk: string;
  readonly blobCount: number;
  readonly why: string;
}

/**
 * Finds every disagreement between metadata and disks, and within the metadata; mends what can be mended without a guess
 * and tells the rest. Nothing that a file holds is ever removed. Other work goes on meanwhile.
 */
export async function fsck(examination: Examination, scope: FsckScope): Promise<NotChecked[]> {
  const { core, isDry } = examination;
  const isAll = scope.what === 'all';
  if (isAll && scope.diskId === undefined) {
    await checkReservations(examination);
    await checkMetadata(examination);
    if (!isDry) await finishJobs(core);
  }
  const notChecked: NotChecked[] = [];
  for (const disk of core.blobs.listDisks()) {
    if (scope.diskId !== undefined && scope.diskId !== disk.id) continue;
    const why = await checkDisk(examination, disk, scope);
    if (why !== undefined) notChecked.push({ disk: disk.name, blobCount: await blobCount(core, disk.id), why });
  }
  return notChecked;
}

/** Why the disk could not be looked at, or not to the end. */
async function checkDisk(examination: Examination, disk: DiskState, scope: FsckScope): Promise<string | undefined> {
  if (disk.state === 'down') return disk.problem ?? 'it is down';
  const readsContent = scope.readsContent || scope.what === 'content';
  try {
    await checkCopies(examination, disk, readsContent ? 'content' : 'place');
    if (scope.what === 'all') await checkAllFiles(examination, disk);
    return undefined;
  } catch (error) {
    if (isDomainError(error, 'unavailable')) return error.message;
    throw error;
  }
}

async function checkAllFiles(examination: Examination, disk: DiskState): Promise<void> {
  const uploads = await unfinishedOn(examination.core, disk.id);
  const foundBytes = new Map<string, number>();
  await checkFiles(examination, disk, ({ kind, id, sizeBytes }) => {
    if (kind === 'partial') foundBytes.set(id, sizeBytes);
  });
  await checkUnfinished(examination, disk, { uploads, foundBytes });
}

async function blobCount(core: Core, diskId: number): Promise<number> {
  return (await core.store.listDisks()).find(({ id }) => id === diskId)?.blobCount ?? 0;
}

/** Before the sums: what is given back here must be counted so. */
async function checkReservations({ core, isDry, graceMs, onFinding }: Examination): Promise<void> {
  for (const upload of await staleUploads(core, graceMs)) {
    const problem = `upload ${upload.uploadId} holds a reservation, and nobody has it under way`;
    const isEnded = !isDry && (await endUploads(core, [upload])) > 0;
    if (isEnded) onFinding({ kind: 'stale-reservation', problem, state: 'mended', remedy: 'given back' });
    else onFinding({ kind: 'stale-reservation', problem, state: isDry ? 'mendable' : 'remains' });
  }
}

/** What the checks left to be done in steps. */
async function finishJobs(core: Core): Promise<void> {
  for (const { kind, jobId, nodeId } of await core.store.listJobs()) {
    if (kind === 'purge') await purgeTrashEntry(core, nodeId);
    if (kind === 'adopt') await adopt(core, jobId);
  }
}
