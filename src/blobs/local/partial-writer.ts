import type { PartialState } from '../../core/ports/partial-blobs.ts';
import type { ResumableChecksum } from '../checksum.ts';
import { BUFFER_BYTES, type Buffers } from './buffers.ts';

/** As of `UploadWriter`. */
const MAX_WRITES = 2;
/** How much may be lost of a request that a crash cuts off. */
const DURABLE_EVERY_BYTES = 32 * 1024 * 1024;

/** The disk works while more comes: otherwise the end of each request of a few MiB would wait for all of it. */
const SYNC_EARLY_BYTES = 2 * 1024 * 1024;

export interface PartialTarget {
  readonly buffers: Buffers;
  /** Of what is there already. */
  readonly checksum: ResumableChecksum;
  readonly startBytes: number;
  /** Whether some of it may count before all of it has come. */
  readonly isCountedOnTheWay: boolean;
  /** Called before a write with the length that the file will then have; may throw. */
  readonly beforeWrite: (totalBytes: number) => Promise<void>;
  /** Writes all of `bytes`. */
  readonly write: (bytes: Uint8Array, position: number) => Promise<void>;
  readonly sync: () => Promise<void>;
  /** Called once what came so far survives a power cut. */
  readonly onDurable: (state: PartialState) => Promise<void>;
}

/** Adds to a file, and tells time and again how much of it is durable, while more comes. */
export class PartialWriter {
  readonly #target: PartialTarget;
  #buffer: Buffer;
  #used = 0;
  /** How much of the file has been handed to writes. */
  #position: number;
  #writes: Promise<void>[] = [];
  /** How much the last step counts that was begun. */
  #countedBytes: number;
  #counting: Promise<void> = Promise.resolve();
  #isCounting = false;
  #unsyncedBytes = 0;
  /** A sync that fails tells so only once. */
  #earlySync: Promise<void> = Promise.resolve();
  #isSyncing = false;

  constructor(target: PartialTarget) {
    this.#target = target;
    this.#buffer = target.buffers.take();
    this.#position = target.startBytes;
    this.#countedBytes = target.startBytes;
  }

  /** Copies `chunk`; waits only when a full buffer has to be written and too much is under way. */
  async add(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const part = chunk.subarray(offset, offset + BUFFER_BYTES - this.#used);
      this.#buffer.set(part, this.#used);
      this.#used += part.length;
      offset += part.length;
      if (this.#used === BUFFER_BYTES) await this.#flush();
    }
  }

  /** Resolves when all that was added is durable, and that has been told. */
  async finish(): Promise<PartialState> {
    if (this.#used > 0) await this.#flush();
    await Promise.all([this.#counting, this.#earlySync]);
    const state = this.#state();
    if (this.#position > this.#countedBytes) await this.#count(state);
    return state;
  }

  /** Waits for what is under way, whatever comes of it; the file may be closed then. Call it in the end in any case. */
  async release(): Promise<void> {
    await Promise.allSettled([...this.#writes, this.#counting, this.#earlySync]);
    this.#target.buffers.giveBack(this.#buffer);
  }

  #state(): PartialState {
    return { sizeBytes: this.#position, checksumState: this.#target.checksum.save() };
  }

  async #flush(): Promise<void> {
    const { checksum, beforeWrite, buffers, isCountedOnTheWay } = this.#target;
    await beforeWrite(this.#position + this.#used);
    while (this.#writes.length >= MAX_WRITES) await this.#writes.shift();
    checksum.update(this.#buffer.subarray(0, this.#used));
    const write = this.#write(this.#buffer, this.#used, this.#position);
    // Awaited later: until then its failure is not an unhandled one.
    write.catch(() => undefined);
    this.#writes.push(write);
    this.#position += this.#used;
    this.#buffer = buffers.take();
    this.#used = 0;
    if (isCountedOnTheWay && this.#position - this.#countedBytes >= DURABLE_EVERY_BYTES) await this.#countOnTheWay();
  }

  /** More comes meanwhile, but for twice as much as a step has: a disk that is slow to sync must slow the client. */
  async #countOnTheWay(): Promise<void> {
    const isFarBehind = this.#position - this.#countedBytes >= 2 * DURABLE_EVERY_BYTES;
    if (this.#isCounting && !isFarBehind) return;
    await this.#counting;
    this.#isCounting = true;
    this.#counting = this.#count(this.#state()).finally(() => (this.#isCounting = false));
    this.#counting.catch(() => undefined);
  }

  async #count(state: PartialState): Promise<void> {
    this.#countedBytes = state.sizeBytes;
    await Promise.all([...this.#writes, this.#earlySync]);
    await this.#target.sync();
    await this.#target.onDurable(state);
  }

  async #write(buffer: Buffer, sizeBytes: number, position: number): Promise<void> {
    try {
      await this.#target.write(buffer.subarray(0, sizeBytes), position);
    } finally {
      this.#target.buffers.giveBack(buffer);
    }
    this.#unsyncedBytes += sizeBytes;
    if (this.#unsyncedBytes >= SYNC_EARLY_BYTES && !this.#isSyncing) this.#syncEarly();
  }

  #syncEarly(): void {
    this.#unsyncedBytes = 0;
    this.#isSyncing = true;
    const sync = this.#target.sync().finally(() => (this.#isSyncing = false));
    this.#earlySync = Promise.all([this.#earlySync, sync]).then(() => undefined);
    this.#earlySync.catch(() => undefined);
  }
}
