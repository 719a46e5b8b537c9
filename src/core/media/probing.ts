import { setTimeout as delay } from 'node:timers/promises';
import { isDomainError } from '../../lib/errors.ts';
import type { Core } from '../core.ts';
import type { MediaProber } from '../ports/media-prober.ts';
import type { MediaLibrary } from './media-library.ts';

/** Contents taken from the list at a time: what came meanwhile is newer, and comes first the next time. */
const AT_A_TIME = 20;
/** A disk that is away, or a tool that is not there yet, is looked for again. */
const AGAIN_MS = 60_000;
/** Each time that one content cannot be looked into it waits twice as long, up to this: it may be that it never can. */
const LONGEST_WAIT_MS = 6 * 3600 * 1000;

/** Looks into contents of the library, one after the other, the newest first; nobody waits for it. */
export class Probing {
  readonly #core: Core;
  readonly #library: MediaLibrary;
  readonly #prober: MediaProber;
  readonly #onFailure: (error: unknown) => void;
  readonly #abort = new AbortController();
  /** Contents that could not be read, when they are tried again, and for how long that was put off. */
  readonly #waits = new Map<string, { readonly untilMs: number; readonly waitMs: number }>();
  #wake = Promise.withResolvers<void>();
  #hasFailed = false;
  readonly #ended: Promise<void>;

  /** `onFailure` is told once until it works again. */
  constructor(
    core: Core,
    { library, prober, onFailure }: { library: MediaLibrary; prober: MediaProber; onFailure: (error: unknown) => void },
  ) {
    this.#core = core;
    this.#library = library;
    this.#prober = prober;
    this.#onFailure = onFailure;
    this.#ended = this.#run();
  }

  /** Ends what is being looked into. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake.resolve();
    await this.#prober.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const endWatch = this.#library.onUpdate(() => this.#wake.resolve());
    while (!signal.aborted) {
      // Before it looks, so that what comes while it looks is not slept through.
      this.#wake = Promise.withResolvers<void>();
      if (await this.#round()) continue;
      const pause = delay(AGAIN_MS, undefined, { signal, ref: false });
      await Promise.race([this.#wake.promise, pause.catch(() => undefined)]);
    }
    endWatch();
  }

  /** Whether there may be more at once. */
  async #round(): Promise<boolean> {
    try {
      if (!(await this.#prober.isThere())) return false;
      const unread = await this.#core.store.media.unread(AT_A_TIME + this.#waits.size);
      this.#forgetAllBut(new Set(unread.map(({ blobId }) => blobId)));
      const due = unread.filter(({ blobId }) => this.#isDue(blobId)).slice(0, AT_A_TIME);
      for (const { blobId, kind } of due) {
        if (this.#isOver || !(await this.#prober.isThere())) return false;
        await this.#look(blobId, kind);
      }
      this.#hasFailed = false;
      return due.length > 0;
    } catch (error) {
      if (!this.#isOver && !this.#hasFailed) this.#onFailure(error);
      this.#hasFailed = true;
      return false;
    }
  }

  async #look(blobId: string, kind: Parameters<MediaProber['probe']>[1]): Promise<void> {
    const location = await this.#core.store.locateBlob(blobId);
    // It went meanwhile, and its entry with it or in a moment.
    if (!location) {
      this.#putOff(blobId);
      return;
    }
    try {
      const facts = await this.#prober.probe(location, kind);
      if (!this.#isOver) await this.#library.recordFacts(blobId, facts);
    } catch (error) {
      // The disk is away, or there is no room or no time to look: nothing is said about the content.
      if (!isDomainError(error, 'unavailable') && !isDomainError(error, 'corrupt')) throw error;
      this.#putOff(blobId);
    }
  }

  #forgetAllBut(unread: ReadonlySet<string>): void {
    for (const blobId of this.#waits.keys()) if (!unread.has(blobId)) this.#waits.delete(blobId);
  }

  #isDue(blobId: string): boolean {
    return (this.#waits.get(blobId)?.untilMs ?? 0) <= this.#core.clock.nowMs();
  }

  #putOff(blobId: string): void {
    const last = this.#waits.get(blobId)?.waitMs;
    const waitMs = last === undefined ? AGAIN_MS : Math.min(last * 2, LONGEST_WAIT_MS);
    this.#waits.set(blobId, { untilMs: this.#core.clock.nowMs() + waitMs, waitMs });
  }

  get #isOver(): boolean {
    return this.#abort.signal.aborted;
  }
}
