import { DomainError } from '../lib/errors.ts';

/**
 * Bounds how many requests of one user (or of one address) are answered at the same time, so that one client cannot take
 * all of a server.
 */
export class InFlightLimiter {
  readonly #most: number;
  readonly #what: string;
  readonly #running = new Map<number | string, number>();

  constructor(most: number, what = 'requests') {
    this.#most = most;
    this.#what = what;
  }

  /** Counts a request of somebody; call what it returns when the request has ended. Throws `busy`. */
  enter(whose: number | string): () => void {
    const running = this.#running.get(whose) ?? 0;
    if (running >= this.#most)
      throw new DomainError('busy', `too many ${this.#what} at once`, { retryAfterSeconds: 1 });
    this.#running.set(whose, running + 1);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#leave(whose);
    };
  }

  #leave(whose: number | string): void {
    const running = (this.#running.get(whose) ?? 1) - 1;
    if (running === 0) this.#running.delete(whose);
    else this.#running.set(whose, running);
  }
}
