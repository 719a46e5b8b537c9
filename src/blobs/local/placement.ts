import { DomainError } from '../../lib/errors.ts';
import type { Allocation } from '../../core/ports/blob-store.ts';

/** What a look at a disk tells. */
export interface SpaceSample {
  freeBytes: number;
  totalBytes: number;
}

/** The room on one disk: the last sample, less what was written since, less what is promised. */
export class DiskRoom {
  readonly #reserveBytes: number;
  #sample: SpaceSample = { freeBytes: 0, totalBytes: 0 };
  #writtenBytes = 0;
  /** `#writtenBytes` when the last sample was begun. */
  #writtenBefore = 0;
  #promisedBytes = 0;
  #isFull = false;

  constructor(reserveBytes: number) {
    this.#reserveBytes = reserveBytes;
  }

  get freeBytes(): number {
    if (this.#isFull) return 0;
    return Math.max(0, this.#sample.freeBytes - (this.#writtenBytes - this.#writtenBefore));
  }

  get totalBytes(): number {
    return this.#sample.totalBytes;
  }

  get promisedBytes(): number {
    return this.#promisedBytes;
  }

  /** What may still be promised; negative below the floor. */
  get availableBytes(): number {
    return this.freeBytes - this.#promisedBytes - this.#reserveBytes;
  }

  /** What there is beside all promises, the floor included. */
  get unpromisedBytes(): number {
    return this.freeBytes - this.#promisedBytes;
  }

  get isBelowFloor(): boolean {
    return this.freeBytes <= this.#reserveBytes;
  }

  /** Call before looking; what is written while looking counts as not seen. */
  beginSample(): (sample: SpaceSample) => void {
    const writtenBefore = this.#writtenBytes;
    const wasFull = this.#isFull;
    return (sample) => {
      this.#sample = sample;
      this.#writtenBefore = writtenBefore;
      if (wasFull) this.#isFull = false;
    };
  }

  /** The disk said so itself: nothing is promised until the next sample. */
  markFull(): void {
    this.#isFull = true;
  }

  /** Changes what is promised, by a negative number when a promise ends. */
  promise(addBytes: number): void {
    this.#promisedBytes += addBytes;
  }

  written(bytes: number): void {
    this.#writtenBytes += bytes;
  }
}

/** A disk as far as placement sees it. */
export interface Place {
  readonly id: number;
  readonly isWritable: boolean;
  readonly room: DiskRoom;
}

/** A promise on one disk. What is written of it stops being promised and counts as written. */
export class LocalAllocation implements Allocation {
  readonly diskId: number;
  readonly #room: DiskRoom;
  #openBytes = 0;
  #isReleased = false;

  constructor(place: Place, sizeBytes: number) {
    this.diskId = place.id;
    this.#room = place.room;
    this.#add(sizeBytes);
  }

  extend(addBytes: number): void {
    if (this.#room.availableBytes < addBytes) {
      throw new DomainError('no-space', `the disk has no room for ${addBytes} bytes more`);
    }
    if (!this.#isReleased) this.#add(addBytes);
  }

  consume(bytes: number): void {
    this.#room.written(bytes);
    this.#add(-Math.min(bytes, this.#openBytes));
  }

  release(): void {
    this.#add(-this.#openBytes);
    this.#isReleased = true;
  }

  #add(bytes: number): void {
    this.#openBytes += bytes;
    this.#room.promise(bytes);
  }
}

/**
 * Promises room on the writable disk that has most of it, leaving out those in `except`.
 * Throws `no-space` when none has enough, `unavailable` when there is none at all.
 */
export function allocateOn(places: Iterable<Place>, sizeBytes: number, except?: ReadonlySet<number>): LocalAllocation {
  let best: Place | undefined;
  for (const place of places) {
    if (!place.isWritable || except?.has(place.id) === true) continue;
    if (best === undefined || place.room.availableBytes > best.room.availableBytes) best = place;
  }
  if (best === undefined)
    throw new DomainError('unavailable', 'no disk is there to write to', { retryAfterSeconds: 10 });
  if (best.room.availableBytes < Math.max(sizeBytes, 1)) throw noSpace(sizeBytes);
  return new LocalAllocation(best, sizeBytes);
}

function noSpace(sizeBytes: number): DomainError {
  return new DomainError('no-space', `no disk has ${sizeBytes} bytes free`);
}
