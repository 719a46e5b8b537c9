import { DomainError, isDomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import type { Core } from './core.ts';
import type { Allocation } from './ports/blob-store.ts';
import type { BlobLocation } from './ports/operations.ts';

/** An upload of unknown length is promised room in steps that grow up to this. */
const FIRST_STEP_BYTES = 1024 * 1024;
const MAX_STEP_BYTES = 64 * 1024 * 1024;

/**
 * A large upload under way: room on a disk and part of the owner's quota, promised before the first byte. The promise
 * stands in the database under the id of the blob to be, so that a crash can be cleaned up after.
 */
export class Upload {
  readonly id: string;
  readonly allocation: Allocation;
  readonly #core: Core;
  #reservedBytes: number;
  #stepBytes = FIRST_STEP_BYTES;

  private constructor(core: Core, id: string, allocation: Allocation, reservedBytes: number) {
    this.#core = core;
    this.id = id;
    this.allocation = allocation;
    this.#reservedBytes = reservedBytes;
  }

  /** Throws `quota-exceeded`, `no-space`, `unavailable`; nothing is promised then. */
  static async start(core: Core, ownerId: number, sizeBytes: number | undefined): Promise<Upload> {
    const reservedBytes = sizeBytes ?? 0;
    const allocation = core.blobs.allocate(reservedBytes);
    const upload = new Upload(core, randomId(), allocation, reservedBytes);
    try {
      await core.store.run('reserveUpload', {
        uploadId: upload.id,
        ownerId,
        sizeBytes: reservedBytes,
        diskId: allocation.diskId,
        nowMs: core.clock.nowMs(),
      });
      return upload;
    } catch (error) {
      allocation.release();
      throw error;
    }
  }

  /** Called before bytes up to `totalBytes` are written. Throws `quota-exceeded`, `no-space`. */
  async grow(totalBytes: number): Promise<void> {
    const missing = totalBytes - this.#reservedBytes;
    if (missing <= 0) return;
    const step = Math.max(missing, this.#stepBytes);
    this.#stepBytes = Math.min(this.#stepBytes * 2, MAX_STEP_BYTES);
    try {
      await this.#extend(step);
    } catch (error) {
      if (step === missing || !isDomainError(error, 'quota-exceeded', 'no-space')) throw error;
      await this.#extend(missing);
    }
  }

  async #extend(addBytes: number): Promise<void> {
    this.allocation.extend(addBytes);
    await this.#core.store.run('extendUpload', { uploadId: this.id, addBytes });
    this.#reservedBytes += addBytes;
  }

  /**
   * Takes the promise back after `cause` and removes the bytes that were stored. When the database could not say
   * whether the file was committed, both are left to `recoverUploads`, which knows.
   */
  async abandon(stored: BlobLocation | undefined, cause: unknown): Promise<void> {
    const outcomeUnknown = stored !== undefined && !(cause instanceof DomainError && cause.code !== 'unavailable');
    if (outcomeUnknown) return;
    if (stored) await this.#core.blobs.remove(stored);
    await this.#core.store.run('releaseUpload', { uploadId: this.id });
  }
}

/**
 * Cleans up after uploads that a crash cut off: removes their bytes and releases what was promised to them. A committed
 * upload has no promise any more. To be called before any new upload starts.
 */
export async function recoverUploads(core: Core): Promise<number> {
  const uploads = await core.store.listUploads();
  for (const { uploadId, diskId } of uploads) {
    await core.blobs.remove({
      blobId: uploadId,
      diskId,
      sizeBytes: 0,
      checksum: '',
      packId: undefined,
      packName: undefined,
      offsetBytes: 0,
    });
    await core.store.run('releaseUpload', { uploadId });
  }
  return uploads.length;
}
