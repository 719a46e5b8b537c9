import type { Actor } from '../../core/actor.ts';
import type { Core } from '../../core/core.ts';
import { searchNodes, type SearchPlace } from '../../core/search/search.ts';
import { listChildren, mountsIn, type Located } from '../../core/tree.ts';
import type { BasicSearch, OrderKey } from '../bodies/search-request.ts';
import { caseOf, compare, holds } from './condition.ts';
import { wordsFor } from './words.ts';

const PAGE = 250;
/** What one answer holds at most, and how much is looked through for it, in steps of the core's own. */
const MAX_RESULTS = 10_000;
const MAX_STEPS = 50;
const MAX_CHILDREN = 100_000;

export interface ResolvedScope {
  readonly located: Located;
  readonly depth: '0' | '1' | 'infinity';
}

interface Asking {
  readonly core: Core;
  readonly actor: Actor;
  readonly signal: AbortSignal;
}

/** What a query finds, page by page. */
export class SearchRun {
  /** Once everything was given: whether there may have been more, had there been no limits but those of the client. */
  isTruncated = false;
  readonly #asking: Asking;
  readonly #search: BasicSearch;
  readonly #given = new Set<number>();
  #left: number;
  #steps = 0;

  constructor(asking: Asking, search: BasicSearch) {
    this.#asking = asking;
    this.#search = search;
    this.#left = MAX_RESULTS;
  }

  async *pages(scopes: readonly ResolvedScope[]): AsyncGenerator<readonly Located[]> {
    const { order, limit = Infinity } = this.#search;
    if (order.length > 0) {
      const found: Located[] = [];
      for (const scope of scopes) for await (const page of this.#scope(scope)) found.push(...page);
      const sorted = found.sort((a, b) => compareBy(order, a, b)).slice(0, limit);
      for (let at = 0; at < sorted.length; at += PAGE) yield sorted.slice(at, at + PAGE);
      return;
    }
    let wanted = limit;
    for (const scope of scopes) {
      for await (const page of this.#scope(scope)) {
        yield page.slice(0, wanted);
        wanted -= page.length;
        if (wanted <= 0) return;
      }
    }
  }

  async *#scope({ located, depth }: ResolvedScope): AsyncGenerator<Located[]> {
    yield this.#fitting([located]);
    if (located.node.kind === 'file' || depth === '0') return;
    if (depth === '1') yield* this.#children(located);
    else yield* this.#below(located);
  }

  async *#children(collection: Located): AsyncGenerator<Located[]> {
    const { core, actor, signal } = this.#asking;
    let seen = 0;
    const render = async (page: readonly Located[]) => ({ rendered: [...page], taken: page.length });
    for await (const page of listChildren(core, actor, collection, { render })) {
      signal.throwIfAborted();
      if (this.#isFull()) return;
      yield this.#fitting(page);
      seen += page.length;
      if (seen < MAX_CHILDREN) continue;
      this.isTruncated = true;
      return;
    }
  }

  async *#below(collection: Located): AsyncGenerator<Located[]> {
    const { core, actor, signal } = this.#asking;
    if (collection.place === 'root') yield this.#fitting(await mountsIn(core, actor, collection));
    const request = {
      text: wordsFor(this.#search.where),
      fits: () => true,
      belowId: collection.place === 'root' ? undefined : collection.node.id,
      limit: PAGE,
      signal,
    };
    let after: SearchPlace | undefined;
    do {
      if (this.#isFull()) return;
      const { hits, next, isComplete } = await searchNodes(core, actor, { ...request, after });
      if (!isComplete) this.isTruncated = true;
      yield this.#fitting(hits.map(({ located }) => located));
      after = next;
      this.#steps += 1;
    } while (after);
  }

  /** Too much was found, or looked through, to go on. */
  #isFull(): boolean {
    if (this.#left > 0 && this.#steps < MAX_STEPS) return false;
    this.isTruncated = true;
    return true;
  }

  /** Each once, however many scopes it is in. */
  #fitting(entries: readonly Located[]): Located[] {
    const { where } = this.#search;
    const fitting = entries.filter((entry) => {
      if (this.#given.has(entry.node.id) || (where && holds(where, entry) !== true)) return false;
      this.#given.add(entry.node.id);
      return true;
    });
    this.#left -= fitting.length;
    return fitting;
  }
}

function compareBy(order: readonly OrderKey[], a: Located, b: Located): number {
  for (const { property, isDescending } of order) {
    // The best come first as they are: sorting keeps the order of what is alike.
    if (!property) continue;
    const [valueA, valueB] = [a, b].map((entry) => {
      const value = property.read(entry);
      return value === undefined ? undefined : caseOf(value, true);
    });
    const outcome = compare(valueA, valueB);
    if (outcome !== 0) return isDescending ? -outcome : outcome;
  }
  return 0;
}
