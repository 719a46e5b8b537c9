/** Over about so long the speed is smoothed. */
const SPAN_MS = 5000;
/** Nothing is said about what began just now. */
const UNSURE_MS = 1500;

/** How fast it goes: the share of all that is done, and bytes, by the clock. */
export class Pace {
  #last: { atMs: number; bytes: number; share: number } | undefined;
  #seenMs = 0;
  #bytesPerMs = 0;
  #sharePerMs = 0;

  /** Undefined while nobody can say. */
  get bytesPerSecond(): number | undefined {
    return this.#seenMs < UNSURE_MS ? undefined : this.#bytesPerMs * 1000;
  }

  get secondsLeft(): number | undefined {
    if (this.#seenMs < UNSURE_MS || this.#last === undefined || this.#sharePerMs <= 0) return undefined;
    return (1 - this.#last.share) / this.#sharePerMs / 1000;
  }

  /** To be told every few moments while something is sent. */
  see(atMs: number, { bytes, share }: { readonly bytes: number; readonly share: number }): void {
    const last = this.#last;
    this.#last = { atMs, bytes, share };
    const passedMs = atMs - (last?.atMs ?? atMs);
    if (last === undefined || passedMs <= 0) return;
    this.#seenMs += passedMs;
    // Averages over all there is, until that is longer than the span.
    const weight = Math.max(1 - Math.exp(-passedMs / SPAN_MS), passedMs / this.#seenMs);
    this.#bytesPerMs += weight * (Math.max(0, bytes - last.bytes) / passedMs - this.#bytesPerMs);
    this.#sharePerMs += weight * (Math.max(0, share - last.share) / passedMs - this.#sharePerMs);
  }

  /** After a pause, what was before says nothing. */
  rest(): void {
    this.#last = undefined;
    this.#seenMs = 0;
    this.#bytesPerMs = 0;
    this.#sharePerMs = 0;
  }
}
