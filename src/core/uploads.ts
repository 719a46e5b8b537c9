import { DomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import type { Core } from './core.ts';
import type { Allocation } from './ports/blob-store.ts';
import type { BlobLocation } from './ports/operations.ts';
import { GrowingRoom } from './room.ts';

/** Of an upload of unknown length. */
const FIRST_STEP_BYTES = 1024 * 1024;

/**
 * A large upload under way: room on a disk and part of the owner's quota, promised before the first byte. The promise
 * stands in the database under the id of the blob to be, so that a crash can be cleaned up after.
 */
export class Upload {
  readonly id: string;
  readonly allocation: Allocation;
  readonly #core: Core;
  /** Of the owner's quota, … */
  #reservedBytes: number;
  /** … and on the disk. */
  #promisedBytes: number;
  readonly #room: GrowingRoom;

  private constructor(
    core: Core,
    allocation: Allocation,
    { ownerId, sizeBytes }: { ownerId: number; sizeBytes: number },
  ) {
    this.#core = core;
    this.id = randomId();
    this.allocation = allocation;
    this.#reservedBytes = sizeBytes;
    this.#promisedBytes = sizeBytes;
    this.#room = new GrowingRoom(core, { ownerId, firstStepBytes: FIRST_STEP_BYTES });
  }

  /** Throws `quota-exceeded`, `no-space`, `unavailable`; nothing is promised then. */
  static async start(
    core: Core,
    ownerId: number,
    sizeBytes = 0,
    allocation = core.blobs.allocate(sizeBytes),
  ): Promise<Upload> {
    const upload = new Upload(core, allocation, { ownerId, sizeBytes });
    core.runningUploads.add(upload.id);
    try {
      await core.store.run('reserveUpload', {
        uploadId: upload.id,
        ownerId,
        sizeBytes,
        diskId: allocation.diskId,
        nowMs: core.clock.nowMs(),
      });
      return upload;
    } catch (error) {
      upload.end();
      throw error;
    }
  }

  /** To be called in any case, when what became of the upload is known or nothing more can be done to know it. */
  end(): void {
    this.allocation.release();
    this.#core.runningUploads.delete(this.id);
  }

  /** Called before bytes up to `totalBytes` are written. Throws `quota-exceeded`, `no-space`. */
  async grow(totalBytes: number): Promise<void> {
    const promisedBytes = this.#promisedBytes;
    await this.#room.grow({ promisedBytes, totalBytes }, (bytes) => this.#extendTo(bytes));
  }

  /** Goes on from where it failed before. */
  async #extendTo(totalBytes: number): Promise<void> {
    if (this.#reservedBytes < totalBytes) {
      const addBytes = totalBytes - this.#reservedBytes;
      await this.#core.store.run('extendUpload', { uploadId: this.id, addBytes });
      this.#reservedBytes = totalBytes;
    }
    if (this.#promisedBytes >= totalBytes) return;
    this.allocation.extend(totalBytes - this.#promisedBytes);
    this.#promisedBytes = totalBytes;
  }

  /**
   * Takes the promise back after `cause` and removes the bytes that were stored. What fails of that, and all of it when
   * the database could not say whether the file was committed, is left to `expireUploads`: never throws, since `cause` is
   * what the caller has to tell.
   */
  async abandon(stored: BlobLocation | undefined, cause: unknown): Promise<void> {
    const outcomeUnknown = stored !== undefined && !(cause instanceof DomainError && cause.code !== 'unavailable');
    if (outcomeUnknown) return;
    try {
      if (stored) await this.#core.blobs.remove(stored);
      await this.#core.store.run('releaseUpload', { uploadId: this.id });
    } catch {
      // The promise still stands, so `expireUploads` will find it.
    }
  }
}

/** A commit may still be on its way for so long after its upload came to an end here. */
const COMMIT_GRACE_MS = 60_000;

/**
 * Cleans up after uploads that a crash cut off: removes their bytes and releases what was promised to them. A committed
 * upload has no promise any more. Those on a disk that is down are left to `expireUploads`.
 * To be called before any new upload starts.
 */
export async function recoverUploads(core: Core): Promise<number> {
  return endUploads(core, await core.store.listUploads());
}

/** Cleans up after uploads that nobody has under way any more, because the database or their disk was away at their end. */
export async function expireUploads(core: Core): Promise<number> {
  return endUploads(core, await staleUploads(core, COMMIT_GRACE_MS));
}

type KnownUpload = Awaited<ReturnType<Core['store']['listUploads']>>[number];

/** The uploads that were begun longer than `graceMs` ago, and that nobody has under way. */
export async function staleUploads(core: Core, graceMs: number): Promise<KnownUpload[]> {
  const beforeMs = core.clock.nowMs() - graceMs;
  const uploads = await core.store.listUploads();
  return uploads.filter(({ uploadId, createdAtMs }) => createdAtMs <= beforeMs && !core.runningUploads.has(uploadId));
}

/**
 * Ends uploads that nobody has under way; returns how many. Those on a disk that is down are left as they are.
 * Given up first: what is not committed by then never is. The promise goes last: until then a crash leads here again.
 */
export async function endUploads(core: Core, uploads: readonly KnownUpload[]): Promise<number> {
  const down = new Set(core.blobs.listDisks().flatMap(({ id, state }) => (state === 'down' ? [id] : [])));
  let ended = 0;
  for (const { uploadId, diskId } of uploads) {
    if (down.has(diskId)) continue;
    await core.store.run('giveUpUpload', { uploadId });
    if ((await core.store.locateBlob(uploadId)) === undefined) await removeBytes(core, uploadId, diskId);
    await core.store.run('releaseUpload', { uploadId });
    ended += 1;
  }
  return ended;
}

async function removeBytes(core: Core, blobId: string, diskId: number): Promise<void> {
  const none = { sizeBytes: 0, checksum: '', packId: undefined, packName: undefined, offsetBytes: 0 };
  await core.blobs.remove({ blobId, diskId, ...none });
}
