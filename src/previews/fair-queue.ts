import type { PreviewAsker } from '../core/ports/previewer.ts';
import { DomainError } from '../lib/errors.ts';

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Lets a few pieces of work run at a time. Users take turns, and of each what was asked for first comes first. */
export class FairQueue {
  readonly #maxWaiting: number;
  /** By user, the next one's first; nobody's is empty. */
  readonly #waiting = new Map<number, Waiting[]>();
  #length = 0;
  #free: number;

  constructor({ running, waiting }: { running: number; waiting: number }) {
    this.#free = running;
    this.#maxWaiting = waiting;
  }

  /**
   * Resolves and rejects as `work` does, once it is its turn. Rejects with the signal's reason, while what has begun
   * goes on; with `busy` when too many wait, for the last one of whoever has most of them.
   */
  async run<T>(work: () => Promise<T>, { userId, signal }: PreviewAsker): Promise<T> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const entry: Waiting = { begin: () => void this.#do(work).then(resolve, reject), refuse: reject };
    const leave = (): void => {
      this.#remove(userId, entry);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { once: true });
    if (this.#free > 0) {
      this.#free -= 1;
      entry.begin();
    } else {
      this.#add(userId, entry);
    }
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#beginNext();
    }
  }

  #beginNext(): void {
    for (const [userId, entries] of this.#waiting) {
      const [next] = entries;
      if (!next) continue;
      this.#remove(userId, next);
      // All others come before this one's next.
      if (this.#waiting.delete(userId)) this.#waiting.set(userId, entries);
      next.begin();
      return;
    }
    this.#free += 1;
  }

  #add(userId: number, entry: Waiting): void {
    const own = this.#waiting.get(userId) ?? [];
    this.#waiting.set(userId, own);
    own.push(entry);
    this.#length += 1;
    if (this.#length <= this.#maxWaiting) return;
    let [longestId, longest] = [userId, own];
    for (const [id, entries] of this.#waiting) {
      if (entries.length > longest.length) [longestId, longest] = [id, entries];
    }
    const last = longest.at(-1);
    if (!last) return;
    this.#remove(longestId, last);
    last.refuse(new DomainError('busy', 'too many previews wait to be made', { retryAfterSeconds: 2 }));
  }

  #remove(userId: number, entry: Waiting): void {
    const entries = this.#waiting.get(userId);
    const at = entries?.indexOf(entry) ?? -1;
    if (!entries || at < 0) return;
    entries.splice(at, 1);
    this.#length -= 1;
    if (entries.length === 0) this.#waiting.delete(userId);
  }
}
