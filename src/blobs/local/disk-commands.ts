import { dirname } from 'node:path';
import { CREATE, READ_FOLDER, READ_WRITE, errnoOf, systemError, type ThreadFiles } from './files.ts';
import { failureOf, type Command, type Failure, type PublishedBlob } from './disk-thread.ts';
import { blobFolders, blobPath, temporaryPath } from './layout.ts';
import { PACK_HEADER } from './pack-format.ts';

/** Folders cannot be opened, and need no sync, on Windows. */
const SYNCS_FOLDERS = process.platform !== 'win32';

/** What the threads of a disk do: everything that waits for a sync. */
export class DiskCommands {
  readonly #files: ThreadFiles;
  /** Which of the 65,536 blob folders are known to survive a power cut, by the first four digits of the id. */
  readonly #durableFolders = new Uint8Array(65_536);

  constructor(files: ThreadFiles) {
    this.#files = files;
  }

  run(command: Command): unknown {
    switch (command.kind) {
      case 'open-pack':
        return this.#openPack(command.path);
      case 'append':
        this.#append(command);
        return undefined;
      case 'close':
        this.#files.close(command.fd);
        return undefined;
      case 'sync-folder':
        this.#syncFolder(command.path);
        return undefined;
      case 'sync-data':
        this.#files.syncData(command.fd);
        return undefined;
      case 'publish':
        return this.#publish(command.blobs);
      case 'trim':
        return this.#trim(command.path, command.lengthBytes);
      case 'remove':
        this.#remove(command.path);
        return undefined;
    }
  }

  /** Makes a pack that holds nothing but its header, and syncs it and its folder. Answers its descriptor. */
  #openPack(path: string): number {
    const fd = this.#files.open(path, CREATE);
    try {
      this.#writeAll(fd, PACK_HEADER, 0);
      this.#files.sync(fd);
      this.#syncFolder(dirname(path));
    } catch (error) {
      this.#files.close(fd);
      throw error;
    }
    return fd;
  }

  /** Writes and syncs all of `bytes`. After a failure the file ends at `position` again, as far as that can be had. */
  #append({ fd, bytes, position }: { fd: number; bytes: Uint8Array; position: number }): void {
    try {
      this.#writeAll(fd, bytes, position);
      this.#files.syncData(fd);
    } catch (error) {
      this.#truncateQuietly(fd, position);
      throw error;
    }
  }

  /** A disk that is full takes less than all, without an error. */
  #writeAll(fd: number, bytes: Uint8Array, position: number): void {
    const count = this.#files.write(fd, bytes, position);
    if (count !== bytes.length) {
      throw systemError('ENOSPC', 'write', `ENOSPC: only ${count} of ${bytes.length} bytes were written`);
    }
  }

  /** Nothing refers to what lies behind the last good length: should it stay there, it is only waste. */
  #truncateQuietly(fd: number, lengthBytes: number): void {
    try {
      this.#files.truncate(fd, lengthBytes);
    } catch {
      return;
    }
  }

  /**
   * Makes finished uploads blobs: syncs each file, moves it to its place, syncs the folders. A blob fails alone, where
   * it can; one that failed may be at either place.
   */
  #publish(blobs: readonly PublishedBlob[]): (Failure | undefined)[] {
    const failures = blobs.map((blob) => this.#attempt(() => this.#moveIntoPlace(blob)));
    const synced = new Map<string, Failure | undefined>();
    return blobs.map(({ root, blobId }, index) => {
      if (failures[index] !== undefined) return failures[index];
      const bucket = blobId.slice(0, 4);
      if (!synced.has(bucket))
        synced.set(
          bucket,
          this.#attempt(() => this.#syncBlobFolders(root, blobId)),
        );
      return synced.get(bucket);
    });
  }

  #attempt(action: () => void): Failure | undefined {
    try {
      action();
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  #moveIntoPlace({ fd, root, blobId, from = temporaryPath(root, blobId) }: PublishedBlob): void {
    this.#files.sync(fd);
    const to = blobPath(root, blobId);
    try {
      this.#files.rename(from, to);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      const [, outer, inner] = blobFolders(root, blobId);
      // One level at a time: below an empty mount point there is no `blobs`, and nothing may be made there.
      this.#makeFolder(outer);
      this.#makeFolder(inner);
      this.#files.rename(from, to);
    }
  }

  #makeFolder(path: string): void {
    try {
      this.#files.makeFolder(path);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }

  /**
   * The folders above are synced the first time in this process that a folder is used, not only when it was made:
   * who made it may have been killed before the sync.
   */
  #syncBlobFolders(root: string, blobId: string): void {
    const [all, outer, inner] = blobFolders(root, blobId);
    this.#syncFolder(inner);
    const bucket = Number.parseInt(blobId.slice(0, 4), 16);
    if (this.#durableFolders[bucket] === 1) return;
    this.#syncFolder(outer);
    this.#syncFolder(all);
    this.#durableFolders[bucket] = 1;
  }

  #syncFolder(path: string): void {
    if (!SYNCS_FOLDERS) return;
    const fd = this.#files.open(path, READ_FOLDER);
    try {
      this.#files.sync(fd);
    } finally {
      this.#files.close(fd);
    }
  }

  /**
   * Removes a file so that no power cut brings it back, when nothing knows it any more. One that is gone may have been
   * removed by a process that was killed before the sync.
   */
  #remove(path: string): void {
    try {
      this.#files.unlink(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
    this.#syncFolder(dirname(path));
  }

  /** Cuts a file to `lengthBytes`; answers how long it was. A shorter one stays as it is. */
  #trim(path: string, lengthBytes: number): number {
    const fd = this.#files.open(path, READ_WRITE);
    try {
      const sizeBytes = this.#files.sizeBytes(fd);
      if (sizeBytes > lengthBytes) {
        this.#files.truncate(fd, lengthBytes);
        this.#files.sync(fd);
      }
      return sizeBytes;
    } finally {
      this.#files.close(fd);
    }
  }
}
