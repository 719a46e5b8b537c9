import { DomainError } from '../../../lib/errors.ts';

/** More than the tabs and devices of one person. */
const MAX_PER_USER = 20;

/** Counts the event streams that are open: each user has a number of them at most. */
export class EventStreams {
  readonly #counts = new Map<number, number>();

  /** Gives what ends it. Throws `busy` when the user has as many as may be. */
  open(userId: number): () => void {
    const count = this.#counts.get(userId) ?? 0;
    if (count >= MAX_PER_USER) {
      throw new DomainError('busy', `you have ${count} event streams open already, as many as may be`);
    }
    this.#counts.set(userId, count + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#counts.get(userId) ?? 1) - 1;
      if (left === 0) this.#counts.delete(userId);
      else this.#counts.set(userId, left);
    };
  }
}
