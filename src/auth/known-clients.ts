import { createHmac } from 'node:crypto';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import { DAY_MS, type Clock } from '../lib/clock.ts';
import type { KeyRing } from './key-ring.ts';
import { networkOf } from './throttle.ts';

/** Whoever was away for longer is a stranger again, and let in as well while nobody guesses. */
const KNOWN_MS = 180 * DAY_MS;
/** A mounted drive has its password looked at every few minutes. */
const NOTE_EVERY_MS = DAY_MS;
const MAX_PER_USER = 50;

export interface KnownClientsOptions {
  readonly store: Pick<MetadataStore, 'accounts' | 'run'>;
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** Told when a client could not be noted. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * From which networks users logged in before. Kept in the database, so that a restart locks nobody out, and as an HMAC,
 * so that it tells nobody where they live; under the kind of key that is not replaced.
 */
export class KnownClients {
  readonly #options: KnownClientsOptions;

  constructor(options: KnownClientsOptions) {
    this.#options = options;
  }

  /** Whether the user logged in from there in the last half year. It takes as long for nobody. Throws `unavailable`. */
  async has(userId: number | undefined, address: string): Promise<boolean> {
    return (await this.#ageMs(userId ?? 0, this.#hashOf(userId ?? 0, address))) < KNOWN_MS;
  }

  /** The user has logged in from there. Never fails: what could not be noted the next login notes. */
  async note(userId: number, address: string): Promise<void> {
    const { store, clock, onFailure } = this.#options;
    const clientHash = this.#hashOf(userId, address);
    try {
      if ((await this.#ageMs(userId, clientHash)) < NOTE_EVERY_MS) return;
      await store.run('noteClient', { userId, clientHash, maxPerUser: MAX_PER_USER, nowMs: clock.nowMs() });
    } catch (error) {
      onFailure(error);
    }
  }

  /** `Infinity` when nothing is noted. */
  async #ageMs(userId: number, clientHash: string): Promise<number> {
    const notedAtMs = await this.#options.store.accounts.clientNotedAtMs(userId, clientHash);
    return this.#options.clock.nowMs() - (notedAtMs ?? -Infinity);
  }

  #hashOf(userId: number, address: string): string {
    const { bytes } = this.#options.keys.newest('seal');
    return createHmac('sha256', bytes)
      .update(`client ${userId} ${networkOf(address)}`)
      .digest('hex');
  }
}
