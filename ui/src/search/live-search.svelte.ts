import type { SearchHit } from '../api/found.ts';
import { search as ask } from '../api/search.ts';
import { isEmpty, queryOf, searchAddress, type Search } from './filters.ts';

/** Nobody reads what was found between two letters. */
const PAUSE_MS = 120;
const MOST_HITS = 24;
/** A filter may leave none of a whole page of names: so many more are looked at before it says that nothing was found. */
const MOST_PAGES = 5;

/** Searches while somebody types: one request at a time, and only the answer to the last one is shown. */
export class LiveSearch {
  hits = $state.raw<readonly SearchHit[]>([]);
  hasMore = $state(false);
  isComplete = $state(true);
  error = $state.raw<unknown>();
  /** Of what the hits are, as an address; those before stay until the new ones are there. */
  answered = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #under = new AbortController();

  ask(search: Search): void {
    this.stop();
    if (isEmpty(search)) {
      this.hits = [];
      this.hasMore = false;
      this.error = undefined;
      this.answered = searchAddress(search);
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(search), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#under.abort();
  }

  async #ask(search: Search): Promise<void> {
    const under = new AbortController();
    this.#under = under;
    try {
      const hits: SearchHit[] = [];
      const query = queryOf(search, Date.now());
      let [cursor, isComplete]: [string | undefined, boolean] = [undefined, true];
      for (let page = 0; page < MOST_PAGES && hits.length < MOST_HITS; page++) {
        const answer = await ask({ ...query, limit: MOST_HITS - hits.length, cursor }, under.signal);
        hits.push(...answer.items);
        cursor = answer.nextCursor;
        isComplete &&= answer.isComplete;
        if (cursor === undefined) break;
      }
      if (under.signal.aborted) return;
      Object.assign(this, { hits, hasMore: cursor !== undefined, isComplete, error: undefined });
    } catch (error) {
      if (under.signal.aborted) return;
      Object.assign(this, { hits: [], hasMore: false, error });
    }
    this.answered = searchAddress(search);
  }
}
