import { constants, fstat } from 'node:fs';
import { copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Allocation } from '../../core/ports/blob-store.ts';
import { DomainError } from '../../lib/errors.ts';
import { errnoOf, FILE_MODE, READ_WRITE, type Files } from './files.ts';
import { blobOfLinkMark, blobPath, linkMarkPath, temporaryPath } from './layout.ts';

export interface LinkedBlobsSetup {
  readonly root: string;
  readonly files: Files;
  /** Promises room on the disk, of which nothing is taken. Throws `no-space`. */
  readonly allocate: (sizeBytes: number) => Allocation;
  /** Syncs what lies under the temporary name of a blob and puts it in the place of the blob. */
  readonly publish: (fd: number, blobId: string) => Promise<void>;
}

/**
 * Blobs that were made by a hard link and may still have the name of the original, for as long as a mark in `tmp/` says
 * so. One whose original was not removed in the end, after a kill for instance, gets a file of its own.
 */
export class LinkedBlobs {
  readonly #setup: LinkedBlobsSetup;
  /** Those whose originals are about to be removed. */
  readonly #expected = new Set<string>();

  constructor(setup: LinkedBlobsSetup) {
    this.#setup = setup;
  }

  /** To be called before the link is made. */
  async expect(blobId: string): Promise<void> {
    this.#expected.add(blobId);
    await writeFile(this.#markOf(blobId), '', { flag: 'w', mode: FILE_MODE });
  }

  /**
   * To be called when the name of the original is gone, or stays. Answers whether its file is the blob's from now on;
   * if not, it is the original's alone. Rejects with `no-space`, `busy` and the system's errors, and can be called again.
   */
  async settle(blobId: string): Promise<boolean> {
    this.#expected.delete(blobId);
    const path = blobPath(this.#setup.root, blobId);
    const links = await stat(path).then(
      ({ nlink }) => nlink,
      (error: unknown) => (errnoOf(error) === 'ENOENT' ? 0 : Promise.reject(error as Error)),
    );
    if (links > 1) await this.#copy(blobId, path);
    await this.#setup.files.unlink(this.#markOf(blobId)).catch(() => undefined);
    return links === 1;
  }

  /** The blobs whose marks were left behind by another process. */
  async abandoned(): Promise<string[]> {
    const names = await readdir(join(this.#setup.root, 'tmp')).catch(() => []);
    const ids = names.map(blobOfLinkMark).filter((id) => id !== undefined);
    return ids.filter((id) => !this.#expected.has(id));
  }

  #markOf(blobId: string): string {
    return linkMarkPath(this.#setup.root, blobId);
  }

  async #copy(blobId: string, path: string): Promise<void> {
    const { root, files, allocate, publish } = this.#setup;
    const temporary = temporaryPath(root, blobId);
    const allocation = allocate((await stat(path)).size);
    try {
      await files.unlink(temporary).catch(() => undefined);
      await copyFile(path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      const fd = await files.open(temporary, READ_WRITE);
      try {
        const [copied, original] = await Promise.all([promisify(fstat)(fd), stat(path)]);
        if (copied.size !== original.size)
          throw new DomainError('busy', `blob ${blobId} is written while it is copied`);
        await publish(fd, blobId);
      } finally {
        await files.close(fd);
      }
    } finally {
      await files.unlink(temporary).catch(() => undefined);
      allocation.release();
    }
  }
}
