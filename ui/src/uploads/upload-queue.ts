import { Tally } from './tally.ts';
import { isOpen, type UploadItem, type UploadState } from './upload-item.ts';

/** What comes of trying to send an item. */
export type Outcome =
  | { readonly state: 'done' | 'skipped' }
  | { readonly state: 'failed' | 'refused'; readonly reason: string }
  /** Again when its turn comes, which is after `release`. */
  | { readonly state: 'held' };

interface QueueOptions {
  /** Sends it; `AbortError` when `signal` fires. */
  readonly send: (item: UploadItem, signal: AbortSignal) => Promise<Outcome>;
  /** What came of it so far is of no use any more. */
  readonly discard: (item: UploadItem) => void;
  readonly onchange: () => void;
  /** How many at the same time. */
  readonly width: number;
}

/** Sends items, the first added first, a few at a time. */
export class UploadQueue {
  items: readonly UploadItem[] = [];
  tally = new Tally();
  readonly #options: QueueOptions;
  readonly #running = new Map<UploadItem, AbortController>();
  #waiting: UploadItem[] = [];
  #next = 0;
  #isHeld = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(items: readonly UploadItem[]): void {
    this.items = [...this.items, ...items];
    for (const item of items) {
      this.tally.add(item);
      if (item.state === 'waiting') this.#waiting.push(item);
    }
    this.#goOn();
  }

  pause(items: readonly UploadItem[]): void {
    for (const item of items) if (item.state === 'waiting' || item.state === 'uploading') this.#stop(item, 'paused');
    this.#goOn();
  }

  /** Also tries again what failed. */
  resume(items: readonly UploadItem[]): void {
    for (const item of items) {
      if (item.state !== 'paused' && item.state !== 'failed') continue;
      this.#set(item, 'waiting');
      this.#waiting.push(item);
    }
    this.#goOn();
  }

  cancel(items: readonly UploadItem[]): void {
    for (const item of items) {
      if (!isOpen(item) && item.state !== 'failed') continue;
      this.#stop(item, 'cancelled');
      this.#options.discard(item);
    }
    this.#goOn();
  }

  /** Fails what waits and that `reason` is given for. */
  fail(reasonOf: (item: UploadItem) => string | undefined): void {
    for (const item of this.#waiting.slice(this.#next)) {
      const reason = item.state === 'waiting' ? reasonOf(item) : undefined;
      if (reason !== undefined) this.#set(item, 'failed', reason);
    }
  }

  progress(item: UploadItem, sentBytes: number): void {
    if (!this.#running.has(item)) return;
    this.tally.remove(item);
    item.sentBytes = Math.min(sentBytes, item.sizeBytes);
    this.tally.add(item);
    this.#options.onchange();
  }

  /** Why it does not get on at the moment. */
  note(item: UploadItem, reason: string | undefined): void {
    item.reason = reason;
    this.#options.onchange();
  }

  /** Nothing is sent until `release`; what is under way waits again. */
  hold(): void {
    this.#isHeld = true;
    for (const item of [...this.#running.keys()].reverse()) {
      this.#stop(item, 'waiting');
      this.#putFirst(item);
    }
  }

  release(): void {
    this.#isHeld = false;
    this.#goOn();
  }

  /** Takes out what is over, or all of it. */
  clear(isOver: (item: UploadItem) => boolean = (item) => !isOpen(item)): void {
    for (const item of this.items) if (isOver(item)) this.tally.remove(item);
    this.items = this.items.filter((item) => !isOver(item));
    this.#options.onchange();
  }

  #goOn(): void {
    while (!this.#isHeld && this.#running.size < this.#options.width) {
      const item = this.#waiting[this.#next];
      if (item === undefined) break;
      this.#next += 1;
      // Paused or cancelled meanwhile, or here twice because it was resumed.
      if (item.state === 'waiting') void this.#run(item);
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    this.#options.onchange();
  }

  async #run(item: UploadItem): Promise<void> {
    const stop = new AbortController();
    this.#running.set(item, stop);
    this.#set(item, 'uploading');
    let outcome: Outcome | undefined;
    try {
      outcome = await this.#options.send(item, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) outcome = { state: 'failed', reason: error instanceof Error ? error.message : '' };
    }
    // Stopped, and perhaps begun anew already.
    if (stop.signal.aborted || outcome === undefined) return;
    this.#running.delete(item);
    this.#take(item, outcome);
    this.#goOn();
  }

  #take(item: UploadItem, outcome: Outcome): void {
    if (outcome.state === 'held') {
      this.#set(item, 'waiting');
      this.#putFirst(item);
      return;
    }
    if (outcome.state === 'done') {
      this.tally.remove(item);
      item.sentBytes = item.sizeBytes;
      this.tally.add(item);
    }
    this.#set(item, outcome.state, 'reason' in outcome ? outcome.reason : undefined);
  }

  #stop(item: UploadItem, state: UploadState): void {
    this.#running.get(item)?.abort();
    this.#running.delete(item);
    this.#set(item, state);
  }

  #putFirst(item: UploadItem): void {
    this.#waiting = [item, ...this.#waiting.slice(this.#next)];
    this.#next = 0;
  }

  #set(item: UploadItem, state: UploadState, reason?: string): void {
    this.tally.remove(item);
    item.state = state;
    item.reason = reason;
    this.tally.add(item);
  }
}
