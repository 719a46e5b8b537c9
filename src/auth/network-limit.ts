import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { AttemptTable, type AttemptLimit, type CountedAttempt } from './attempt-table.ts';
import { networkOf } from './throttle.ts';

const ROWS = 4096;

/** Bounds what one network tries of one kind, in a table of its own: it holds nothing else back. */
export class NetworkLimit {
  readonly #clock: Clock;
  readonly #table: AttemptTable;
  readonly #what: string;
  readonly #key = randomBytes(32);

  /** `what` there were too many of, as the refusal has it. */
  constructor(clock: Clock, limit: AttemptLimit, what: string) {
    this.#clock = clock;
    this.#table = new AttemptTable(limit, ROWS);
    this.#what = what;
  }

  /** Throws `too-many-attempts`. */
  assertFew(address: string): void {
    this.#rowOf(address);
  }

  /** Counts a try. Throws `too-many-attempts` instead when there were too many before. */
  count(address: string): CountedAttempt {
    return this.#table.add(this.#rowOf(address), this.#clock.nowMs());
  }

  /** Nothing was tried after all. */
  remove(counted: CountedAttempt): void {
    this.#table.remove(counted);
  }

  #rowOf(address: string): number {
    const hash = createHmac('sha256', this.#key).update(networkOf(address)).digest().readUInt32LE(0);
    const waitMs = this.#table.waitMs(hash, this.#clock.nowMs());
    if (waitMs === 0) return hash;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    throw new DomainError('too-many-attempts', `too many ${this.#what}; try again later`, { retryAfterSeconds });
  }
}
