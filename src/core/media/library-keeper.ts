import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { LibraryFollower } from './library-follower.ts';
import type { MediaLibrary } from './media-library.ts';

/** Of many small changes some are taken in together. */
const PAUSE_MS = 250;
const AFTER_FAILURE_MS = 5000;

export interface LibraryKeeperEvents {
  onFailure(error: unknown): void;
  /** All of the media space was looked at, in so many milliseconds. */
  onRebuilt(tookMs: number): void;
}

/** Keeps the library up to date while the server runs: what was committed is in it within a second or two. */
export class LibraryKeeper {
  readonly #core: Core;
  readonly #library: MediaLibrary;
  readonly #events: LibraryKeeperEvents;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;
  #wake = Promise.withResolvers<void>();

  constructor(core: Core, library: MediaLibrary, events: LibraryKeeperEvents) {
    this.#core = core;
    this.#library = library;
    this.#events = events;
    this.#ended = this.#run();
  }

  /** Waits for the step that is under way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake.resolve();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#follow(await LibraryFollower.open(this.#core, this.#library, signal));
      } catch (error) {
        const isEnding = this.#abort.signal.aborted;
        if (!isEnding) this.#events.onFailure(error);
      }
      await delay(AFTER_FAILURE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #follow(follower: LibraryFollower): Promise<void> {
    const { signal } = this.#abort;
    const endWatch = this.#core.store.changeFeed.watch([follower.spaceId], () => this.#wake.resolve());
    try {
      while (!signal.aborted) {
        const startedAt = performance.now();
        this.#wake = Promise.withResolvers<void>();
        const { wasRebuilt } = await follower.catchUp();
        if (wasRebuilt) this.#events.onRebuilt(Math.round(performance.now() - startedAt));
        await delay(PAUSE_MS, undefined, { signal, ref: false });
        await this.#wake.promise;
      }
    } finally {
      endWatch();
    }
  }
}
