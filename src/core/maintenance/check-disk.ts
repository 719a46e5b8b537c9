import { forEachBounded } from '../../lib/bounded.ts';
import type { DiskState } from '../ports/blob-store.ts';
import type { StoredCopy } from '../ports/inspection.ts';
import type { StoredFile } from '../ports/stored-file.ts';
import { affectedFiles } from './affected-files.ts';
import type { Examination, Finding } from './findings.ts';

const MAX_FILES_TOLD = 10;
/** Files that are looked up together. */
const FILES_BATCH = 500;
/** Blobs that are looked at at the same time; those that are read whole, one after the other. */
const AT_ONCE = { place: 8, content: 1 };

/**
 * Looks at every blob that should be on a disk: its place, or its content as well. Damaged ones are told, with the files
 * that hold them, and never touched. Throws `unavailable` when the disk goes.
 */
export async function checkCopies(examination: Examination, disk: DiskState, what: 'place' | 'content'): Promise<void> {
  const { core } = examination;
  const { inspection } = core.store;
  await checkPages(examination, { disk, what }, (last, limit) =>
    inspection.listCopies(disk.id, { ...(last && { after: last.blobId }), limit }),
  );
  // In the order in which they lie there, so that a disk reads them in one go.
  for (const pack of await core.store.listPacks(disk.id)) {
    await checkPages(examination, { disk, what, packId: pack.id }, (last, limit) =>
      inspection.listPieces(pack.id, { ...(last && { after: last.offsetBytes }), limit }),
    );
  }
}

interface Scope {
  disk: DiskState;
  what: 'place' | 'content';
  packId?: number;
}

async function checkPages(
  examination: Examination,
  { disk, what, packId }: Scope,
  list: (last: StoredCopy | undefined, limit: number) => Promise<StoredCopy[]>,
): Promise<void> {
  let last: StoredCopy | undefined;
  do {
    examination.signal.throwIfAborted();
    const page = await examination.pace.page(async (limit) => {
      const copies = await list(last, limit);
      const wanted = copies.filter((copy) => !copy.isDead && copy.packId === packId);
      await forEachBounded(wanted, AT_ONCE[what], (copy) => checkCopy(examination, { disk, what, copy }));
      examination.onChecked('blobs', wanted.length, sumOf(wanted));
      return copies;
    });
    last = page.at(-1);
  } while (last !== undefined);
}

function sumOf(copies: readonly StoredCopy[]): number {
  return copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function checkCopy(
  { core, onFinding, signal }: Examination,
  { disk, what, copy }: { disk: DiskState; what: 'place' | 'content'; copy: StoredCopy },
): Promise<void> {
  signal.throwIfAborted();
  if ((await core.blobs.problemOf(copy, what)) === undefined) return;
  // It may have been moved, or given up, since it was listed.
  const present = await core.store.locateBlob(copy.blobId);
  const referrers = await core.store.inspection.listReferrers(copy.blobId, MAX_FILES_TOLD);
  if (present === undefined || referrers.length === 0) return;
  const problem = await core.blobs.problemOf(present, what);
  if (problem === undefined) return;
  onFinding({
    kind: 'damaged-blob',
    problem: `blob ${copy.blobId} (${copy.sizeBytes} bytes): ${problem}`,
    state: 'remains',
    files: await affectedFiles(core, referrers),
    disk: disk.name,
  });
}

/**
 * Looks at everything that lies on a disk. What belongs to nothing and is of our making is put aside; what an upload left
 * is removed; what is not understood is told and left alone. Throws `unavailable` when the disk goes.
 */
export async function checkFiles(
  examination: Examination,
  disk: DiskState,
  onFile?: (file: StoredFile) => void,
): Promise<void> {
  const { core, signal } = examination;
  let batch: StoredFile[] = [];
  const look = async (): Promise<void> => {
    const files = batch;
    batch = [];
    await examination.pace.page(() => checkBatch(examination, disk, files));
  };
  for await (const file of core.blobs.listFiles(disk.id, signal)) {
    onFile?.(file);
    batch.push(file);
    if (batch.length >= FILES_BATCH) await look();
  }
  await look();
}

async function checkBatch(examination: Examination, disk: DiskState, files: readonly StoredFile[]): Promise<void> {
  examination.onChecked('files', files.length);
  const { core, graceMs } = examination;
  const settledBeforeMs = core.clock.nowMs() - graceMs;
  const settled = files.filter((file) => !file.isInUse && file.changedAtMs <= settledBeforeMs);
  const blobs = settled.filter(({ kind }) => kind === 'blob');
  const partials = settled.filter(({ kind }) => kind === 'partial');
  const ids = [...blobs, ...partials].map(({ id }) => id);
  const known = ids.length === 0 ? new Set<string>() : await core.store.inspection.knownBlobs(disk.id, ids);
  for (const file of blobs) if (!known.has(file.id)) await putAside(examination, disk, file);
  for (const file of partials) if (!known.has(file.id)) await removeTemporary(examination, disk, file);
  const packs = settled.filter(({ kind }) => kind === 'pack');
  if (packs.length > 0) await checkPacks(examination, disk, packs);
  for (const file of settled) if (file.kind === 'temporary') await removeTemporary(examination, disk, file);
  for (const { kind, path } of files) {
    if (kind !== 'foreign') continue;
    examination.onFinding({
      kind: 'foreign-file',
      problem: `"${path}" is not of our making; it was left alone`,
      state: 'remains',
      disk: disk.name,
    });
  }
}

async function checkPacks(examination: Examination, disk: DiskState, files: readonly StoredFile[]): Promise<void> {
  const rows = new Map((await examination.core.store.listPacks(disk.id)).map((pack) => [pack.name, pack]));
  for (const file of files) {
    const row = rows.get(file.id);
    if (row === undefined) await putAside(examination, disk, file);
    // A pack that is sealed holds nothing behind its end that could ever be committed.
    else if (row.isSealed && file.sizeBytes > Math.max(row.lengthBytes, PACK_HEAD_BYTES)) {
      await cutTail(examination, disk, { file, lengthBytes: row.lengthBytes });
    }
  }
}

/** What an empty pack has. */
const PACK_HEAD_BYTES = 16;

async function cutTail(
  examination: Examination,
  disk: DiskState,
  { file, lengthBytes }: { file: StoredFile; lengthBytes: number },
): Promise<void> {
  const problem = `pack ${file.id} has ${file.sizeBytes - lengthBytes} bytes behind its end`;
  const finding = { kind: 'pack-tail', problem, disk: disk.name, remedy: 'cut off' } as const;
  await settle(examination, finding, () => examination.core.blobs.trimPack(disk.id, file.id, lengthBytes));
}

async function putAside(examination: Examination, disk: DiskState, file: StoredFile): Promise<void> {
  const kind = file.kind === 'pack' ? 'orphan-pack' : 'orphan-blob';
  const problem = `"${file.path}" (${file.sizeBytes} bytes) belongs to nothing`;
  const finding = { kind, problem, disk: disk.name, remedy: `put aside as "aside/${file.id}"` } as const;
  await settle(examination, finding, () => examination.core.blobs.setAside(disk.id, file));
}

async function removeTemporary(examination: Examination, disk: DiskState, file: StoredFile): Promise<void> {
  const problem = `"${file.path}" (${file.sizeBytes} bytes) was left by an upload that was cut off`;
  const finding = { kind: 'stale-upload', problem, disk: disk.name, remedy: 'removed' } as const;
  await settle(examination, finding, () => examination.core.blobs.removeFile(disk.id, file));
}

async function settle(
  { isDry, onFinding }: Examination,
  { remedy, ...finding }: Omit<Finding, 'state'>,
  mend: () => Promise<void>,
): Promise<void> {
  if (isDry) {
    onFinding({ ...finding, state: 'mendable' });
    return;
  }
  await mend();
  onFinding({ ...finding, state: 'mended', remedy });
}
