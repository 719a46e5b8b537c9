import { DomainError } from '../lib/errors.ts';

/** Bounds how many requests of one user are answered at the same time, so that one client cannot take all of a server. */
export class InFlightLimiter {
  readonly #most: number;
  readonly #what: string;
  readonly #running = new Map<number, number>();

  constructor(most: number, what = 'requests') {
    this.#most = most;
    this.#what = what;
  }

  /** Counts a request of a user; call what it returns when the request has ended. Throws `busy`. */
  enter(userId: number): () => void {
    const running = this.#running.get(userId) ?? 0;
    if (running >= this.#most)
      throw new DomainError('busy', `too many ${this.#what} at once`, { retryAfterSeconds: 1 });
    this.#running.set(userId, running + 1);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#leave(userId);
    };
  }

  #leave(userId: number): void {
    const running = (this.#running.get(userId) ?? 1) - 1;
    if (running === 0) this.#running.delete(userId);
    else this.#running.set(userId, running);
  }
}
