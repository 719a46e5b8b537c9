import type { BigIntStats } from 'node:fs';
import { constants, fstat as fstatCallback, fchmod as fchmodCallback, fchown as fchownCallback } from 'node:fs';
import { chmod, copyFile, link, lstat, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { HostFile } from '../../core/ports/blob-store.ts';
import { writersOf } from '../../lib/writers.ts';
import { errnoOf, FILE_MODE } from './files.ts';

const fstat = promisify(fstatCallback);
const fchmod = promisify(fchmodCallback);
const fchown = promisify(fchownCallback);

/** What the system says where the file systems have no clones, whichever the file. */
const NO_CLONES = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOSYS', 'ENOTTY']);

/**
 * Makes `to` a clone of a file: its own file that shares the bytes on the disk. Leaves nothing where that fails:
 * `never` when it will for all files from there.
 */
export async function cloneFile(file: HostFile, to: string): Promise<'cloned' | 'failed' | 'never'> {
  // Not by its name, which another file may have by now.
  const from = process.platform === 'linux' ? `/proc/self/fd/${file.fd}` : file.path;
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    await chmod(to, FILE_MODE);
    return 'cloned';
  } catch (error) {
    await unlink(to).catch(() => undefined);
    return NO_CLONES.has(errnoOf(error) ?? '') ? 'never' : 'failed';
  }
}

/**
 * Makes `to` a name of a file that is given away. The file is this process's own from then on, and nobody else can
 * write to it: it has no other name than that one and its own, nobody but this user may open it, and nobody has it
 * open for writing, which the kernel itself must say after nobody could open it any more. Returns what gives it back to
 * whoever had it. Undefined, with the file as it was, where any of this is not so or cannot be told.
 */
export async function linkFile(file: HostFile, to: string): Promise<(() => Promise<void>) | undefined> {
  const before = await fstat(file.fd, { bigint: true });
  if (before.nlink !== 1n) return undefined;
  const giveBack = (): Promise<void> => setOwner(file.fd, before);
  try {
    await fchown(file.fd, process.geteuid?.() ?? -1, process.getegid?.() ?? -1);
    // Also takes what an access list gives to others.
    await fchmod(file.fd, FILE_MODE);
    if (writersOf(file.fd) === 'nobody' && (await linkSurely(file, before, to))) return giveBack;
  } catch (error) {
    // Somebody else's file, another file system, one without links, …: then it is copied.
    if (errnoOf(error) === undefined) throw error;
  }
  await giveBack().catch(() => undefined);
  return undefined;
}

async function linkSurely(file: HostFile, { dev, ino }: BigIntStats, to: string): Promise<boolean> {
  await link(file.path, to);
  const linked = await lstat(to, { bigint: true });
  // The name may have come to another file, or the file to another name.
  if (linked.dev === dev && linked.ino === ino && linked.nlink === 2n) return true;
  await unlink(to);
  return false;
}

async function setOwner(fd: number, { uid, gid, mode }: BigIntStats): Promise<void> {
  // In this order: a change of the owner takes the set-user-id bit.
  await fchown(fd, Number(uid), Number(gid));
  await fchmod(fd, Number(mode) & 0o7777);
}
