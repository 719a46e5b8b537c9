/** Somebody looked for something that is here, and was told where. */
export interface HeardSearch {
  readonly address: string;
  /** What it looked for last. */
  readonly target: string;
  readonly atMs: number;
}

/** More machines than a home has; the one that was silent longest is forgotten. */
const KEPT = 64;

/** Who looks for media servers: a television that is not among them was never heard. */
export class Searches {
  readonly #byAddress = new Map<string, HeardSearch>();

  note(search: HeardSearch): void {
    this.#byAddress.delete(search.address);
    this.#byAddress.set(search.address, search);
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size > KEPT && oldest !== undefined) this.#byAddress.delete(oldest);
  }

  /** One of each address, the newest last. */
  list(): readonly HeardSearch[] {
    return [...this.#byAddress.values()];
  }
}
