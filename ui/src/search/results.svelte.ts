import type { SearchHit } from '../api/found.ts';
import { search as ask } from '../api/search.ts';
import { EntryRows, type EntryRow } from '../rows/entry-rows.svelte.ts';
import { Kept } from '../rows/kept.ts';
import { grouped } from './hits.ts';
import { isEmpty, queryOf, type Search } from './filters.ts';

const PAGE = 100;

export interface HitRow extends EntryRow {
  /** Of the name that it had then. */
  readonly name: string;
  readonly highlights: SearchHit['highlights'];
}

/** All that was found, page by page. */
export class Results {
  readonly search: Search;
  readonly rows: EntryRows<HitRow>;
  isComplete = $state(true);
  #under: AbortController | undefined;
  /** Not of the page's state: it is asked when that is the one from before. */
  #hasCome = false;

  constructor(search: Search) {
    this.search = search;
    // The last days are those before it was asked for, on every page.
    const query = { ...queryOf(search, Date.now()), limit: PAGE };
    this.rows = new EntryRows('search', async (cursor, signal) => {
      const both = this.#under ? AbortSignal.any([signal, this.#under.signal]) : signal;
      const { items, isComplete, ...page } = await ask({ ...query, cursor }, both);
      this.#hasCome = true;
      this.isComplete = isComplete;
      // Each page for itself: what somebody looks at stays where it is when the next one comes.
      const hits = grouped(items).flatMap((group) => group.hits);
      return {
        ...page,
        items: hits.map(({ file, highlights }) => ({ id: file.id, file, name: file.name, highlights })),
      };
    });
  }

  /** Somebody looks at it, for the first time or again. */
  begin(): void {
    if (isEmpty(this.search) || this.#under?.signal.aborted === false) return;
    this.#under = new AbortController();
    void this.rows.list.load();
  }

  /** Something else is looked for. What has begun to come stays, and can go on. */
  stop(): void {
    if (!this.#hasCome) this.#under?.abort();
  }
}

export const kept = new Kept((search: Search) => new Results(search));
