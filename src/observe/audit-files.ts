import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** An earlier file, by when it was put aside: `audit-20261121T101500.123Z-1.log`. */
const EARLIER = /^audit-\d{8}T\d{6}\.\d{3}Z-\d+\.log$/;

/** The files of the audit log: `audit.log` and the earlier ones beside it, the newest first. */
export async function listAuditFiles(fileName: string): Promise<string[]> {
  const folder = dirname(fileName);
  const earlier = (await readdir(folder)).filter((name) => EARLIER.test(name));
  return [fileName, ...earlier.sort(byAge).map((name) => join(folder, name))];
}

/** The last first; of two of one millisecond the one with the greater number. */
function byAge(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

/** Opens the file to append to. What a crash left of a line is ended, so that the next one stands by itself. */
export async function openAuditFile(fileName: string): Promise<{ file: FileHandle; sizeBytes: number }> {
  const file = await open(fileName, 'a+', 0o600);
  const { size } = await file.stat();
  if (size === 0) return { file, sizeBytes: 0 };
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] === NEWLINE) return { file, sizeBytes: size };
  await file.appendFile('\n');
  return { file, sizeBytes: size + 1 };
}

export const NEWLINE = 0x0a;

/** Puts the file aside and removes the oldest of those that were, so that `keptFiles` are left. */
export async function putAside(fileName: string, { nowMs, keptFiles }: { nowMs: number; keptFiles: number }) {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]/g, '');
  const folder = dirname(fileName);
  const taken = new Set(await readdir(folder));
  let number = 1;
  while (taken.has(`audit-${stamp}-${number}.log`)) number += 1;
  await rename(fileName, join(folder, `audit-${stamp}-${number}.log`));
  const earlier = (await listAuditFiles(fileName)).filter((name) => basename(name) !== basename(fileName));
  for (const old of earlier.slice(keptFiles)) await rm(old, { force: true });
}

/** Tells a file from every other, also after it was put aside; undefined when there is none. */
export async function identityOf(fileName: string): Promise<number | undefined> {
  try {
    return (await stat(fileName)).ino;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
