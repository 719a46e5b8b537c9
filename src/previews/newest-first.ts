import { DomainError } from '../lib/errors.ts';

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Lets a few pieces of work run at a time, the one asked for last first: that is what somebody looks at now. */
export class NewestFirst {
  readonly #maxWaiting: number;
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor({ running, waiting }: { running: number; waiting: number }) {
    this.#free = running;
    this.#maxWaiting = waiting;
  }

  /**
   * Resolves and rejects as `work` does, once it is its turn. Before that it rejects with the signal's reason, or with
   * `busy` when so many came later that its turn is far away.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.pop();
      if (next) next.begin();
      else this.#free += 1;
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Waiting = { begin: resolve, refuse: reject };
    const leave = (): void => {
      const at = this.#waiting.indexOf(entry);
      if (at >= 0) this.#waiting.splice(at, 1);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(entry);
    if (this.#waiting.length > this.#maxWaiting) {
      const tooMany = new DomainError('busy', 'too many previews wait to be made', { retryAfterSeconds: 2 });
      this.#waiting.shift()?.refuse(tooMany);
    }
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }
}
