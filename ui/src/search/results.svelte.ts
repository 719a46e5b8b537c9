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
  readonly #abort = new AbortController();

  constructor(search: Search) {
    this.search = search;
    // The last days are those before it was asked for, on every page.
    const query = { ...queryOf(search, Date.now()), limit: PAGE };
    this.rows = new EntryRows('search', async (cursor, signal) => {
      const both = AbortSignal.any([signal, this.#abort.signal]);
      const { items, isComplete, ...page } = await ask({ ...query, cursor }, both);
      this.isComplete = isComplete;
      // Each page for itself: what somebody looks at stays where it is when the next one comes.
      const hits = grouped(items).flatMap((group) => group.hits);
      return {
        ...page,
        items: hits.map(({ file, highlights }) => ({ id: file.id, file, name: file.name, highlights })),
      };
    });
  }

  /** Something else is looked for. */
  stop(): void {
    if (this.rows.list.isFresh) this.#abort.abort();
  }
}

export const kept = new Kept((search: Search) => {
  const results = new Results(search);
  if (!isEmpty(search)) queueMicrotask(() => void results.rows.list.load());
  return results;
});
