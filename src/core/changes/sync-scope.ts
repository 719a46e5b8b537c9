import { setImmediate } from 'node:timers/promises';
import { joinPath, nameKey, type NodePath } from '../../lib/node-path.ts';
import type { Core } from '../core.ts';
import type { Node, Space } from '../node.ts';
import type { Change } from '../ports/changes.ts';
import type { Located } from '../tree.ts';
import { FormerPlaces, keyOf, type Names } from './former-places.ts';
import { END_OF_REV, invalidToken, type SyncLevel, type SyncPosition } from './sync-token.ts';
import { TreeWalk, type WalkedNode } from './tree-walk.ts';

const ROWS = 250;
/** More places that are gone at once than a client can be told one by one. */
const MAX_GONE = 20_000;

/** A place that something is gone from, and what that was. */
interface Gone {
  readonly names: Names;
  readonly isCollection: boolean;
}

/** What a client is told of a member: what it is now, or that it is not there any more. */
export interface SyncItem {
  readonly path: NodePath;
  readonly located: Located | undefined;
}

/** A collection that is followed within one space. */
export interface ScopeTop {
  readonly located: Located;
  readonly level: SyncLevel;
}

/** From where on it is gathered, to what, and how much of it. */
export interface SyncStep {
  readonly position: SyncPosition;
  /** By their paths; what is told again is told last. */
  readonly items: Map<string, SyncItem>;
  readonly limit: number;
  /** The client knows nothing: it is told the tree, and nothing that happens meanwhile. */
  readonly isNew: boolean;
}

/**
 * Follows one collection in one space: gathers what is new for a client from its position on.
 *
 * Nodes are told as they are now, which may be later than the change that they are told for; what has happened since
 * then comes again with its own change. So that nothing is left over at a client from such glimpses, every place that
 * something has left since then is told as gone, wherever it was by then, unless something is there now.
 */
export class SyncScope {
  readonly #core: Core;
  readonly #top: Located;
  readonly #isDeep: boolean;
  readonly #items: Map<string, SyncItem>;
  readonly #places: FormerPlaces;
  #position: SyncPosition;

  private constructor(
    core: Core,
    { located, level }: ScopeTop,
    from: { position: SyncPosition; items: Map<string, SyncItem>; places: FormerPlaces },
  ) {
    this.#core = core;
    this.#top = located;
    this.#isDeep = level === 'infinite';
    this.#position = from.position;
    this.#items = from.items;
    this.#places = from.places;
  }

  /**
   * Adds to `items` up to `limit` in all. `isComplete`: up to now; otherwise it goes on from `position`.
   * Throws `position-unknown`.
   */
  static async gather(
    core: Core,
    top: ScopeTop,
    { position, items, limit, isNew }: SyncStep,
  ): Promise<{ position: SyncPosition; isComplete: boolean }> {
    const { spaceId, rev: sinceRev } = position;
    const { id } = top.located.node;
    const places = await FormerPlaces.since(core, id, { spaceId, sinceRev });
    const above = (await core.store.ancestors(id)).map((node) => node.id);
    // What happened in it while it was in another space stands in the changes of that.
    if (!isNew && places.haveMoved(above, sinceRev)) throw invalidToken();
    const scope = new SyncScope(core, top, { position, items, places });
    const isComplete = (await scope.#walkOn(limit)) && (isNew || (await scope.#follow(limit)));
    return { position: scope.#position, isComplete };
  }

  /** The tree that comes before the next change; false when the limit came first. */
  async #walkOn(limit: number): Promise<boolean> {
    const { walk: place, ...position } = this.#position;
    if (!place) return true;
    const top = await this.#locate(place.topId);
    if (top) {
      const walk = await TreeWalk.from(this.#core, top, { keys: place.keys, isDeep: this.#isDeep });
      while (this.#items.size < limit) {
        const found = await walk.next();
        if (!found) {
          this.#position = position;
          return true;
        }
        this.#tellPresent(found);
      }
      this.#position = { ...position, walk: walk.place };
      return false;
    }
    this.#position = position;
    return true;
  }

  /** The changes, each with the tree that it brings. */
  async #follow(limit: number): Promise<boolean> {
    for (;;) {
      // SQLite answers at once: others get their turn here.
      await setImmediate();
      const { spaceId } = this.#position;
      const rev = (await this.#core.store.changes.positions([spaceId])).get(spaceId)?.rev ?? 0;
      const rows = await this.#core.store.changes.listChanges(spaceId, { after: this.#position, limit: ROWS });
      if (rows.length === 0) {
        // Asked for before the changes: all up to it, and of it, have been told.
        if (rev >= this.#position.rev) this.#position = { spaceId, rev, seq: END_OF_REV };
        return true;
      }
      for (const row of rows) {
        if (this.#items.size >= limit) return false;
        if (!(await this.#tell(row, limit))) return false;
      }
    }
  }

  async #tell(row: Change, limit: number): Promise<boolean> {
    const { spaceId, rev, seq } = row;
    if (row.kind === 'removed') {
      if (!(await this.#tellGone(row, limit))) return false;
      this.#position = { spaceId, rev, seq };
      return true;
    }
    const found = await this.#stillThere(row);
    if (found) this.#tellPresent(found);
    this.#position = { spaceId, rev, seq };
    const bringsTree = found && this.#isDeep && row.kind === 'added' && row.cause !== '' && found.node.nodeCount > 0;
    if (!bringsTree) return true;
    this.#position = { ...this.#position, walk: { topId: row.nodeId, keys: [] } };
    return this.#walkOn(limit);
  }

  /** What a change tells of, unless that has gone on to another place: a later change tells of it there. */
  async #stillThere({ nodeId, parentId, name }: Change): Promise<WalkedNode | undefined> {
    const isOutside = nodeId === this.#top.node.id || (!this.#isDeep && parentId !== this.#top.node.id);
    if (isOutside) return undefined;
    const found = await this.#locate(nodeId);
    if (found?.node.parentId !== parentId || found.node.name !== name || found.node.isSidecar) return undefined;
    // Without a lock, what only a lock made is not there.
    const isGhost = found.node.isUnwritten && (await this.#core.store.getNode(nodeId)) === undefined;
    return isGhost ? undefined : found;
  }

  /** A node below the top, or that itself, with its path now. */
  async #locate(nodeId: number): Promise<WalkedNode | undefined> {
    const chain = await this.#core.store.ancestors(nodeId);
    const at = chain.findIndex(({ id }) => id === this.#top.node.id);
    const [node] = chain;
    if (at < 0 || !node) return undefined;
    const names = chain.slice(0, at).map(({ name }) => name);
    return { node, path: pathBelow(this.#top, names.reverse()) };
  }

  #tellPresent({ node, path }: WalkedNode): void {
    const key = keyOf(path.segments);
    // Told last what was read last.
    this.#items.delete(key);
    this.#items.set(key, { path, located: { path, node, space: this.#top.space, place: 'inside' } });
  }

  /** False when the limit came before all places were told. */
  async #tellGone(row: Change, limit: number): Promise<boolean> {
    const { goneAfter = '' } = this.#position;
    const gone = new Map<string, Gone>();
    for (const above of await this.#placesAbove(row)) {
      const names = [...above, row.name];
      await this.#assertFollowed(row, names);
      await this.#gather(gone, names, row);
    }
    const left = [...gone].sort(byKey).filter(([key]) => key > goneAfter);
    for (const [key, { names, isCollection }] of left) {
      if (this.#items.size >= limit) return false;
      const path = { ...pathBelow(this.#top, names), trailingSlash: isCollection };
      const itemKey = keyOf(path.segments);
      this.#items.delete(itemKey);
      this.#items.set(itemKey, { path, located: undefined });
      this.#position = { ...this.#position, goneAfter: key };
    }
    return true;
  }

  /** Throws `position-unknown` for a collection that is back from another space, where its members may have changed. */
  async #assertFollowed({ spaceId, rev, nodeId, isCollection, cause }: Change, names: Names): Promise<void> {
    if (!this.#isDeep || !isCollection || cause !== 'moved') return;
    if ((await this.#places.now(names))?.id !== nodeId) return;
    const together = await this.#core.store.changes.changesAt(spaceId, rev);
    const stayed = together.some((change) => change.kind === 'added' && change.nodeId === nodeId);
    if (!stayed) throw invalidToken();
  }

  async #placesAbove({ parentId }: Change): Promise<readonly Names[]> {
    if (this.#isDeep) return this.#places.of(parentId);
    return parentId === this.#top.node.id ? [[]] : [];
  }

  /**
   * What of a node that was at `names` is not there now. A collection in whose place is another one leaves behind what
   * the other has not.
   */
  async #gather(
    gone: Map<string, Gone>,
    names: Names,
    was: { readonly nodeId: number; readonly isCollection: boolean },
  ): Promise<void> {
    const now = await this.#places.now(names);
    if (!now) gone.set(keyOf(names), { names, isCollection: was.isCollection });
    if (gone.size > MAX_GONE) throw invalidToken();
    const isReplaced = this.#isDeep && was.isCollection && now?.kind === 'collection' && now.id !== was.nodeId;
    if (!isReplaced) return;
    for await (const { name, id, kind } of this.#membersOf(was.nodeId)) {
      await this.#gather(gone, [...names, name], { nodeId: id, isCollection: kind === 'collection' });
    }
  }

  /** What a collection holds, in trash as well. Throws `position-unknown` once it is not known any more. */
  async *#membersOf(nodeId: number): AsyncGenerator<Node> {
    const { store } = this.#core;
    await this.#assertWhole(nodeId);
    for (let after: string | undefined = ''; after !== undefined;) {
      await setImmediate();
      const page: Node[] = await store.listChildren(nodeId, { after, limit: ROWS });
      yield* page;
      const last = page.at(-1);
      after = last && page.length === ROWS ? nameKey(last.name) : undefined;
    }
    await this.#assertWhole(nodeId);
  }

  /** What is purged has lost some of its members, and itself in the end. */
  async #assertWhole(nodeId: number): Promise<void> {
    const chain = await this.#core.store.ancestors(nodeId);
    const isPurged = chain.length === 0 || chain.some(({ etag }) => etag === PURGED_ETAG);
    if (isPurged) throw invalidToken();
  }
}

/** The etag that `purgeTree` leaves on the top of a tree from which it has taken the first nodes. */
const PURGED_ETAG = 'c0';

function byKey([a]: readonly [string, Gone], [b]: readonly [string, Gone]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function pathBelow({ path }: Located, names: Names): NodePath {
  let below: NodePath = path;
  for (const name of names) below = joinPath(below, name);
  return below;
}

/** Where a client begins that knows nothing: with the whole tree, and what happens from now on. */
export async function beginningOf(core: Core, space: Space, topId: number): Promise<SyncPosition> {
  const rev = (await core.store.changes.positions([space.id])).get(space.id)?.rev ?? 0;
  return { spaceId: space.id, rev, seq: END_OF_REV, walk: { topId, keys: [] } };
}

/** Throws `position-unknown` for a position of which not all that follows is known. */
export function assertKnown({ rev, seq }: SyncPosition, known: { rev: number; floor: number } | undefined): void {
  // Up to the floor, and with it, all is forgotten.
  const floor = (known?.floor ?? 0) + (seq === END_OF_REV ? 0 : 1);
  if (!known || rev < floor || rev > known.rev) throw invalidToken();
}
