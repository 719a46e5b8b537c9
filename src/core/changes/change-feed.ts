import type { ChangeFeed } from '../ports/change-feed.ts';
import type { ChangeReads } from '../ports/changes.ts';

const PAUSE_MS = 100;
/** How long the changes of another process may go unnoticed. */
const POLL_MS = 5000;

interface Watcher {
  readonly spaceIds: readonly number[];
  readonly listener: () => void;
  /** Of each space, as far as it has been told. */
  readonly revs: Map<number, number>;
}

/** The feed of a store that calls `noteCommit`. While nobody listens it costs nothing. */
export class CommitFeed implements ChangeFeed {
  readonly #changes: Pick<ChangeReads, 'positions'>;
  readonly #listeners = new Set<() => void>();
  readonly #watchers = new Set<Watcher>();
  readonly #end = new AbortController();
  #poll: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(changes: Pick<ChangeReads, 'positions'>) {
    this.#changes = changes;
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  onCommit(listener: () => void): () => void {
    return this.#join(this.#listeners, listener);
  }

  watch(spaceIds: readonly number[], listener: () => void): () => void {
    return this.#join(this.#watchers, { spaceIds, listener, revs: new Map() });
  }

  /** To be called after each operation that may have changed anything. */
  noteCommit(): void {
    if (this.#poll === undefined) return;
    this.#isDue = true;
    if (this.#pause === undefined) this.#tell();
  }

  end(): void {
    this.#listeners.clear();
    this.#watchers.clear();
    this.#stop();
    this.#end.abort();
  }

  #join<T>(group: Set<T>, member: T): () => void {
    if (this.#end.signal.aborted) return () => undefined;
    group.add(member);
    this.#poll ??= setInterval(() => this.noteCommit(), POLL_MS).unref();
    return () => {
      group.delete(member);
      if (this.#listeners.size + this.#watchers.size === 0) this.#stop();
    };
  }

  #stop(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#pause);
    this.#poll = undefined;
    this.#pause = undefined;
  }

  #tell(): void {
    this.#isDue = false;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#isDue) this.#tell();
    }, PAUSE_MS).unref();
    for (const listener of this.#listeners) listener();
    if (this.#watchers.size > 0) void this.#look();
  }

  /** One statement for all who watch. */
  async #look(): Promise<void> {
    const watchers = [...this.#watchers];
    const spaceIds = [...new Set(watchers.flatMap((watcher) => watcher.spaceIds))];
    let positions: Map<number, { rev: number }>;
    try {
      positions = await this.#changes.positions(spaceIds);
    } catch {
      // The database cannot be reached: the next look tells what happened meanwhile.
      return;
    }
    for (const watcher of watchers) {
      if (this.#watchers.has(watcher) && hasNews(watcher, positions)) watcher.listener();
    }
  }
}

function hasNews({ spaceIds, revs }: Watcher, positions: ReadonlyMap<number, { rev: number }>): boolean {
  let isNew = false;
  for (const id of spaceIds) {
    const rev = positions.get(id)?.rev ?? 0;
    isNew ||= revs.get(id) !== rev;
    revs.set(id, rev);
  }
  return isNew;
}
