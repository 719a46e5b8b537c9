import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core/core.ts';
import { applyRules } from '../core/maintenance/apply-rules.ts';
import type { Expired } from '../core/maintenance/expiry.ts';
import { sweep } from '../core/maintenance/sweep.ts';
import type { Removal } from '../core/ports/account-operations.ts';
import { continueRemovals } from '../core/removals.ts';

const INTERVAL_MS = 60_000;
/** What days matter to is looked at once an hour. */
const ROUNDS_BETWEEN_RULES = 60;

export interface SweeperEvents {
  onFailure(error: unknown): void;
  /** Something went to trash because nobody had touched it for long. */
  onExpired(expired: Expired): void;
  /** A user who was to go is gone. */
  onRemoved(removal: Removal): void;
}

/** Keeps the store tidy in the background. A round that fails is told, and the next one tries again. */
export class Sweeper {
  readonly #core: Core;
  readonly #events: SweeperEvents;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(core: Core, events: SweeperEvents) {
    this.#core = core;
    this.#events = events;
    this.#ended = this.#run();
  }

  /** Waits for the step that is under way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const onExpired = (expired: Expired): void => this.#events.onExpired(expired);
    const onRemoved = (removal: Removal): void => this.#events.onRemoved(removal);
    let roundsToRules = 0;
    while (!signal.aborted) {
      try {
        await sweep(this.#core, signal);
        await continueRemovals(this.#core, { signal, onRemoved });
        if (roundsToRules === 0) {
          await applyRules(this.#core, { signal, onExpired });
          roundsToRules = ROUNDS_BETWEEN_RULES;
        }
        roundsToRules -= 1;
      } catch (error) {
        const isEnding = this.#abort.signal.aborted;
        if (!isEnding) this.#events.onFailure(error);
      }
      await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
