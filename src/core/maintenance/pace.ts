const TARGET_MS = 10;
const LIMITS = { least: 50, most: 5000 };
const FIRST_LIMIT = 500;

/** How long to rest after work of `workedMs`; at least until everything else that waits has had its turn. */
export type Rest = (workedMs: number) => Promise<void>;

/** Keeps long work from standing in the way: pages that take little time each, and a rest after every one. */
export class Pace {
  readonly #rest: Rest;
  #limit = FIRST_LIMIT;

  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Does one page of work, of as many things as lately took little time. */
  async page<T>(work: (limit: number) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work(this.#limit);
    const workedMs = performance.now() - startedAt;
    const wanted = (this.#limit * TARGET_MS) / Math.max(workedMs, TARGET_MS / 4);
    this.#limit = Math.round(Math.min(LIMITS.most, Math.max(LIMITS.least, wanted)));
    await this.#rest(workedMs);
    return result;
  }
}
