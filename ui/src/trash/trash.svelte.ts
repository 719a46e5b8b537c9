import { changeNow, MAX_AT_ONCE, type BulkResult } from '../api/file-changes.ts';
import type { FileEntry } from '../api/files.ts';
import { isProblem } from '../api/problem.ts';
import { emptyTrash, listTrash, type TrashEntry, type TrashPage } from '../api/trash.ts';
import { runBulk, Task } from '../explorer/actions/bulk.svelte.ts';
import { errorOf } from '../explorer/actions/outcome.ts';
import { Pace } from '../explorer/pace.ts';
import { newcomers } from '../rows/choosing.ts';
import { Chosen } from '../rows/chosen.svelte.ts';
import { jobs } from '../state/jobs.svelte.ts';
import type { Change } from '../state/live.svelte.ts';
import { PagedList } from '../state/paged-list.svelte.ts';
import { session } from '../state/session.svelte.ts';

const PAGE = 100;
/** At least so long between two looks at what others deleted: they may delete a thousand at once. */
const LOOK_PACE_MS = 1000;
/** To say how much would go for good, so many pages are counted; beyond that it is "more than". */
const COUNTED_PAGES = 10;
const COUNTED_PAGE = 1000;

export interface Restored {
  readonly entry: TrashEntry;
  readonly back: FileEntry;
}

export interface Report<Done> {
  readonly done: readonly Done[];
  /** Why the first one that failed did, and how many did. */
  readonly error: unknown;
  readonly failedCount: number;
}

export interface Extent {
  readonly count: number;
  readonly bytes: number;
  /** There is more than was counted. */
  readonly isMore: boolean;
}

/** The list of what was deleted, and what can be done with it. */
export class Trash {
  /** Of all users, for an administrator. */
  readonly isEveryones: boolean;
  readonly list: PagedList<TrashEntry>;
  readonly chosen: Chosen<TrashEntry>;
  readonly scroll = { top: 0 };
  /** What is being done with several. */
  task = $state.raw<Task>();
  readonly #pace = new Pace(() => void this.#look());
  #isLooking = false;
  /** For each page that is asked for: what went away meanwhile, and may yet be in the answer. */
  #gone: readonly number[][] = [];

  constructor(isEveryones: boolean) {
    this.isEveryones = isEveryones;
    this.list = new PagedList((cursor, signal) => this.#pageAt(cursor, signal));
    this.chosen = new Chosen(() => this.list.items);
  }

  restore(entries: readonly TrashEntry[]): Promise<Report<Restored>> {
    return this.#all(entries, 'restore', (entry, { entry: back }) => (back ? [{ entry, back }] : []));
  }

  purge(entries: readonly TrashEntry[]): Promise<Report<TrashEntry>> {
    return this.#all(entries, 'purge', (entry) => [entry]);
  }

  /** Back into the trash, after they were restored. Throws `Problem`. */
  async trashAgain(restored: readonly Restored[]): Promise<void> {
    for (let first = 0; first < restored.length; first += MAX_AT_ONCE) {
      const part = restored.slice(first, first + MAX_AT_ONCE);
      await changeNow(part.map(({ back }) => ({ action: 'delete', id: back.id })));
    }
    await this.list.load();
  }

  /** How much emptying would remove: one's own trash, whatever is shown. Throws `Problem`. */
  async measure(): Promise<Extent> {
    let [count, bytes, pages] = [0, 0, 0];
    let cursor: string | undefined;
    do {
      const page = await listTrash({ cursor, limit: COUNTED_PAGE, all: false });
      const own = page.items.filter((entry) => mayHandle(entry));
      count += own.length;
      bytes += own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined && pages < COUNTED_PAGES);
    return { count, bytes, isMore: cursor !== undefined };
  }

  /** Resolves when all of it is gone, with how many that were; undefined when it was called off. Throws `Problem`. */
  async empty(): Promise<number | undefined> {
    const job = await jobs.follow(await emptyTrash());
    this.chosen.clear();
    await this.list.load();
    if (job.state === 'failed') throw new Error(job.problem?.detail ?? job.title);
    return job.state === 'done' ? (job.result as { purgedCount: number }).purgedCount : undefined;
  }

  /** Somebody deleted, or had back, something. */
  take({ action, id }: Pick<Change, 'action' | 'id'>): void {
    if (action === 'restored' || action === 'removed') this.#drop(id);
    else if (action === 'trashed' || action === 'expired') this.#pace.soon(LOOK_PACE_MS);
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.list.isLoading) {
      this.#pace.soon(LOOK_PACE_MS);
      return;
    }
    if (this.list.isFresh) return;
    this.#isLooking = true;
    try {
      const { items, nextCursor } = await this.#pageAt(undefined);
      const fresh = newcomers(items, this.list.items);
      // A first page of nothing but news: what is between is not known.
      if (fresh.length === items.length && nextCursor !== undefined) await this.list.load();
      else this.list.items = [...fresh, ...this.list.items];
    } catch (error) {
      if (!isProblem(error)) throw error;
    } finally {
      this.#isLooking = false;
    }
  }

  async #pageAt(cursor: string | undefined, signal?: AbortSignal): Promise<TrashPage> {
    const gone: number[] = [];
    this.#gone = [...this.#gone, gone];
    try {
      const page = await listTrash({ cursor, limit: PAGE, all: this.isEveryones }, signal);
      return { ...page, items: page.items.filter(({ id }) => !gone.includes(id)) };
    } finally {
      this.#gone = this.#gone.filter((each) => each !== gone);
    }
  }

  #drop(id: number): void {
    for (const gone of this.#gone) gone.push(id);
    this.list.put((entry) => entry.id === id, undefined);
  }

  async #all<Done>(
    entries: readonly TrashEntry[],
    action: 'restore' | 'purge',
    doneOf: (entry: TrashEntry, result: BulkResult) => Done[],
  ): Promise<Report<Done>> {
    const task = new Task('', entries.length);
    this.task = task;
    const hasTrees = action === 'purge' && entries.some(({ kind }) => kind === 'folder');
    try {
      const operations = entries.map(({ id }) => ({ action, trashId: id }));
      const results = await runBulk(operations, task, { hasTrees });
      return this.#report(entries, results, doneOf);
    } catch (error) {
      return { done: [], error, failedCount: 1 };
    } finally {
      this.task = undefined;
    }
  }

  #report<Done>(
    entries: readonly TrashEntry[],
    results: readonly BulkResult[],
    doneOf: (entry: TrashEntry, result: BulkResult) => Done[],
  ): Report<Done> {
    const errors = results.filter(({ isDone }) => !isDone).map(errorOf);
    const done = entries.flatMap((entry, index) => {
      const result = results[index];
      // What is not there went meanwhile, by another hand.
      if (result?.isDone === true || result?.problem?.code === 'not-found') this.#drop(entry.id);
      return result?.isDone === true ? doneOf(entry, result) : [];
    });
    return { done, error: errors[0], failedCount: errors.length };
  }
}

/** What one deleted for somebody else, one sees; what becomes of it is the owner's business, and administrators'. */
export function mayHandle({ owner }: TrashEntry): boolean {
  const account = session.account;
  return account !== undefined && (account.role === 'admin' || owner === account.name);
}
