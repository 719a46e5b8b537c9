import { fstat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NewBlob } from '../../core/ports/operations.ts';
import type { Checksums } from '../checksum.ts';
import { Batches } from './batches.ts';
import type { Buffers } from './buffers.ts';
import type { DiskFaults } from './disk-faults.ts';
import type { DiskHealth } from './disk-health.ts';
import { errorOf, type DiskThread, type PublishedBlob } from './disk-thread.ts';
import { CREATE, systemError, type Files } from './files.ts';
import { blobPath, temporaryPath } from './layout.ts';
import { UploadWriter, untilAborted } from './upload-writer.ts';

export interface Upload {
  blobId: string;
  source: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
  grow: ((totalBytes: number) => Promise<void>) | undefined;
  /** Called when so many more bytes have been written. */
  onWritten: (bytes: number) => void;
}

export interface UploadsSetup {
  diskId: number;
  root: string;
  files: Files;
  buffers: Buffers;
  checksums: Checksums;
  thread: DiskThread;
  health: DiskHealth;
  faults: DiskFaults;
}

/** Uploads whose syncs are asked for together. */
const MAX_PUBLISHED = 64;

/** The large uploads to one disk: each streams to a file in `tmp/`, which becomes a blob when it is complete and synced. */
export class Uploads {
  readonly #setup: UploadsSetup;
  readonly #publishing: Batches<PublishedBlob, undefined>;
  /** Those under way, by blob id: their temporary files are not to be cleared, and unmounting waits for them. */
  readonly #running = new Map<string, Promise<unknown>>();

  #isSyncingEarly = false;

  constructor(setup: UploadsSetup) {
    this.#setup = setup;
    this.#publishing = new Batches({
      take: (waiting) => Math.min(waiting.length, MAX_PUBLISHED),
      run: (batch) => this.#publish(batch),
    });
  }

  /** As `BlobStore.put` says. */
  async receive(upload: Upload): Promise<NewBlob> {
    const received = this.#receive(upload);
    const settled = received.catch(() => undefined);
    this.#running.set(upload.blobId, settled);
    try {
      return await received;
    } finally {
      this.#running.delete(upload.blobId);
    }
  }

  isReceiving(blobId: string): boolean {
    return this.#running.has(blobId);
  }

  /** Resolves once all that are under way have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Removes what uploads left that a crash or the loss of the disk cut off. Never rejects. */
  async clear(): Promise<void> {
    const folder = join(this.#setup.root, 'tmp');
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (!this.#running.has(name)) await this.#setup.files.unlink(join(folder, name)).catch(() => undefined);
    }
  }

  async #receive(upload: Upload): Promise<NewBlob> {
    const { files, root, faults, diskId } = this.#setup;
    const { blobId, signal } = upload;
    signal.throwIfAborted();
    // Only calls on the disk are guarded: a connection that is lost is a failed system call, too.
    const fd = await faults.guard(files.open(temporaryPath(root, blobId), CREATE));
    let isOpen = true;
    try {
      await this.#assertOnThisDisk(fd);
      const { sizeBytes, checksum } = await this.#write(fd, upload);
      await faults.guard(this.#publishing.add({ fd, root, blobId }));
      isOpen = false;
      await faults.guard(files.close(fd));
      const location = { blobId, diskId, sizeBytes, checksum, packId: undefined, packName: undefined, offsetBytes: 0 };
      return { id: blobId, sizeBytes, checksum, location };
    } catch (error) {
      await this.#discard(blobId, isOpen ? fd : undefined);
      throw error;
    }
  }

  /** Between two checks the disk may have been unmounted, and another one be in its place. */
  async #assertOnThisDisk(fd: number): Promise<void> {
    const { health, faults } = this.#setup;
    const { dev } = await promisify(fstat)(fd);
    if (dev === health.device) return;
    await health.check();
    if (dev !== health.device) throw faults.unavailable();
  }

  async #write(
    fd: number,
    { source, signal, grow, onWritten }: Upload,
  ): Promise<{ sizeBytes: number; checksum: string }> {
    const { files, buffers, checksums, faults } = this.#setup;
    const checksum = await checksums.begin();
    const write = async (bytes: Uint8Array, position: number): Promise<void> => {
      await faults.guard(writeFully(files, fd, { bytes, position }));
      onWritten(bytes.length);
    };
    const beforeWrite = async (totalBytes: number): Promise<void> => grow?.(totalBytes);
    const syncEarly = (): Promise<void> | undefined => this.#syncEarly(fd);
    const writer = new UploadWriter({ buffers, checksum, beforeWrite, write, syncEarly });
    try {
      for await (const chunk of untilAborted(source, signal)) await writer.add(chunk);
      return await writer.finish();
    } finally {
      await writer.release();
    }
  }

  /** One at a time, so that finished uploads do not wait behind those of all others. */
  #syncEarly(fd: number): Promise<void> | undefined {
    if (this.#isSyncingEarly) return undefined;
    this.#isSyncingEarly = true;
    const { faults, thread } = this.#setup;
    return faults.guard(thread.call({ kind: 'sync-data', fd })).finally(() => (this.#isSyncingEarly = false));
  }

  /** Removes what a failed upload left, wherever it got to. What a lost disk keeps is cleared when it comes back. */
  async #discard(blobId: string, fd: number | undefined): Promise<void> {
    const { files, root } = this.#setup;
    if (fd !== undefined) await files.close(fd).catch(() => undefined);
    await Promise.allSettled([files.unlink(temporaryPath(root, blobId)), files.unlink(blobPath(root, blobId))]);
  }

  async #publish(batch: PublishedBlob[]): Promise<(undefined | Error)[]> {
    const failures = await this.#setup.thread.call({ kind: 'publish', blobs: batch });
    return failures.map((failure) => failure && errorOf(failure));
  }
}

/** A write that takes less than all is followed by another; one that takes nothing means that the disk is full. */
async function writeFully(files: Files, fd: number, part: { bytes: Uint8Array; position: number }): Promise<void> {
  const { bytes, position } = part;
  for (let written = 0; written < bytes.length;) {
    const count = await files.write(fd, bytes.subarray(written), position + written);
    if (count === 0) throw systemError('ENOSPC', 'write');
    written += count;
  }
}
