import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core/core.ts';
import type { Progress, Watcher } from '../core/maintenance/progress.ts';
import { followNames, indexState, isWorthIndexing, rebuildIndex, type IndexState } from '../core/search/index-names.ts';
import type { SearchIndex } from '../core/ports/search-index.ts';
import { Slots } from '../lib/slots.ts';

const INTERVAL_MS = 1000;
/** While so many changes a second are made, indexing waits: what is new is found without it, only more slowly. */
const BUSY_CHANGES = 50;
/** With so much that is new it waits no longer. */
const MANY_NEW = 10_000;
/** After this, segments that were replaced are dropped, even when nothing changes any more. */
const TIDY_EVERY_MS = 10 * 60_000;

export interface SearchKeeperEvents {
  onFailure(error: unknown): void;
  /** A store that had much to index is done with it, after so many milliseconds. */
  onIndexed(count: number, tookMs: number): void;
}

/** Keeps the index of names in the background: it follows what changes, and is the only one that writes to the index. */
export class SearchKeeper implements SearchIndex {
  readonly #core: Core;
  readonly #events: SearchKeeperEvents;
  readonly #abort = new AbortController();
  readonly #turn = new Slots(1);
  readonly #ended: Promise<void>;
  #changes = 1;
  #tidiedAt = performance.now();
  #progress: Progress | undefined;

  constructor(core: Core, events: SearchKeeperEvents) {
    this.#core = core;
    this.#events = events;
    this.#ended = this.#run();
  }

  /** An operation was done that may have made or renamed something. */
  noteChange(): void {
    this.#changes += 1;
  }

  async state(): Promise<IndexState & { progress: Progress | undefined }> {
    return { ...(await indexState(this.#core)), progress: this.#progress };
  }

  /** Builds the index anew; the old one serves until then. */
  async rebuild(watcher: Watcher): Promise<void> {
    const signal = AbortSignal.any([watcher.signal, this.#abort.signal]);
    await this.#turn.take(() => this.#watching({ ...watcher, signal }, (both) => rebuildIndex(this.#core, both)));
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
        await this.#round();
      } catch (error) {
        const isEnding = this.#abort.signal.aborted;
        if (!isEnding) this.#events.onFailure(error);
      }
      await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const isTimeToTidy = performance.now() - this.#tidiedAt >= TIDY_EVERY_MS;
    if (this.#changes === 0 && !isTimeToTidy) return;
    await this.#turn.take(() => this.#follow(isTimeToTidy));
    if (isTimeToTidy) this.#tidiedAt = performance.now();
  }

  async #follow(isTimeToTidy: boolean): Promise<void> {
    const isBusy = this.#changes > BUSY_CHANGES;
    this.#changes = 0;
    const state = await indexState(this.#core);
    const isMany = state.newCount + state.renamedCount >= MANY_NEW;
    // When it has been quiet for a moment, it looks again.
    if (isBusy && !isMany) this.#changes = 1;
    else if (isTimeToTidy || isWorthIndexing(state)) await this.#index(isMany ? state.newCount : 0);
  }

  async #index(count: number): Promise<void> {
    const startedAt = performance.now();
    const watcher = { signal: this.#abort.signal, onProgress: () => undefined };
    await this.#watching(watcher, (both) => followNames(this.#core, both));
    if (count > 0) this.#events.onIndexed(count, Math.round(performance.now() - startedAt));
  }

  async #watching({ signal, onProgress }: Watcher, work: (watcher: Watcher) => Promise<void>): Promise<void> {
    const both = (progress: Progress): void => {
      this.#progress = progress;
      onProgress(progress);
    };
    try {
      await work({ signal, onProgress: both });
    } finally {
      this.#progress = undefined;
    }
  }
}
