import { fstat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Adopted, Allocation, HostFile } from '../../core/ports/blob-store.ts';
import type { NewBlob } from '../../core/ports/operations.ts';
import { randomId } from '../../lib/ids.ts';
import type { Checksums } from '../checksum.ts';
import { Batches } from './batches.ts';
import type { Buffers } from './buffers.ts';
import type { DiskFaults } from './disk-faults.ts';
import type { DiskHealth } from './disk-health.ts';
import { errorOf, type DiskThread, type PublishedBlob } from './disk-thread.ts';
import { CREATE, READ, type Files } from './files.ts';
import { blobOfLinkMark, blobOfPartial, blobPath, temporaryPath } from './layout.ts';
import { LinkedBlobs } from './linked-blobs.ts';
import { assertOnDisk, sumUp, writeFully } from './open-files.ts';
import { cloneFile, linkFile } from './takeover.ts';
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
  /** As `LinkedBlobsSetup` says. */
  allocate: (sizeBytes: number) => Allocation;
}

/** Uploads whose syncs are asked for together. */
const MAX_PUBLISHED = 64;

/** The large uploads to one disk: each streams to a file in `tmp/`, which becomes a blob when it is complete and synced. */
export class Uploads {
  readonly #setup: UploadsSetup;
  readonly #publishing: Batches<PublishedBlob, undefined>;
  /** Those under way, by blob id: their temporary files are not to be cleared, and unmounting waits for them. */
  readonly #running = new Map<string, Promise<unknown>>();

  readonly linked: LinkedBlobs;
  /** By the device of the file system that is cloned from. */
  readonly #canClone = new Map<number, boolean>();
  #isSyncingEarly = false;

  constructor(setup: UploadsSetup) {
    this.#setup = setup;
    this.linked = new LinkedBlobs({
      ...setup,
      publish: async (fd, blobId) => {
        await this.#publishing.add({ fd, root: setup.root, blobId });
      },
    });
    this.#publishing = new Batches({
      take: (waiting) => Math.min(waiting.length, MAX_PUBLISHED),
      run: (batch) => this.#publish(batch),
    });
  }

  /** As `BlobStore.put` says. */
  async receive(upload: Upload): Promise<NewBlob> {
    return this.#watched(upload.blobId, this.#receive(upload));
  }

  /** As `BlobStore.adopt` says. */
  async adopt(blobId: string, file: HostFile, signal: AbortSignal): Promise<Adopted | undefined> {
    return this.#watched(blobId, this.#adopt(blobId, file, signal));
  }

  /** Whether this disk can hold clones of what lies where `file` does; tried once. */
  async canClone(file: HostFile): Promise<boolean> {
    const known = this.#canClone.get(file.device);
    if (known !== undefined) return known;
    const trial = temporaryPath(this.#setup.root, randomId());
    const outcome = await cloneFile(file, trial);
    if (outcome === 'cloned') await this.#setup.files.unlink(trial);
    if (outcome !== 'failed') this.#canClone.set(file.device, outcome === 'cloned');
    return outcome === 'cloned';
  }

  isReceiving(blobId: string): boolean {
    return this.#running.has(blobId);
  }

  /** Resolves once all that are under way have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Removes what uploads left that a crash or the loss of the disk cut off; those that come in pieces go on. Never rejects. */
  async clear(): Promise<void> {
    const folder = join(this.#setup.root, 'tmp');
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const isKept = this.#running.has(name) || blobOfLinkMark(name) !== undefined || blobOfPartial(name) !== undefined;
      if (!isKept) await this.#setup.files.unlink(join(folder, name)).catch(() => undefined);
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
      await assertOnDisk(fd, this.#setup);
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

  async #adopt(blobId: string, file: HostFile, signal: AbortSignal): Promise<Adopted | undefined> {
    const { root } = this.#setup;
    signal.throwIfAborted();
    const temporary = temporaryPath(root, blobId);
    const giveBack = file.isGivenAway ? await this.#link(blobId, file) : undefined;
    if (giveBack === undefined && (await cloneFile(file, temporary)) !== 'cloned') return undefined;
    const settle = async (): Promise<void> => {
      if (giveBack !== undefined && !(await this.linked.settle(blobId))) await giveBack();
    };
    try {
      return { blob: await this.#publishTemporary(blobId, signal), settle };
    } catch (error) {
      await settle().catch(() => undefined);
      throw error;
    }
  }

  async #link(blobId: string, file: HostFile): Promise<(() => Promise<void>) | undefined> {
    await this.#setup.faults.guard(this.linked.expect(blobId));
    const giveBack = await linkFile(file, temporaryPath(this.#setup.root, blobId));
    if (giveBack === undefined) await this.linked.settle(blobId);
    return giveBack;
  }

  /** Makes a blob of what lies under its temporary name already. */
  async #publishTemporary(blobId: string, signal: AbortSignal): Promise<NewBlob> {
    const { files, root, faults, diskId } = this.#setup;
    let fd: number | undefined;
    try {
      fd = await faults.guard(files.open(temporaryPath(root, blobId), READ));
      await assertOnDisk(fd, this.#setup);
      const { size: sizeBytes } = await promisify(fstat)(fd);
      const checksum = await this.#checksumOf({ fd, sizeBytes }, signal);
      await faults.guard(this.#publishing.add({ fd, root, blobId }));
      const location = { blobId, diskId, sizeBytes, checksum, packId: undefined, packName: undefined, offsetBytes: 0 };
      return { id: blobId, sizeBytes, checksum, location };
    } catch (error) {
      await this.#discard(blobId, undefined);
      throw error;
    } finally {
      if (fd !== undefined) await files.close(fd).catch(() => undefined);
    }
  }

  async #checksumOf({ fd, sizeBytes }: { fd: number; sizeBytes: number }, signal: AbortSignal): Promise<string> {
    const { checksums, faults } = this.#setup;
    const checksum = await checksums.begin();
    await faults.guard(sumUp(checksum, { ...this.#setup, fd }, { sizeBytes, signal }));
    return checksum.digest();
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
