/** One that waits for its batch. */
interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export interface BatchWork<Item, Result> {
  /** How many of those that wait go into the next batch: at least one. */
  take(waiting: readonly Item[]): number;
  /** Answers for each item of a batch, in order; an `Error` rejects that item alone, a rejection all of them. */
  run(batch: Item[]): Promise<(Result | Error)[]>;
}

/** Lets work that arrives while a batch is under way wait for the next one, so that it shares its cost (a sync). */
export class Batches<Item, Result> {
  readonly #work: BatchWork<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running: Promise<void> | undefined;

  constructor(work: BatchWork<Item, Result>) {
    this.#work = work;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #runAll(): Promise<void> {
    // What was added in the same turn of the event loop belongs to the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const count = this.#work.take(this.#waiting.map(({ item }) => item));
      await this.#runOne(this.#waiting.splice(0, Math.max(count, 1)));
    }
    this.#running = undefined;
  }

  async #runOne(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#work.run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result instanceof Error) reject(result);
        else resolve(result as Result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
