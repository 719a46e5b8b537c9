import type { LoginEvent } from '../auth/password-check.ts';
import type { Core } from '../core/core.ts';
import { foldedName } from '../lib/node-path.ts';

/** A mounted drive has its password looked at every few minutes: to know the day, that is more than enough. */
const INTERVAL_MS = 5 * 60_000;
const MAX_KNOWN = 10_000;

/** Notes when users signed in last: beside the request, and seldom. */
export class LastLogins {
  readonly #core: Core;
  readonly #onFailure: (error: unknown) => void;
  readonly #notedAtMs = new Map<string, number>();

  constructor(core: Core, onFailure: (error: unknown) => void) {
    this.#core = core;
    this.#onFailure = onFailure;
  }

  note({ outcome, userName }: LoginEvent): void {
    if (outcome !== 'succeeded') return;
    const nowMs = this.#core.clock.nowMs();
    const key = foldedName(userName);
    if (nowMs - (this.#notedAtMs.get(key) ?? -Infinity) < INTERVAL_MS) return;
    if (this.#notedAtMs.size >= MAX_KNOWN) this.#notedAtMs.clear();
    this.#notedAtMs.set(key, nowMs);
    this.#core.store
      .run('noteLogin', { userName, olderThanMs: nowMs - INTERVAL_MS, nowMs })
      .catch((error: unknown) => this.#onFailure(error));
  }
}
