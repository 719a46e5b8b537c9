import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../../core/actor.ts';
import type { Core } from '../../core/core.ts';
import { searchNodes, type SearchPlace } from '../../core/search/search.ts';
import { listChildren, mountsIn, type Located } from '../../core/tree.ts';
import type { BasicSearch, OrderKey } from '../bodies/search-request.ts';
import { caseOf, compare, holds, type Value } from './condition.ts';
import { wordsFor } from './words.ts';

const PAGE = 250;
/** What one answer holds at most, and how much is looked through for it, in steps of the core's own. */
const MAX_RESULTS = 10_000;
const MAX_STEPS = 50;
const MAX_CHILDREN = 100_000;
/** How long nodes are looked at before whatever else waits has its turn. */
const BUSY_MS = 10;

export interface ResolvedScope {
  readonly located: Located;
  readonly depth: '0' | '1' | 'infinity';
}

interface Asking {
  readonly core: Core;
  readonly actor: Actor;
  readonly signal: AbortSignal;
}

/** What a query finds, page by page. It takes its turns among the actor's searches, none while the client reads. */
export class SearchRun {
  /** Once everything was given: whether there may have been more, had there been no limits but those of the client. */
  isTruncated = false;
  readonly #asking: Asking;
  readonly #search: BasicSearch;
  readonly #given = new Set<number>();
  #left: number;
  #steps = 0;
  #children = 0;
  #busySinceMs = performance.now();

  constructor(asking: Asking, search: BasicSearch) {
    this.#asking = asking;
    this.#search = search;
    this.#left = MAX_RESULTS;
  }

  async *pages(scopes: readonly ResolvedScope[]): AsyncGenerator<readonly Located[]> {
    const { order, limit = Infinity } = this.#search;
    const distinct = withoutRepeated(scopes);
    if (order.length > 0) {
      const found: Located[] = [];
      for (const scope of distinct) for await (const page of this.#scope(scope)) found.push(...page);
      const sorted = (await this.#sorted(found)).slice(0, limit);
      for (let at = 0; at < sorted.length; at += PAGE) yield sorted.slice(at, at + PAGE);
      return;
    }
    let wanted = limit;
    for (const scope of distinct) {
      for await (const page of this.#scope(scope)) {
        yield page.slice(0, wanted);
        wanted -= page.length;
        if (wanted <= 0) return;
      }
    }
  }

  async *#scope({ located, depth }: ResolvedScope): AsyncGenerator<Located[]> {
    yield await this.#fitting([located]);
    if (located.node.kind === 'file' || depth === '0') return;
    if (depth === '1') yield* this.#within(located);
    else yield* this.#below(located);
  }

  async *#within(collection: Located): AsyncGenerator<Located[]> {
    const { core, actor } = this.#asking;
    const render = async (page: readonly Located[]) => ({ rendered: page, taken: page.length });
    const pages = listChildren(core, actor, collection, { render });
    for (;;) {
      const page = await this.#inTurn(() => pages.next());
      if (page.done || this.#isFull()) return;
      this.#children += page.value.length;
      yield await this.#fitting(page.value);
    }
  }

  async *#below(collection: Located): AsyncGenerator<Located[]> {
    const { core, actor, signal } = this.#asking;
    if (collection.place === 'root') yield await this.#fitting(await mountsIn(core, actor, collection));
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
      yield await this.#fitting(hits.map(({ located }) => located));
      after = next;
      this.#steps += 1;
    } while (after);
  }

  /** Too much was found, or looked through, to go on. */
  #isFull(): boolean {
    if (this.#left > 0 && this.#steps < MAX_STEPS && this.#children < MAX_CHILDREN) return false;
    this.isTruncated = true;
    return true;
  }

  /** Each once, however many scopes it is in. */
  async #fitting(entries: readonly Located[]): Promise<Located[]> {
    const { where } = this.#search;
    const fitting: Located[] = [];
    await this.#lookAt(entries, (entry) => {
      if (this.#given.has(entry.node.id) || (where && holds(where, entry) !== true)) return;
      this.#given.add(entry.node.id);
      fitting.push(entry);
    });
    this.#left -= fitting.length;
    return fitting;
  }

  async #sorted(entries: readonly Located[]): Promise<Located[]> {
    const { order } = this.#search;
    const ranked: Ranked[] = [];
    await this.#lookAt(entries, (entry) => ranked.push({ entry, values: order.map((key) => valueOf(key, entry)) }));
    return ranked.sort((a, b) => compareBy(order, a, b)).map(({ entry }) => entry);
  }

  async #lookAt(entries: readonly Located[], look: (entry: Located) => void): Promise<void> {
    await this.#inTurn(async () => {
      for (const entry of entries) {
        if (performance.now() - this.#busySinceMs >= BUSY_MS) {
          await setImmediate();
          this.#asking.signal.throwIfAborted();
          this.#busySinceMs = performance.now();
        }
        look(entry);
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { core, actor, signal } = this.#asking;
    return core.searching.take(actor.userId, signal, work);
  }
}

function withoutRepeated(scopes: readonly ResolvedScope[]): ResolvedScope[] {
  const known = new Set<string>();
  return scopes.filter(({ located, depth }) => {
    const key = `${located.node.id} ${depth}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** With the values it is sorted by, read once. */
interface Ranked {
  readonly entry: Located;
  readonly values: readonly (Value | undefined)[];
}

function valueOf({ property }: OrderKey, entry: Located): Value | undefined {
  const value = property?.read(entry);
  return value === undefined ? undefined : caseOf(value, true);
}

/** The best come first as they are: sorting keeps the order of what is alike, as all are by their score. */
function compareBy(order: readonly OrderKey[], a: Ranked, b: Ranked): number {
  for (const [index, { isDescending }] of order.entries()) {
    const outcome = compare(a.values[index], b.values[index]);
    if (outcome !== 0) return isDescending ? -outcome : outcome;
  }
  return 0;
}
