import { nameKey } from '../../lib/node-path.ts';
import type { Core } from '../core.ts';
import type { Node } from '../node.ts';
import type { Departure } from '../ports/changes.ts';
import { invalidToken } from './sync-token.ts';

/** Names on the way down from the collection that is followed. */
export type Names = readonly string[];

/** More than a client can be told one by one: it had better begin anew. */
const MAX_PLACES = 200;
const MAX_DEPARTURES = 20_000;

/**
 * Where collections are and have been, seen from a collection at the top. A client knows what is in a collection under
 * the names of a time when that was elsewhere; all places since then are taken together.
 */
export class FormerPlaces {
  readonly #core: Core;
  readonly #topId: number;
  readonly #departures: ReadonlyMap<number, readonly Departure[]>;
  readonly #known = new Map<number, readonly Names[]>();
  readonly #nodes = new Map<number, readonly Node[]>();
  readonly #found = new Map<string, readonly Node[]>();

  private constructor(core: Core, topId: number, departures: readonly Departure[]) {
    this.#core = core;
    this.#topId = topId;
    this.#departures = Map.groupBy(departures, ({ nodeId }) => nodeId);
  }

  /** Since a revision of a space. Throws `position-unknown` when too much has moved about to be told. */
  static async since(
    core: Core,
    topId: number,
    { spaceId, sinceRev }: { spaceId: number; sinceRev: number },
  ): Promise<FormerPlaces> {
    const departures = await core.store.changes.departures(spaceId, { sinceRev, limit: MAX_DEPARTURES + 1 });
    if (departures.length > MAX_DEPARTURES) throw invalidToken();
    return new FormerPlaces(core, topId, departures);
  }

  /** All places of a collection below the top, the top's own being []. Throws `position-unknown` for too many. */
  async of(nodeId: number): Promise<readonly Names[]> {
    const known = this.#known.get(nodeId) ?? (await this.#placesOf(nodeId, new Set()));
    this.#known.set(nodeId, known);
    return known;
  }

  /** `below`: those asked for on the way up to here. What was once in what is in it now has not been so at one time. */
  async #placesOf(nodeId: number, below: ReadonlySet<number>): Promise<readonly Names[]> {
    if (nodeId === this.#topId) return [[]];
    if (nodeId === 0 || below.has(nodeId)) return [];
    const chain = new Set([...below, nodeId]);
    const places = new Map<string, Names>();
    const all = [...(this.#departures.get(nodeId) ?? []), ...(await this.#nodeWith(nodeId))];
    // Looked up once for each collection, however often it was left and come back to.
    for (const [parentId, inParent] of Map.groupBy(all, (place) => place.parentId)) {
      const names = new Set(inParent.map(({ name }) => name));
      for (const above of await this.#placesOf(parentId, chain)) {
        for (const name of names) places.set(keyOf([...above, name]), [...above, name]);
        if (places.size > MAX_PLACES) throw invalidToken();
      }
    }
    return [...places.values()];
  }

  async #nodeWith(nodeId: number): Promise<readonly Node[]> {
    const kept = this.#nodes.get(nodeId);
    if (kept) return kept;
    const node = await this.#core.store.getNode(nodeId);
    const found = node ? [node] : [];
    this.#nodes.set(nodeId, found);
    return found;
  }

  /** Whether any of the collections was somewhere else after a revision. */
  haveMoved(nodeIds: readonly number[], afterRev: number): boolean {
    return nodeIds.some((id) => this.#departures.get(id)?.some(({ rev }) => rev > afterRev));
  }

  /** What is at a place now, under exactly these names. */
  async now(names: Names): Promise<Node | undefined> {
    const chain = await this.#walk(names);
    const isSame = chain.length === names.length + 1 && names.every((name, index) => chain[index + 1]?.name === name);
    const node = isSame ? chain.at(-1) : undefined;
    return node?.isSidecar === true ? undefined : node;
  }

  /** The nodes along `names` as far as there are any, the top first. */
  async #walk(names: Names): Promise<readonly Node[]> {
    const key = keyOf(names);
    const found = this.#found.get(key) ?? (await this.#walkOn(names));
    this.#found.set(key, found);
    return found;
  }

  async #walkOn(names: Names): Promise<readonly Node[]> {
    const last = names.at(-1);
    if (last === undefined) return (await this.#core.store.walk(this.#topId, [])) ?? [];
    const above = await this.#walk(names.slice(0, -1));
    const parent = above.at(-1);
    if (above.length < names.length || parent?.kind !== 'collection') return above;
    const child = (await this.#core.store.walk(parent.id, [nameKey(last)]))?.[1];
    return child ? [...above, child] : above;
  }
}

export function keyOf(names: Names): string {
  return names.join('/');
}
