import { setImmediate } from 'node:timers/promises';
import type { MetadataStore } from '../ports/metadata-store.ts';
import type { NamedNode } from '../ports/search.ts';
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
    // What is indexed between these reads is found twice, never missed.
    const unindexed = new Unindexed(wanted);
    let serial = 0;
    await unindexed.addPages(signal, async (limit) => {
      const page = await search.listRenamed({ afterSerial: serial, limit, spaceIds });
      serial = page.at(-1)?.serial ?? serial;
      return page;
    });
    const segments = await search.listSegments();
    let id = lastIndexed(segments);
    await unindexed.addPages(signal, async (limit) => {
      const page = await search.listNames({ afterId: id, limit, spaceIds });
      id = page.at(-1)?.id ?? id;
      return page;
    });
    unindexed.sort();
    const segmentIds = segments.filter(({ nodeCount }) => nodeCount > 0).map(({ id }) => id);
    const indexed = segmentIds.length === 0 ? [] : await readPlaces(search, { wanted, spaceIds, segmentIds, signal });
    return new Candidates(wanted, indexed, unindexed);
  }

  /** Those that may be of a rank, the newest first; whoever reads them looks at the names. */
  ofRank(rank: Rank): Falling {
    const unindexed = new HeldIds(this.#unindexed.get(rank) ?? []);
    const indexed = this.#indexed.map((place) => place.ofRank(rank, this.#wanted)).filter((ids) => ids.id > 0);
    return anyOf([unindexed, ...indexed]);
  }
}

type FoundName = Pick<NamedNode, 'id' | 'name'>;

/** What is not in the index, or not under its present name. */
class Unindexed {
  readonly byRank = new Map<Rank, number[]>();
  isComplete = true;
  readonly #wanted: Wanted;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** Those of page after page, as far as there is time for it. */
  async addPages(signal: AbortSignal, read: (limit: number) => Promise<readonly FoundName[]>): Promise<void> {
    for (let left = MAX_UNINDEXED; left > 0; left -= NAMES_AT_ONCE) {
      signal.throwIfAborted();
      const page = await read(NAMES_AT_ONCE);
      this.#add(page);
      if (page.length < NAMES_AT_ONCE) return;
      await setImmediate();
    }
    this.isComplete = false;
  }

  #add(nodes: readonly FoundName[]): void {
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
