import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';

const FRESH_MS = 5 * 60_000;
const MAX_ENTRIES = 10_000;

/**
 * Credentials that a hash proved right, for five minutes, so that not every request costs one. What is kept is an HMAC
 * under a key of this process, bound to the user and the epoch: a changed password, role or state never matches.
 * Longer than that it is remembered that a credential was right once, since then it is no guess.
 */
export class CredentialCache {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  /** When each was proved; the oldest stands first. */
  readonly #provedAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The name under which a credential is kept. */
  keyOf(user: { id: number; epoch: number }, credential: string): string {
    return createHmac('sha256', this.#key).update(`${user.id}:${user.epoch}:${credential}`).digest('base64');
  }

  /** Proved within the last five minutes. */
  isFresh(key: string): boolean {
    const provedAtMs = this.#provedAtMs.get(key);
    return provedAtMs !== undefined && this.#clock.nowMs() - provedAtMs < FRESH_MS;
  }

  /** Proved at some time that is still remembered. */
  wasProved(key: string): boolean {
    return this.#provedAtMs.has(key);
  }

  add(key: string): void {
    this.#provedAtMs.delete(key);
    this.#provedAtMs.set(key, this.#clock.nowMs());
    if (this.#provedAtMs.size <= MAX_ENTRIES) return;
    const oldest = this.#provedAtMs.keys().next();
    if (!oldest.done) this.#provedAtMs.delete(oldest.value);
  }
}
