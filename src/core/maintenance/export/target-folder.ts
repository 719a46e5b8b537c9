import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../lib/errors.ts';
import { randomId } from '../../../lib/ids.ts';
import { makeFolder } from '../../../lib/make-folder.ts';
import { syncFolder } from '../../../lib/sync-folder.ts';
import { modifiedAtMsOf } from '../host-entries.ts';
import type { OwnPlaces } from '../own-places.ts';

/** As far as the process's umask lets them. */
const FOLDER_MODE = 0o777;
const TEMPORARY = '.nosocial-export-';
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

export interface WrittenFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly content: AsyncIterable<Uint8Array> | undefined;
}

/** A folder of this machine that is written to. No link in it is followed. */
export class TargetFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** The folder that a person named, which is made when it is missing. Rejects with the system's error. */
  static async open(path: string): Promise<TargetFolder> {
    await makeFolder(path, FOLDER_MODE);
    const folder = new TargetFolder(path);
    await folder.#removeLeftovers();
    return folder;
  }

  /**
   * A folder in this one, which is made when it is missing. Throws `refused` for anything else of that name, and for one
   * of the store's own.
   */
  async folder(name: string, ownPlaces: OwnPlaces): Promise<TargetFolder> {
    const path = join(this.path, name);
    const present = await statsOf(path);
    if (present && !present.isDirectory()) {
      throw new DomainError('refused', `there is ${present.isSymbolicLink() ? 'a symbolic link' : 'something'} else`);
    }
    if (present && ownPlaces.has(present)) throw new DomainError('refused', 'there is a part of the store itself');
    if (!present) await mkdir(path);
    const folder = new TargetFolder(path);
    await folder.#removeLeftovers();
    return folder;
  }

  /** Whether a file of this name has that size and time. Throws `refused` where what is there must not be replaced. */
  async has({ name, sizeBytes, modifiedAtMs }: WrittenFile, isForced: boolean): Promise<boolean> {
    const present = await statsOf(join(this.path, name));
    if (!present) return false;
    if (!present.isFile()) throw new DomainError('refused', 'there is something else of this name, and no file');
    const isSame = Number(present.size) === sizeBytes && modifiedAtMsOf(present) === modifiedAtMs;
    if (!isSame && !isForced)
      throw new DomainError('refused', 'there is another file of this name; --force replaces it');
    return isSame;
  }

  /** Writes a file under a temporary name, and gives it its own once it is complete and synced. */
  async write({ name, modifiedAtMs, content }: WrittenFile, signal: AbortSignal): Promise<void> {
    const temporary = join(this.path, `${TEMPORARY}${randomId()}`);
    try {
      const handle = await open(temporary, CREATE, 0o666);
      try {
        for await (const piece of content ?? []) {
          signal.throwIfAborted();
          await handle.writeFile(piece);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      // Given as a date: a negative number (before 1970) Node would take as the present time.
      const modifiedAt = new Date(modifiedAtMs);
      await utimes(temporary, modifiedAt, modifiedAt);
      await rename(temporary, join(this.path, name));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  /** Makes the names in it survive a power cut. */
  async sync(): Promise<void> {
    await syncFolder(this.path);
  }

  /** Of an export that was cut off. */
  async #removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.path)) {
      if (name.startsWith(TEMPORARY)) await unlink(join(this.path, name)).catch(() => undefined);
    }
  }
}

async function statsOf(path: string) {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
