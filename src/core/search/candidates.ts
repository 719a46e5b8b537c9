import { setImmediate } from 'node:timers/promises';
import type { MetadataStore } from '../ports/metadata-store.ts';
import { lastIndexed } from './index-names.ts';
import { rankOf, type Rank, type Wanted } from './matching.ts';
import { readPlaces, type Place } from './places.ts';
import { anyOf, HeldIds, type Falling } from './postings.ts';

/** New and renamed nodes are looked through in steps. */
const NAMES_AT_ONCE = 2000;
/** While a large store is indexed for the first time, or after a great import, not all of it can be looked through. */
const MAX_UNINDEXED = 100_000;

/** Ids of nodes whose names may fit: all that do, and some that do not. Made for one request. */
export class Candidates {
  /** False when there was more that is not indexed than could be looked through: something may be missing. */
  readonly isComplete: boolean;
  readonly #wanted: Wanted;
  readonly #indexed: readonly Place[];
  readonly #unindexed: ReadonlyMap<Rank, readonly number[]>;

  private constructor(wanted: Wanted, indexed: readonly Place[], unindexed: Unindexed) {
    this.#wanted = wanted;
    this.#indexed = indexed;
    this.#unindexed = unindexed.byRank;
    this.isComplete = unindexed.isComplete;
  }

  static async find(
    { search }: Pick<MetadataStore, 'search'>,
    { wanted, spaceIds, signal }: { wanted: Wanted; spaceIds: readonly number[]; signal: AbortSignal },
  ): Promise<Candidates> {
    const request = { wanted, spaceIds, signal };
    // What is indexed between these reads is found twice, never missed.
    const renamed = await search.listRenamed({ limit: MAX_UNINDEXED, spaceIds });
    const segments = await search.listSegments();
    const unindexed = new Unindexed(wanted);
    unindexed.add(renamed);
    await addNew(search, unindexed, { ...request, afterId: lastIndexed(segments) });
    const segmentIds = segments.filter(({ nodeCount }) => nodeCount > 0).map(({ id }) => id);
    const indexed = segmentIds.length === 0 ? [] : await readPlaces(search, { wanted, spaceIds, segmentIds });
    signal.throwIfAborted();
    return new Candidates(wanted, indexed, unindexed);
  }

  /** Those that may be of a rank, the newest first; whoever reads them looks at the names. */
  ofRank(rank: Rank): Falling {
    const unindexed = new HeldIds(this.#unindexed.get(rank) ?? []);
    const indexed = this.#indexed.map((place) => place.ofRank(rank, this.#wanted)).filter((ids) => ids.id > 0);
    return anyOf([unindexed, ...indexed]);
  }
}

/** What is not in the index, or not under its present name. */
class Unindexed {
  readonly byRank = new Map<Rank, number[]>();
  isComplete = true;
  readonly #wanted: Wanted;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  add(nodes: readonly { readonly id: number; readonly name: string }[]): void {
    for (const { id, name } of nodes) {
      const rank = rankOf(name, this.#wanted);
      if (rank === undefined) continue;
      const ids = this.byRank.get(rank);
      if (ids === undefined) this.byRank.set(rank, [id]);
      else ids.push(id);
    }
  }

  /** The newest first, each once. */
  sort(): void {
    for (const [rank, ids] of this.byRank)
      this.byRank.set(
        rank,
        [...new Set(ids)].sort((a, b) => b - a),
      );
  }
}

async function addNew(
  search: MetadataStore['search'],
  unindexed: Unindexed,
  { spaceIds, signal, afterId }: { spaceIds: readonly number[]; signal: AbortSignal; afterId: number },
): Promise<void> {
  let last = afterId;
  for (let left = MAX_UNINDEXED; left > 0; left -= NAMES_AT_ONCE) {
    signal.throwIfAborted();
    const page = await search.listNames({ afterId: last, limit: NAMES_AT_ONCE, spaceIds });
    unindexed.add(page);
    last = page.at(-1)?.id ?? last;
    if (page.length < NAMES_AT_ONCE) {
      unindexed.sort();
      return;
    }
    await setImmediate();
  }
  unindexed.isComplete = false;
  unindexed.sort();
}
