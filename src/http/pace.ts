import { setTimeout as sleep } from 'node:timers/promises';

/** What may go at once after a rest. */
const BURST_MS = 250;
const MIN_SLICE_BYTES = 1024;
const MAX_SLICE_BYTES = 64 * 1024;
/** A slice takes this part of a second: small enough that several connections share evenly. */
const SLICES_A_SECOND = 8;

/** Time as a pace needs it; tests have their own. */
export interface Timing {
  nowMs(): number;
  /** Rejects with the signal's reason when it fires. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

const TIMING: Timing = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** A token bucket: all that go through one of these together carry no more than so many bytes a second. */
export class Pace {
  #bytesPerSecond: number;
  readonly #timing: Timing;
  /** When all that was promised so far will have gone. */
  #freeAtMs = -Infinity;

  constructor(bytesPerSecond: number, timing = TIMING) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#timing = timing;
  }

  /** Holds for what is asked for from now on. */
  set bytesPerSecond(bytes: number) {
    this.#bytesPerSecond = bytes;
  }

  /** Nothing has to wait, and nobody would notice if this began anew. */
  get isRested(): boolean {
    return this.#freeAtMs <= this.#timing.nowMs() - BURST_MS;
  }

  /** Waits until `bytes` may go, in the order of asking. Rejects with the signal's reason when it fires before. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const nowMs = this.#timing.nowMs();
    const costMs = (bytes / this.#bytesPerSecond) * 1000;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs - BURST_MS) + costMs;
    const waitMs = this.#freeAtMs - nowMs;
    if (waitMs <= 0) return;
    try {
      await this.#timing.sleep(waitMs, signal);
    } catch (error) {
      // Those who asked later keep their turns; only what comes next is sooner.
      this.#freeAtMs -= costMs;
      throw error;
    }
  }

  /** What comes in, each piece as soon as it may. */
  async *ofArriving(pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    for await (const piece of pieces) {
      await this.take(piece.byteLength, signal);
      yield piece;
    }
  }

  /**
   * What goes out, in slices. They are copies: whoever made a piece may use its memory again once the next is asked for,
   * and of a slice nobody knows by then whether it has left.
   */
  async *ofLeaving(
    pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    for await (const piece of pieces) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      for (let at = 0; at < bytes.byteLength;) {
        const slice = Buffer.from(bytes.subarray(at, at + this.#sliceBytes()));
        await this.take(slice.byteLength, signal);
        yield slice;
        at += slice.byteLength;
      }
    }
  }

  #sliceBytes(): number {
    const wanted = Math.floor(this.#bytesPerSecond / SLICES_A_SECOND);
    return Math.min(MAX_SLICE_BYTES, Math.max(MIN_SLICE_BYTES, wanted));
  }
}
