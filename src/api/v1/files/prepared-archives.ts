import type { Actor } from '../../../core/actor.ts';
import type { Whereabouts } from '../../../core/tree.ts';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { randomSecret } from '../../../lib/ids.ts';

/** Long enough for a browser to begin, and to begin again after a break. */
const KEPT_MS = 15 * 60_000;
/** Of each user; the oldest gives way. */
const KEPT_EACH = 20;

export interface Prepared {
  readonly userId: number;
  readonly wanted: readonly Whereabouts[];
  readonly name: string | undefined;
  readonly expiresAtMs: number;
}

/** Selections that are too long for an address: each has a short one for a while, for the user who chose them. */
export class PreparedArchives {
  readonly #clock: Clock;
  /** By key, oldest first. */
  readonly #kept = new Map<string, Prepared>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(
    { userId }: Actor,
    { wanted, name }: Pick<Prepared, 'wanted' | 'name'>,
  ): { readonly key: string; readonly expiresAtMs: number } {
    this.#tidy();
    const own = [...this.#kept].filter(([, prepared]) => prepared.userId === userId);
    for (const [key] of own.slice(0, Math.max(0, own.length - KEPT_EACH + 1))) this.#kept.delete(key);
    const key = randomSecret(16);
    const expiresAtMs = this.#clock.nowMs() + KEPT_MS;
    this.#kept.set(key, { userId, wanted, name, expiresAtMs });
    return { key, expiresAtMs };
  }

  /** Throws `not-found`, also for what another user chose. */
  get({ userId }: Actor, key: string): Prepared {
    this.#tidy();
    const prepared = this.#kept.get(key);
    if (prepared?.userId !== userId) throw new DomainError('not-found', 'this address has expired; choose again');
    return prepared;
  }

  #tidy(): void {
    for (const [key, { expiresAtMs }] of this.#kept) {
      if (expiresAtMs <= this.#clock.nowMs()) this.#kept.delete(key);
    }
  }
}
