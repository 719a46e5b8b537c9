import { fstat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ByteRange, DiskState, PackRegistry } from '../../core/ports/blob-store.ts';
import type { StoredDisk } from '../../core/ports/metadata-store.ts';
import type { BlobLocation, NewBlob } from '../../core/ports/operations.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import { extentOf, type Extent } from '../byte-range.ts';
import type { Checksums } from '../checksum.ts';
import { Batches } from './batches.ts';
import { Descriptors, type Descriptor } from './descriptors.ts';
import { DiskHealth } from './disk-health.ts';
import { DiskThread, errorOf, type PublishedBlob, type ThreadSetup } from './disk-thread.ts';
import { CREATE, errnoOf, type Files } from './files.ts';
import { blobPath, packPath, temporaryPath } from './layout.ts';
import { readExactly, readInOrder } from './ordered-reads.ts';
import { PACK_HEADER } from './pack-format.ts';
import { PackWriter, type SmallContent } from './pack-writer.ts';
import { DiskRoom, type Place } from './placement.ts';
import type { SpaceSampler } from './space.ts';
import { UploadWriter, untilAborted, type UploadBuffers } from './upload-writer.ts';

/** What all disks of a store share. */
export interface DiskSetup {
  readonly registry: PackRegistry;
  readonly checksums: Checksums;
  readonly buffers: UploadBuffers;
  readonly files: Files;
  readonly sampleSpace: SpaceSampler;
  readonly maxPackBytes: number;
  readonly maxDescriptors: number;
  /** A disk that does not answer for so long is taken as down. */
  readonly timeoutMs: number;
  readonly thread: ThreadSetup;
}

export interface Upload {
  blobId: string;
  source: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
  grow: ((totalBytes: number) => Promise<void>) | undefined;
  /** Called when so many more bytes have been written. */
  onWritten: (bytes: number) => void;
}

const RETRY_AFTER_SECONDS = 10;
/** Uploads whose syncs are asked for together. */
const MAX_PUBLISHED = 64;

const isFullError = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT';
const isTooManyFiles = (code: string): boolean => code === 'EMFILE' || code === 'ENFILE';

/** One disk: a folder with an identity file, two threads for its syncs, and the files below it. */
export class LocalDisk implements Place {
  readonly id: number;
  readonly room: DiskRoom;
  readonly #stored: StoredDisk;
  readonly #setup: DiskSetup;
  readonly #root: string;
  readonly #health: DiskHealth;
  readonly #descriptors: Descriptors;
  /** Apart, so that the sync of a large file does not hold up small ones. */
  readonly #packThread: DiskThread;
  readonly #blobThread: DiskThread;
  readonly #packs: PackWriter;
  readonly #publishing: Batches<PublishedBlob, undefined>;
  /** What is being written: its temporary files are not to be cleared, and unmounting waits for it. */
  readonly #uploads = new Map<string, Promise<unknown>>();
  #isUnmounting = false;

  constructor(stored: StoredDisk, setup: DiskSetup) {
    this.id = stored.id;
    this.room = new DiskRoom(stored.reserveBytes);
    this.#stored = stored;
    this.#setup = setup;
    this.#root = resolve(stored.path);
    this.#health = new DiskHealth({
      root: this.#root,
      identity: stored.identity,
      timeoutMs: setup.timeoutMs,
      onUp: () => this.#clearTemporary(),
      onDown: () => this.#letGo(),
    });
    this.#descriptors = new Descriptors(setup.files, setup.maxDescriptors);
    this.#packThread = new DiskThread(setup.thread);
    this.#blobThread = new DiskThread(setup.thread);
    this.#packs = new PackWriter({
      diskId: stored.id,
      thread: this.#packThread,
      registry: setup.registry,
      pathOf: (name) => packPath(this.#root, name),
      maxPackBytes: setup.maxPackBytes,
    });
    this.#publishing = new Batches({
      take: (waiting) => Math.min(waiting.length, MAX_PUBLISHED),
      run: (batch) => this.#publish(batch),
    });
  }

  get identity(): string {
    return this.#stored.identity;
  }

  get isWritable(): boolean {
    return this.#health.isWritable && !this.#isUnmounting;
  }

  get isUp(): boolean {
    return this.#health.isUp;
  }

  describe(): DiskState {
    const { id, name, path } = this.#stored;
    const { freeBytes, totalBytes, promisedBytes, isBelowFloor } = this.room;
    const upState = isBelowFloor || !this.#health.isWritable ? 'full' : 'up';
    const state = this.isUp ? upState : 'down';
    return { id, name, path, state, problem: this.#health.problem, freeBytes, totalBytes, promisedBytes };
  }

  /** Looks whether the disk is there. Never rejects. */
  async check(): Promise<void> {
    const wasUp = this.isUp;
    await this.#health.check();
    if (this.isUp && !wasUp) await this.sample();
  }

  /** Looks how much room there is. Never rejects: the last sample stays, less what is written. */
  async sample(): Promise<void> {
    if (!this.isUp) return;
    const finish = this.room.beginSample();
    try {
      finish(await this.#setup.sampleSpace(this.#root));
    } catch {
      await this.#health.check();
    }
  }

  /** Resolves when the content survives a power cut. Rejects as `#fault` tells, or with the registry's error. */
  async putSmall(item: SmallContent): Promise<NewBlob> {
    this.#assertUp();
    try {
      return await this.#packs.append(item);
    } catch (error) {
      throw await this.#fault(error);
    }
  }

  /** As `BlobStore.put` says. */
  async put(upload: Upload): Promise<NewBlob> {
    this.#assertUp();
    const { blobId } = upload;
    const done = this.#receive(upload);
    this.#uploads.set(
      blobId,
      done.catch(() => undefined),
    );
    try {
      return await done;
    } finally {
      this.#uploads.delete(blobId);
    }
  }

  async *read(location: BlobLocation, range?: ByteRange): AsyncGenerator<Uint8Array, void> {
    const extent = extentOf(location.sizeBytes, range);
    if (extent.sizeBytes === 0) return;
    const descriptor = await this.#open(location);
    try {
      yield* readInOrder(this.#setup.files, descriptor.fd, withinFile(location, extent));
    } catch (error) {
      throw await this.#readFault(error, location);
    } finally {
      descriptor.release();
    }
  }

  async readSmall(location: BlobLocation, range?: ByteRange): Promise<Uint8Array> {
    const extent = extentOf(location.sizeBytes, range);
    if (extent.sizeBytes === 0) return new Uint8Array();
    const descriptor = await this.#open(location);
    try {
      return await readExactly(this.#setup.files, descriptor.fd, withinFile(location, extent));
    } catch (error) {
      throw await this.#readFault(error, location);
    } finally {
      descriptor.release();
    }
  }

  async removeBlob(blobId: string): Promise<void> {
    await this.#remove(blobPath(this.#root, blobId));
  }

  async removePack(packName: string): Promise<void> {
    this.#assertNotWriting(packName);
    await this.#remove(packPath(this.#root, packName));
  }

  async trimPack(packName: string, lengthBytes: number): Promise<void> {
    this.#assertUp();
    this.#assertNotWriting(packName);
    const keptBytes = Math.max(lengthBytes, PACK_HEADER.length);
    try {
      const path = packPath(this.#root, packName);
      const hadBytes = await this.#packThread.call({ kind: 'trim', path, lengthBytes: keptBytes });
      if (hadBytes < lengthBytes) {
        throw new DomainError('corrupt', `pack ${packName} ends ${lengthBytes - hadBytes} bytes too early`);
      }
    } catch (error) {
      const fault = await this.#readFault(error, packName);
      // A crash may have come between a pack's row and its file.
      if (lengthBytes === 0 && isDomainError(fault, 'corrupt')) return;
      throw fault;
    }
  }

  /** Waits for what is being written, seals the packs and lets go of everything. */
  async unmount(): Promise<void> {
    this.#isUnmounting = true;
    await Promise.all(this.#uploads.values());
    await this.#letGo();
    await Promise.all([this.#packThread.close(), this.#blobThread.close()]);
    await this.#health.release();
  }

  async #receive({ blobId, source, signal, grow, onWritten }: Upload): Promise<NewBlob> {
    const { files, buffers, checksums } = this.#setup;
    let fd: number | undefined;
    try {
      signal.throwIfAborted();
      const checksum = await checksums.begin();
      fd = await files.open(temporaryPath(this.#root, blobId), CREATE);
      await this.#assertOnThisDisk(fd);
      const beforeWrite = (totalBytes: number): Promise<void> | undefined => grow?.(totalBytes);
      const writer = new UploadWriter({ fd, files, buffers, checksum, beforeWrite, afterWrite: onWritten });
      const written = await writeAll(writer, untilAborted(source, signal));
      await this.#publishing.add({ fd, root: this.#root, blobId });
      await files.close(fd);
      const { sizeBytes } = written;
      const noPack = { packId: undefined, packName: undefined, offsetBytes: 0 };
      return { id: blobId, ...written, location: { blobId, diskId: this.id, sizeBytes, ...noPack } };
    } catch (error) {
      await this.#discard(blobId, fd);
      throw await this.#fault(error);
    }
  }

  /** Removes what a failed upload left, wherever it got to. What a dead disk keeps is cleared when it comes back. */
  async #discard(blobId: string, fd: number | undefined): Promise<void> {
    const { files } = this.#setup;
    const paths = [temporaryPath(this.#root, blobId), blobPath(this.#root, blobId)];
    await Promise.allSettled([
      ...(fd === undefined ? [] : [files.close(fd)]),
      ...(fd === undefined ? [] : paths.map((path) => files.unlink(path))),
    ]);
  }

  async #publish(batch: PublishedBlob[]): Promise<(undefined | Error)[]> {
    const failures = await this.#blobThread.call({ kind: 'publish', blobs: batch });
    return failures.map((failure) => failure && errorOf(failure));
  }

  /** Between two checks the disk may have been unmounted, and another one be in its place. */
  async #assertOnThisDisk(fd: number): Promise<void> {
    const { dev } = await promisify(fstat)(fd);
    if (dev === this.#health.device) return;
    await this.#health.check();
    if (dev !== this.#health.device) throw this.#unavailable();
  }

  #open(location: BlobLocation): Promise<Descriptor> {
    this.#assertUp();
    const { blobId, packName } = location;
    const path = packName === undefined ? blobPath(this.#root, blobId) : packPath(this.#root, packName);
    return this.#descriptors.acquire(path).catch(async (error: unknown) => {
      throw await this.#readFault(error, location);
    });
  }

  async #remove(path: string): Promise<void> {
    this.#assertUp();
    await this.#descriptors.evict(path);
    try {
      await this.#setup.files.unlink(path);
    } catch (error) {
      const fault = await this.#fault(error);
      if (errnoOf(error) !== 'ENOENT' || !this.isUp) throw fault;
    }
  }

  async #clearTemporary(): Promise<void> {
    const folder = join(this.#root, 'tmp');
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (!this.#uploads.has(name)) await this.#setup.files.unlink(join(folder, name)).catch(() => undefined);
    }
  }

  /** Closes what is open, so that the disk can be unmounted. */
  async #letGo(): Promise<void> {
    await Promise.all([this.#packs.seal(), this.#descriptors.evict()]);
  }

  #assertUp(): void {
    if (!this.isUp) throw this.#unavailable();
    if (this.#isUnmounting)
      throw new DomainError('unavailable', `disk "${this.#stored.name}" is being taken out of use`);
  }

  #assertNotWriting(packName: string): void {
    if (this.#packs.isWriting(packName)) throw new DomainError('refused', `pack ${packName} is being written`);
  }

  #unavailable(cause?: unknown): DomainError {
    const why = this.#health.problem ?? 'it failed; see the cause';
    return new DomainError('unavailable', `disk "${this.#stored.name}" is not available: ${why}`, {
      cause,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  /** As `#fault`; what is missing or fails on a disk that is there is `corrupt`. */
  async #readFault(error: unknown, what: BlobLocation | string): Promise<unknown> {
    const fault = await this.#fault(error);
    if (errnoOf(error) !== 'ENOENT' || !this.isUp) return fault;
    const name = typeof what === 'string' ? what : (what.packName ?? what.blobId);
    return new DomainError('corrupt', `${name} is missing on disk "${this.#stored.name}"`, { cause: error });
  }

  /** What a failed system call means to callers; any other error is given back as it is. Looks at the disk again. */
  async #fault(error: unknown): Promise<unknown> {
    const code = errnoOf(error);
    if (code === undefined) return error;
    if (isFullError(code)) {
      this.room.markFull();
      return new DomainError('no-space', `disk "${this.#stored.name}" is full`, { cause: error });
    }
    if (isTooManyFiles(code)) {
      return new DomainError('busy', 'too many files are open', { cause: error, retryAfterSeconds: 1 });
    }
    await this.#health.check(code !== 'ENOENT');
    return this.#unavailable(error);
  }
}

async function writeAll(
  writer: UploadWriter,
  source: AsyncIterable<Uint8Array>,
): Promise<{ sizeBytes: number; checksum: string }> {
  try {
    for await (const chunk of source) await writer.add(chunk);
    return await writer.finish();
  } finally {
    await writer.release();
  }
}

function withinFile(location: BlobLocation, extent: Extent): Extent {
  return { start: location.offsetBytes + extent.start, sizeBytes: extent.sizeBytes };
}
