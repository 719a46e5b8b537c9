import type { DiskState } from '../ports/blob-store.ts';
import type { StoredFile } from '../ports/stored-file.ts';
import { checkFiles } from './check-disk.ts';
import type { Examination } from './findings.ts';

/**
 * What is to be done on a disk once a day: puts aside what belongs to nothing, and removes what was put aside before the
 * time that trash is kept. Throws `unavailable` when the disk goes.
 */
export async function tidyDisk(examination: Examination, disk: DiskState): Promise<void> {
  const { core, signal } = examination;
  const beforeMs = core.clock.nowMs() - core.settings.trashKeptMs;
  const old: StoredFile[] = [];
  await checkFiles(examination, disk, (file) => {
    if (file.kind === 'aside' && file.changedAtMs < beforeMs) old.push(file);
  });
  for (const file of old) {
    signal.throwIfAborted();
    await core.blobs.removeFile(disk.id, file);
  }
}
