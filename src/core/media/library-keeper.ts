import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { LibraryFollower } from './library-follower.ts';
import type { MediaLibrary } from './media-library.ts';

/** Of many small changes some are taken in together. */
const PAUSE_MS = 250;
const AFTER_FAILURE_MS = 5000;
/** A change that cannot be taken in would hold up all that come after it: then all is looked at instead. */
const FAILURES_BEFORE_REBUILD = 3;

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
  readonly #afterFailureMs: number;
  #wake = Promise.withResolvers<void>();
  #failures = 0;

  constructor(
    core: Core,
    library: MediaLibrary,
    { afterFailureMs = AFTER_FAILURE_MS, ...events }: LibraryKeeperEvents & { readonly afterFailureMs?: number },
  ) {
    this.#core = core;
    this.#library = library;
    this.#events = events;
    this.#afterFailureMs = afterFailureMs;
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
        this.#failures += 1;
        const isEnding = this.#abort.signal.aborted;
        if (!isEnding) this.#events.onFailure(error);
      }
      await delay(this.#afterFailureMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #follow(follower: LibraryFollower): Promise<void> {
    const { signal } = this.#abort;
    const endWatch = this.#core.store.changeFeed.watch([follower.spaceId], () => this.#wake.resolve());
    try {
      while (!signal.aborted) {
        const startedAt = performance.now();
        this.#wake = Promise.withResolvers<void>();
        const { wasRebuilt } = await this.#takeIn(follower);
        this.#failures = 0;
        if (wasRebuilt) this.#events.onRebuilt(Math.round(performance.now() - startedAt));
        await delay(PAUSE_MS, undefined, { signal, ref: false });
        await this.#wake.promise;
      }
    } finally {
      endWatch();
    }
  }

  async #takeIn(follower: LibraryFollower): Promise<{ wasRebuilt: boolean }> {
    if (this.#failures < FAILURES_BEFORE_REBUILD) return follower.catchUp();
    await follower.rebuild();
    return { wasRebuilt: true };
  }
}
