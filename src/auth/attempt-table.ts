const SLOTS = 8;

export interface AttemptLimit {
  readonly most: number;
  readonly windowMs: number;
}

/** What an attempt was counted in, to take it back. */
export interface CountedAttempt {
  readonly row: number;
  readonly slot: number;
}

/**
 * Counts attempts in a moving window, never more than `most` within any `windowMs`. Rows are chosen by a keyed hash of
 * whoever attempts: memory is fixed, nobody's count can be pushed out by others, and nobody can aim at a neighbour's.
 */
export class AttemptTable {
  readonly #limit: AttemptLimit;
  readonly #rows: number;
  readonly #slotMs: number;
  /** `SLOTS` counts for each row: seven that cover the window and the one that is filling. */
  readonly #counts: Uint16Array;
  /** The slot (since the epoch) up to which a row's counts hold. */
  readonly #upTo: Float64Array;

  constructor(limit: AttemptLimit, rows = 32_768) {
    this.#limit = limit;
    this.#rows = rows;
    this.#slotMs = limit.windowMs / (SLOTS - 1);
    this.#counts = new Uint16Array(rows * SLOTS);
    this.#upTo = new Float64Array(rows);
  }

  /** Milliseconds until another attempt is allowed; 0 when it is now. */
  waitMs(hash: number, nowMs: number): number {
    const row = this.#advance(hash, nowMs);
    const slot = this.#upTo[row] ?? 0;
    let surplus = this.#sum(row) - this.#limit.most + 1;
    // The oldest slots leave the window first.
    for (let age = SLOTS - 1; surplus > 0; age--) {
      surplus -= this.#counts[this.#index(row, slot - age)] ?? 0;
      if (surplus <= 0) return (slot - age + SLOTS) * this.#slotMs - nowMs;
    }
    return 0;
  }

  /** Counts an attempt. */
  add(hash: number, nowMs: number): CountedAttempt {
    const row = this.#advance(hash, nowMs);
    const slot = this.#upTo[row] ?? 0;
    this.#change(row, slot, 1);
    return { row, slot };
  }

  /** Takes an attempt back that turned out to be none. */
  remove({ row, slot }: CountedAttempt): void {
    const isInWindow = (this.#upTo[row] ?? 0) - slot < SLOTS;
    if (isInWindow) this.#change(row, slot, -1);
  }

  #change(row: number, slot: number, by: 1 | -1): void {
    const index = this.#index(row, slot);
    this.#counts[index] = Math.max(0, (this.#counts[index] ?? 0) + by);
  }

  #index(row: number, slot: number): number {
    return row * SLOTS + (slot % SLOTS);
  }

  #sum(row: number): number {
    let sum = 0;
    for (let slot = 0; slot < SLOTS; slot++) sum += this.#counts[row * SLOTS + slot] ?? 0;
    return sum;
  }

  /** Empties the slots that have left the window. */
  #advance(hash: number, nowMs: number): number {
    const row = hash % this.#rows;
    const now = Math.floor(nowMs / this.#slotMs);
    const since = this.#upTo[row] ?? 0;
    for (let slot = Math.max(since + 1, now - SLOTS + 1); slot <= now; slot++) this.#counts[this.#index(row, slot)] = 0;
    if (now > since) this.#upTo[row] = now;
    return row;
  }
}
