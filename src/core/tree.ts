import { DomainError } from '../lib/errors.ts';
import { joinPath, nameKey, splitPath, type NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Conditions, Core } from './core.ts';
import { hasForeignNode } from './foreign-nodes.ts';
import { allHomes, homesFolder, isHomesFolder, noteHomeListed, ownerOfNew, wayIntoHomes, type WayIn } from './homes.ts';
import type { Located } from './located.ts';
import type { Node, Space } from './node.ts';
import { isAllowed, isLimitedToOwn, type Action } from './permissions.ts';
import type { Place } from './ports/operations.ts';
import { locateNode } from './reach.ts';
import { isReservedAtRoot, userRoot, walkSpace } from './spaces.ts';

export type { Located };

/** Children read from the store at a time: what is made of them is held as long as a client takes to read it. */
const LIST_PAGE = 250;

/** Where a path leads, whether or not something is there. */
export interface Target {
  readonly path: NodePath;
  readonly space: Space;
  /** What is there now. */
  readonly found: Located | undefined;
  /** The collection that holds it, or would; undefined when that is missing or is a file. */
  readonly parent: Located | undefined;
}

/** Which node: by where it is, or by its id, wherever that is. */
export type Whereabouts = NodePath | { readonly nodeId: number };

/**
 * Resolves a path in the tree that `actor` sees, or looks for a node there; one statement besides the list of spaces.
 * Throws `not-found` for an id of which `actor` sees nothing.
 */
export async function find(core: Core, actor: Actor, where: Whereabouts): Promise<Target> {
  return 'nodeId' in where ? findNode(core, actor, where.nodeId) : findPath(core, actor, where);
}

async function findPath(core: Core, actor: Actor, path: NodePath): Promise<Target> {
  const { base, mounts } = await userRoot(core, actor);
  const wayIn = await wayIntoHomes(core, actor, { base, path });
  if (wayIn) return findInHomes(core, wayIn, path);
  const [first, ...rest] = path.segments;
  const mount = mounts.find((space) => first !== undefined && space.mountName === nameKey(first));
  const space = mount ?? base;
  const names = mount ? rest : path.segments;

  const chain = await walkSpace(core, space, names);
  const isWhole = actor.narrowing?.rootId === undefined;
  const rootPlace = mount || !isWhole ? 'mount' : 'root';
  const locate = (index: number, at: NodePath): Located | undefined => {
    const node = chain[index];
    if (!node) return undefined;
    const found = { path: at, node, space, place: index === 0 ? rootPlace : 'inside' } as const;
    return isWhole ? { ...found, chainIds: chain.slice(0, index + 1).map(({ id }) => id) } : found;
  };
  const parentPath = splitPath(path)?.parent;
  const parent = parentPath && names.length > 0 ? locate(names.length - 1, parentPath) : undefined;
  const holder = parent?.node.kind === 'collection' ? parent : undefined;
  return { path, space, found: locate(names.length, path), parent: holder };
}

/** A path below `Homes`: the folder, a home in it, or what lies in that. */
async function findInHomes(core: Core, { folder, home }: WayIn, path: NodePath): Promise<Target> {
  const [, , ...names] = path.segments;
  if (!home) {
    const found = path.segments.length === 1 ? { ...folder, path } : undefined;
    return { path, space: folder.space, found, parent: path.segments.length === 2 ? folder : undefined };
  }
  const chain = await walkSpace(core, home, names);
  const chainIds = chain.map(({ id }) => id);
  const located = (length: number): Located | undefined => {
    const node = chain[length];
    const at = { segments: path.segments.slice(0, length + 2), trailingSlash: node?.kind === 'collection' };
    const place = length === 0 ? 'mount' : 'inside';
    return node && { path: at, node, space: home, place, chainIds: chainIds.slice(0, length + 1) };
  };
  const found = located(names.length);
  const parent = names.length === 0 ? folder : located(names.length - 1);
  return { path, space: home, found: found && { ...found, path }, parent: parentOf(parent) };
}

function parentOf(parent: Located | undefined): Located | undefined {
  return parent?.node.kind === 'collection' ? parent : undefined;
}

async function findNode(core: Core, actor: Actor, nodeId: number): Promise<Target> {
  const found = await locateNode(core, actor, nodeId);
  const parent = found.place === 'inside' ? await locateNode(core, actor, found.node.parentId) : undefined;
  return { path: found.path, space: found.space, found, parent };
}

/** As `find`, for what must exist. Throws `not-found`, also for what the actor may not see. */
export async function locate(core: Core, actor: Actor, where: Whereabouts): Promise<Located> {
  if ('nodeId' in where) return locateNode(core, actor, where.nodeId);
  const { found } = await find(core, actor, where);
  if (!found || !isAllowed(actor, 'read', found.node, found.space)) {
    throw new DomainError('not-found', 'there is nothing at this path');
  }
  return found;
}

/** What is made of the first `taken` nodes of a page, at least one; the others are read again with the next page. */
export interface RenderedPage<T> {
  readonly rendered: T;
  readonly taken: number;
}

type RenderPage<T> = (page: readonly Located[]) => Promise<RenderedPage<T>>;

/** What is listed of a collection, and as what. */
export interface ChildListing<T> {
  readonly render: RenderPage<T>;
  /** Whether for one who sees what Finder keeps for itself. */
  readonly withSidecars?: boolean;
}

/**
 * The children of a collection in pages, each as `render` leaves it: in the root first the mounts, then by the byte
 * order of their names. One query a page. Whoever takes their time over a page holds what `render` made of it and no
 * nodes: those would grow old, and what has grown old is collected late.
 */
export async function* listChildren<T>(
  core: Core,
  actor: Actor,
  collection: Located,
  listing: ChildListing<T>,
): AsyncGenerator<T> {
  const { render } = listing;
  noteHomeListed(core, actor, collection);
  if (collection.place === 'root' || isHomesFolder(collection)) {
    const mounts = await mountsIn(core, actor, collection);
    for (let at = 0; at < mounts.length;) {
      const { rendered, taken } = await render(mounts.slice(at));
      yield rendered;
      at += taken;
    }
    if (collection.space.kind === 'root') return;
  }
  let after: string | undefined;
  do {
    const { rendered, last } = await renderPage(core, collection, { ...listing, after });
    if (rendered !== undefined) yield rendered;
    after = last;
  } while (after !== undefined);
}

/** One page of what comes after `after`; `last` is where the next one begins, unless this was the last. */
async function renderPage<T>(
  core: Core,
  collection: Located,
  { after, render, withSidecars = false }: ChildListing<T> & { after: string | undefined },
): Promise<{ rendered?: T; last?: string | undefined }> {
  const page = await core.store.listChildren(collection.node.id, {
    ...(after !== undefined && { after }),
    limit: LIST_PAGE,
    withSidecars,
  });
  if (page.length === 0) return {};
  const { rendered, taken } = await render(page.map((node) => childOf(collection, node)));
  const isEnd = taken >= page.length && page.length < LIST_PAGE;
  return { rendered, last: isEnd ? undefined : nameKey(page[taken - 1]?.name ?? '') };
}

function childOf(collection: Located, node: Node): Located {
  return { path: joinPath(collection.path, node.name), node, space: collection.space, place: 'inside' };
}

/** The mounts as what they are in a user's root, and the homes in the folder of all of them. */
export async function mountsIn(core: Core, actor: Actor, root: Located): Promise<Located[]> {
  if (isHomesFolder(root)) return allHomes(core, actor);
  const { base, mounts } = await userRoot(core, actor);
  const located: Located[] = [];
  for (const space of mounts) {
    const node = await core.store.getNode(space.rootId);
    if (node) located.push({ path: joinPath(root.path, space.mountName), node, space, place: 'mount' });
  }
  const homes = await homesFolder(core, actor, base);
  return homes ? [homes, ...located] : located;
}

/**
 * Makes an empty collection.
 * Throws `already-exists`, `parent-missing`, `forbidden`, `locked`, `precondition-failed`.
 */
export async function createCollection(
  core: Core,
  actor: Actor,
  path: NodePath,
  conditions: Conditions,
): Promise<{ nodeId: number }> {
  const target = await find(core, actor, path);
  if (target.found) throw new DomainError('already-exists', 'there is something at this path already');
  const place = creationPlace(actor, target);
  return core.store.run('createCollection', { ...place, ...change(core, actor, conditions) });
}

/** Where something new at `target` would go. Throws `parent-missing`, `forbidden`. */
export function creationPlace(actor: Actor, target: Target): Place {
  const { parent } = target;
  const name = target.path.segments.at(-1);
  if (!parent || name === undefined) {
    throw new DomainError('parent-missing', 'the folder that should hold this does not exist');
  }
  if (parent.place === 'root' && isReservedAtRoot(name)) {
    throw new DomainError('forbidden', `the name "${name}" is reserved here`);
  }
  assertAllowed(actor, 'add', parent);
  return { parentId: parent.node.id, name, ownerId: ownerOfNew(actor, parent.space) };
}

/** Throws `forbidden` unless `actor` may do `action` to this very node. */
export function assertAllowed(actor: Actor, action: Action, { node, space }: Pick<Located, 'node' | 'space'>): void {
  if (!isAllowed(actor, action, node, space)) throw new DomainError('forbidden', 'you may not do this here');
}

/** Throws `forbidden` unless `actor` may remove the node and everything below it; nothing has moved by then. */
export async function assertTreeRemovable(core: Core, actor: Actor, located: Located): Promise<void> {
  if (located.place !== 'inside') throw new DomainError('forbidden', 'this folder always stays where it is');
  assertAllowed(actor, 'remove', located);
  if (located.node.kind === 'file' || !isLimitedToOwn(actor, 'remove', located.space)) return;
  if (await hasForeignNode(core, located.node, actor.userId)) {
    throw new DomainError('forbidden', 'this folder holds files of others, which you may not remove');
  }
}

/** Whose files `actor` may overwrite in a space, for the transaction, which may find another file than was judged. */
export function replaceable(actor: Actor, space: Space): 'any' | 'own' {
  return isLimitedToOwn(actor, 'write', space) ? 'own' : 'any';
}

/** The part of an operation's arguments that is the same for every change. */
export function change(core: Core, actor: Actor, conditions: Conditions) {
  return { userId: actor.userId, tokens: conditions.tokens, nowMs: core.clock.nowMs() };
}
