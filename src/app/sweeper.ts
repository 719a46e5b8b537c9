import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core/core.ts';
import { sweep } from '../core/maintenance/sweep.ts';

const INTERVAL_MS = 60_000;

/** Keeps the store tidy in the background. A round that fails is told, and the next one tries again. */
export class Sweeper {
  readonly #core: Core;
  readonly #onFailure: (error: unknown) => void;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(core: Core, onFailure: (error: unknown) => void) {
    this.#core = core;
    this.#onFailure = onFailure;
    this.#ended = this.#run();
  }

  /** Waits for the step that is under way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await sweep(this.#core, signal);
      } catch (error) {
        this.#onFailure(error);
      }
      await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
