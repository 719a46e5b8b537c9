interface Line {
  running: number;
  readonly waiting: Set<() => void>;
}

/** Lets a few pieces of work of each one run at a time, in the order in which they were asked for. */
export class Turns {
  readonly #atOnce: number;
  readonly #lines = new Map<number | string, Line>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Resolves and rejects as `work` does, once it is the turn of `who`. Rejects with the signal's reason when that fires
   * before: nothing has been done by then. Never take a turn within one of the same `Turns`.
   */
  async take<T>(who: number | string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(who) ?? { running: 0, waiting: new Set() };
    this.#lines.set(who, line);
    if (line.running < this.#atOnce) line.running += 1;
    else await inLine(line, signal);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#pass(who, line);
    }
  }

  #pass(who: number | string, line: Line): void {
    const [next] = line.waiting;
    if (next) {
      line.waiting.delete(next);
      next();
      return;
    }
    line.running -= 1;
    if (line.running === 0) this.#lines.delete(who);
  }
}

async function inLine({ waiting }: Line, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = (): void => {
    if (waiting.delete(resolve)) reject(signal.reason as Error);
  };
  waiting.add(resolve);
  signal.addEventListener('abort', leave, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
