import { fstat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { NewBlob } from '../../core/ports/operations.ts';
import type { PartialAppend, PartialState } from '../../core/ports/partial-blobs.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Checksums, ResumableChecksum } from '../checksum.ts';
import type { Buffers } from './buffers.ts';
import type { DiskFaults } from './disk-faults.ts';
import type { DiskHealth } from './disk-health.ts';
import { errorOf, type DiskThread } from './disk-thread.ts';
import { CREATE, READ, READ_WRITE, errnoOf, type Files } from './files.ts';
import { blobOfPartial, blobPath, partialPath } from './layout.ts';
import { assertOnDisk, sumUp, writeFully } from './open-files.ts';
import { readExactly } from './ordered-reads.ts';
import { PartialWriter } from './partial-writer.ts';
import { untilAborted } from './upload-writer.ts';

export interface PartialsSetup {
  readonly diskId: number;
  readonly root: string;
  readonly files: Files;
  readonly buffers: Buffers;
  readonly checksums: Checksums;
  readonly thread: DiskThread;
  readonly health: DiskHealth;
  readonly faults: DiskFaults;
}

/** The files of one disk that become blobs piece by piece; what the methods do, `PartialBlobs` says. */
export class Partials {
  readonly #setup: PartialsSetup;
  /** Those that are worked on, by blob id: unmounting waits for them. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(setup: PartialsSetup) {
    this.#setup = setup;
  }

  isInUse(blobId: string): boolean {
    return this.#running.has(blobId);
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async create(blobId: string): Promise<void> {
    await this.#watched(blobId, this.#create(blobId));
  }

  async append(
    blobId: string,
    from: PartialState,
    options: PartialAppend & { onWritten: (bytes: number) => void },
  ): Promise<PartialState> {
    return this.#watched(blobId, this.#append(blobId, from, options));
  }

  async publish(blobId: string, state: PartialState): Promise<NewBlob> {
    return this.#watched(blobId, this.#publish(blobId, state));
  }

  async readSmall(blobId: string, sizeBytes: number): Promise<Uint8Array> {
    const { files, faults } = this.#setup;
    const { fd } = await this.#openAnywhere(blobId);
    try {
      return await faults.guard(readExactly(files, fd, { start: 0, sizeBytes }));
    } finally {
      await files.close(fd);
    }
  }

  async list(): Promise<string[]> {
    const names = await this.#setup.faults.guard(readdir(join(this.#setup.root, 'tmp')));
    return names.map(blobOfPartial).filter((id) => id !== undefined);
  }

  async remove(blobId: string): Promise<void> {
    const { thread, faults, root } = this.#setup;
    await faults.guard(thread.call({ kind: 'remove', path: partialPath(root, blobId) }));
  }

  async #create(blobId: string): Promise<void> {
    const { files, root, faults, thread } = this.#setup;
    const path = partialPath(root, blobId);
    const fd = await faults.guard(files.open(path, CREATE));
    try {
      await assertOnDisk(fd, this.#setup);
      await faults.guard(thread.call({ kind: 'sync-folder', path: dirname(path) }));
    } catch (error) {
      await files.unlink(path).catch(() => undefined);
      throw error;
    } finally {
      await files.close(fd).catch(() => undefined);
    }
  }

  async #append(
    blobId: string,
    from: PartialState,
    options: PartialAppend & { onWritten: (bytes: number) => void },
  ): Promise<PartialState> {
    const { files, root, faults } = this.#setup;
    options.signal.throwIfAborted();
    const path = partialPath(root, blobId);
    const fd = await faults.guardReading(files.open(path, READ_WRITE), `upload ${blobId}`);
    try {
      await assertOnDisk(fd, this.#setup);
      await this.#cutTo(path, { fd, blobId, sizeBytes: from.sizeBytes });
      const checksum = await this.#checksumOf(fd, from);
      try {
        return await this.#write(fd, checksum, { ...options, startBytes: from.sizeBytes });
      } finally {
        checksum.giveBack();
      }
    } finally {
      await files.close(fd).catch(() => undefined);
    }
  }

  /** Takes away what came after the last state that was told, of a request that was cut off. */
  async #cutTo(path: string, { fd, blobId, sizeBytes }: { fd: number; blobId: string; sizeBytes: number }) {
    const { faults, thread } = this.#setup;
    const { size } = await promisify(fstat)(fd);
    if (size < sizeBytes) throw tooShort(blobId, { foundBytes: size, sizeBytes });
    if (size > sizeBytes) await faults.guard(thread.call({ kind: 'trim', path, lengthBytes: sizeBytes }));
  }

  /** Goes on from the state that was saved, or reads all again where that cannot be used any more. */
  async #checksumOf(fd: number, { sizeBytes, checksumState }: PartialState): Promise<ResumableChecksum> {
    const { checksums, faults } = this.#setup;
    if (checksumState !== undefined) {
      const resumed = await checksums.resume(checksumState);
      if (resumed !== undefined) return resumed;
    }
    const fresh = await checksums.begin();
    await faults.guard(sumUp(fresh, { ...this.#setup, fd }, { sizeBytes }));
    return fresh;
  }

  async #write(
    fd: number,
    checksum: ResumableChecksum,
    { source, signal, keeps, grow, onDurable, onWritten, startBytes }: WriteOptions,
  ): Promise<PartialState> {
    const { files, buffers, faults, thread } = this.#setup;
    const writer = new PartialWriter({
      buffers,
      checksum,
      startBytes,
      isCountedOnTheWay: keeps === 'what-came',
      beforeWrite: async (totalBytes) => grow?.(totalBytes),
      write: async (bytes, position) => {
        await faults.guard(writeFully(files, fd, { bytes, position }));
        onWritten(bytes.length);
      },
      sync: () => faults.guard(thread.call({ kind: 'sync-data', fd })),
      onDurable,
    });
    try {
      const failure = await addAll(writer, untilAborted(source, signal));
      if (failure !== undefined && keeps === 'nothing') throw failure.error;
      const state = await writer.finish();
      if (failure !== undefined) throw failure.error;
      return state;
    } finally {
      await writer.release();
    }
  }

  async #publish(blobId: string, { sizeBytes, checksumState }: PartialState): Promise<NewBlob> {
    const { files, root, diskId, thread, faults } = this.#setup;
    const { fd, path } = await this.#openAnywhere(blobId);
    try {
      await assertOnDisk(fd, this.#setup);
      if (path !== blobPath(root, blobId)) await this.#cutTo(path, { fd, blobId, sizeBytes });
      const checksum = (await this.#checksumOf(fd, { sizeBytes, checksumState })).digest();
      const [failure] = await faults.guard(thread.call({ kind: 'publish', blobs: [{ fd, root, blobId, from: path }] }));
      if (failure !== undefined) throw await faults.of(errorOf(failure));
      const location = { blobId, diskId, sizeBytes, checksum, packId: undefined, packName: undefined, offsetBytes: 0 };
      return { id: blobId, sizeBytes, checksum, location };
    } finally {
      await files.close(fd).catch(() => undefined);
    }
  }

  /** Before or after it became a blob. */
  async #openAnywhere(blobId: string): Promise<{ fd: number; path: string }> {
    const { files, root, faults } = this.#setup;
    const path = partialPath(root, blobId);
    try {
      return { fd: await files.open(path, READ), path };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw await faults.of(error);
    }
    const published = blobPath(root, blobId);
    return { fd: await faults.guardReading(files.open(published, READ), `upload ${blobId}`), path: published };
  }

  async #watched<T>(blobId: string, work: Promise<T>): Promise<T> {
    this.#running.set(
      blobId,
      work.catch(() => undefined),
    );
    try {
      return await work;
    } finally {
      this.#running.delete(blobId);
    }
  }
}

type WriteOptions = PartialAppend & { onWritten: (bytes: number) => void; startBytes: number };

/** What the source failed with, if it did; what the writing fails with is thrown. */
async function addAll(
  writer: PartialWriter,
  source: AsyncIterable<Uint8Array>,
): Promise<{ error: unknown } | undefined> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => ({ error }));
      if ('error' in next) return next;
      if (next.done === true) return undefined;
      await writer.add(next.value);
    }
  } finally {
    await chunks.return?.();
  }
}

function tooShort(blobId: string, { foundBytes, sizeBytes }: { foundBytes: number; sizeBytes: number }): DomainError {
  return new DomainError('corrupt', `upload ${blobId} has ${foundBytes} bytes on its disk instead of ${sizeBytes}`);
}
