import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import type { Node } from '../node.ts';
import { isAllowed } from '../permissions.ts';
import { locateByChain } from '../reach.ts';
import { userRoot, type UserRoot } from '../spaces.ts';
import type { Located } from '../tree.ts';
import { Candidates } from './candidates.ts';
import { Chains } from './chains.ts';
import { highlight, RANKS, rankOf, wantedOf, type Highlights, type Rank, type Wanted } from './matching.ts';
import { skipAbove, type Falling } from './postings.ts';

/** Nodes read at a time, and the most that one request looks at: rare in much that is common takes several pages. */
const NODES_AT_ONCE = 250;
const MAX_EXAMINED = 10_000;

export interface SearchRequest {
  /** Words that all have to be in the name; none: every name. */
  readonly text: string;
  /** What else must hold of a node; asked before anything is known of where it lies. */
  readonly fits: (node: Node) => boolean;
  /** Spaces to look in, by their ids; all that the actor sees for undefined. */
  readonly spaceIds?: readonly number[] | undefined;
  /** The collection below which it must lie. */
  readonly belowId?: number | undefined;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: SearchPlace | undefined;
  readonly signal: AbortSignal;
}

/** A place in the order of what is found: by rank, then the newest nodes first. */
export interface SearchPlace {
  readonly rank: Rank;
  readonly nodeId: number;
}

export interface Hit {
  readonly located: Located;
  readonly rank: Rank;
  readonly highlights: Highlights;
}

export interface SearchPage {
  readonly hits: readonly Hit[];
  /** Where the next page begins; there may be more even when this one is short. */
  readonly next: SearchPlace | undefined;
  /** Not everything new has been indexed yet, and it is too much to be looked through: something may be missing. */
  readonly isComplete: boolean;
}

/**
 * What `actor` may see of the nodes with these words in their names: exact names first, then those that begin with a word,
 * then those where words begin, then the others; of each the newest in the store first. Rights, names and places are those
 * of the nodes themselves at this moment, whatever the index says. Throws the signal's reason.
 */
export async function searchNodes(core: Core, actor: Actor, request: SearchRequest): Promise<SearchPage> {
  return core.searching.take(actor.userId, request.signal, () => search(core, actor, request));
}

async function search(core: Core, actor: Actor, request: SearchRequest): Promise<SearchPage> {
  const wanted = wantedOf(request.text);
  const root = await userRoot(core, actor);
  const seen = [root.base, ...root.mounts].filter(({ id }) => id !== 0).map(({ id }) => id);
  const spaceIds = seen.filter((id) => request.spaceIds?.includes(id) ?? true);
  if (spaceIds.length === 0) return { hits: [], next: undefined, isComplete: true };
  const { signal } = request;
  const candidates = await Candidates.find(core.store, { wanted, spaceIds, signal });
  const run = new SearchRun({ core, actor, root, wanted, request });
  const next = await run.through(candidates);
  return { hits: run.hits, next, isComplete: candidates.isComplete };
}

interface RunParts {
  readonly core: Core;
  readonly actor: Actor;
  readonly root: UserRoot;
  readonly wanted: Wanted;
  readonly request: SearchRequest;
}

/** One page being filled. */
class SearchRun {
  readonly hits: Hit[] = [];
  readonly #parts: RunParts;
  readonly #chains: Chains;
  /** What was looked at for an earlier rank, and turned out to be of another one. */
  readonly #ofOtherRank = new Map<number, { readonly node: Node; readonly rank: Rank }>();
  #examined = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#chains = new Chains(parts.core.store.search);
  }

  /** Returns where the next page begins, if there is one. */
  async through(candidates: Candidates): Promise<SearchPlace | undefined> {
    const { after, limit, signal } = this.#parts.request;
    for (const rank of RANKS.slice(after === undefined ? 0 : RANKS.indexOf(after.rank))) {
      const ids = candidates.ofRank(rank);
      if (rank === after?.rank) skipAbove(ids, after.nodeId - 1);
      while (ids.id > 0) {
        signal.throwIfAborted();
        const batch = takeFrom(ids, NODES_AT_ONCE);
        await this.#examine(batch, rank);
        if (this.hits.length > limit) return this.#cut(limit);
        this.#examined += batch.length;
        if (this.#examined >= MAX_EXAMINED) return { rank, nodeId: batch.at(-1) ?? 0 };
        // Where the store answers at once, nobody could say meanwhile that they are not waiting any more.
        await setImmediate();
      }
    }
    return undefined;
  }

  /** One more than wanted says that there is another page, which begins after the last that is wanted. */
  #cut(limit: number): SearchPlace | undefined {
    this.hits.length = limit;
    const last = this.hits.at(-1);
    return last && { rank: last.rank, nodeId: last.located.node.id };
  }

  async #examine(ids: readonly number[], rank: Rank): Promise<void> {
    const { core, request, wanted } = this.#parts;
    const fitting: Node[] = [];
    const unknown: number[] = [];
    for (const id of ids) {
      const known = this.#ofOtherRank.get(id);
      if (!known) unknown.push(id);
      else if (known.rank === rank) fitting.push(known.node);
    }
    for (const node of unknown.length === 0 ? [] : await core.store.search.getNodes(unknown)) {
      const actual = this.#isShown(node) ? rankOf(node.name, wanted) : undefined;
      if (actual === rank) fitting.push(node);
      else if (actual !== undefined) this.#ofOtherRank.set(node.id, { node, rank: actual });
    }
    fitting.sort((a, b) => b.id - a.id);
    const room = request.limit + 1 - this.hits.length;
    // Most of what fits is live and readable: a few more than there is room for are enough to look up.
    for (let at = 0; at < fitting.length && this.hits.length <= request.limit; at += room) {
      await this.#take(fitting.slice(at, at + room), rank);
    }
  }

  #isShown(node: Node): boolean {
    return node.parentId !== 0 && !node.isSidecar && !node.isUnwritten && this.#parts.request.fits(node);
  }

  async #take(nodes: readonly Node[], rank: Rank): Promise<void> {
    const { actor, root, wanted, request } = this.#parts;
    for (const chain of await this.#chains.of(nodes)) {
      const located = locateByChain(root, actor, chain);
      // What is the root of all that somebody sees has no name to them.
      if (located === undefined || located.path.segments.length === 0) continue;
      if (!isAllowed(actor, 'read', located.node, located.space)) continue;
      if (request.spaceIds?.includes(located.space.id) === false) continue;
      const { belowId } = request;
      if (belowId !== undefined && !chain.some(({ id }, index) => index > 0 && id === belowId)) continue;
      this.hits.push({ located, rank, highlights: highlight(located.node.name, wanted) });
    }
  }
}

function takeFrom(ids: Falling, count: number): number[] {
  const taken: number[] = [];
  while (ids.id > 0 && taken.length < count) {
    taken.push(ids.id);
    ids.next();
  }
  return taken;
}
