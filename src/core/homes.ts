import { foldedName, nameKey, type NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import type { Located } from './located.ts';
import { standInCollection, type Node, type Space } from './node.ts';

/**
 * The homes of others as an administrator sees them whom the settings let in: `Homes/ann` is the home of Ann, with what
 * she may do there. It is a mount below a mount; nobody else's requests ask the store for anything more.
 */
export const HOMES = 'Homes';

const HOMES_PAGE = 500;

/** Held by no node of the store: nothing has it as its parent. */
const HOMES_ID = -1;
const HOMES_SPACE: Space = { id: 0, kind: 'root', mountName: HOMES, ownerId: undefined, rootId: HOMES_ID };

const HOMES_NODE = standInCollection({ id: HOMES_ID, name: HOMES, etag: 'homes' });

const HOMES_PATH: NodePath = { segments: [HOMES], trailingSlash: true };

/** Whether the settings let `actor` into the homes of others. */
export function mayOpenHomes({ settings }: Core, { role, narrowing }: Actor): boolean {
  return settings.accounts.adminsOpenHomes && role === 'admin' && narrowing === undefined;
}

/** The folder of all homes, if `actor` has it. One of the same name in their own home, which is older, stays what it is. */
export async function homesFolder(core: Core, actor: Actor, base: Space): Promise<Located | undefined> {
  if (actor.opensHomes !== true) return undefined;
  const own = base.kind === 'home' ? await core.store.walk(base.rootId, [HOMES]) : undefined;
  return own?.[1] ? undefined : folderAt(core.clock.nowMs());
}

/** Nothing in the store says whether other homes are in it than before: no client may keep what it once listed. */
function folderAt(nowMs: number): Located {
  const node = { ...HOMES_NODE, etag: `homes${nowMs}`, modifiedAtMs: nowMs };
  return { path: HOMES_PATH, node, space: HOMES_SPACE, place: 'mount' };
}

export function isHomesFolder({ node }: Pick<Located, 'node'>): boolean {
  return node.id === HOMES_ID;
}

/** Where a path begins that leads into a home: the space, and the names below its root. */
export interface WayIn {
  readonly folder: Located;
  /** Undefined for the folder itself, and where there is no such home. */
  readonly home: Space | undefined;
}

/** Undefined for a path that leads elsewhere. Tells of each home that is come into. */
export async function wayIntoHomes(
  core: Core,
  actor: Actor,
  { base, path }: { base: Space; path: NodePath },
): Promise<WayIn | undefined> {
  const [first, name] = path.segments;
  if (actor.opensHomes !== true || first === undefined || nameKey(first) !== HOMES) return undefined;
  const folder = await homesFolder(core, actor, base);
  if (!folder) return undefined;
  const owner = name === undefined ? undefined : await core.store.findUser(name);
  const isNamed = owner !== undefined && nameKey(owner.name) === nameKey(name ?? '');
  if (!isNamed || owner.id === actor.userId || owner.homeSpaceId === undefined) return { folder, home: undefined };
  const home = await core.store.getSpace(owner.homeSpaceId);
  core.onHomeOpened?.(actor, owner.name);
  return { folder, home };
}

/** The home of somebody else in which a node lies, by the root of its space, if `actor` may come into it. */
export async function homeOfRoot(
  core: Core,
  actor: Actor,
  root: Node,
): Promise<{ space: Space; mountPath: readonly string[] } | undefined> {
  if (actor.opensHomes !== true) return undefined;
  const space = await core.store.getSpace(root.spaceId);
  if (space?.kind !== 'home' || space.rootId !== root.id || space.ownerId === undefined) return undefined;
  const owner = await core.store.getUser(space.ownerId);
  if (!owner || owner.id === actor.userId) return undefined;
  core.onHomeOpened?.(actor, owner.name);
  return { space, mountPath: [HOMES, nameKey(owner.name)] };
}

/** Tells of what is listed of a home that was found in the folder of all of them, and not by its own path. */
export function noteHomeListed(core: Core, actor: Actor, { path, space, place }: Located): void {
  if (place !== 'mount' || space.kind !== 'home' || space.ownerId === actor.userId) return;
  const ownerName = path.segments[1];
  if (ownerName !== undefined) core.onHomeOpened?.(actor, ownerName);
}

/** The homes of others, by the names of their users. */
export async function allHomes(core: Core, actor: Actor): Promise<Located[]> {
  const homes: Located[] = [];
  for (let afterKey = ''; ;) {
    const page = await core.store.accounts.listHomes({ afterKey, exceptUserId: actor.userId, limit: HOMES_PAGE });
    for (const { userName, space, root } of page) {
      const path = { segments: [HOMES, userName], trailingSlash: true };
      homes.push({ path, node: { ...root, name: userName }, space, place: 'mount' });
    }
    const last = page.at(-1);
    if (!last || page.length < HOMES_PAGE) return homes;
    afterKey = foldedName(last.userName);
  }
}

/** Who owns what `actor` makes in `space`: in somebody's home its owner, whoever made it. Undefined for `actor`. */
export function ownerOfNew(actor: Actor, { kind, ownerId }: Space): number | undefined {
  return kind === 'home' && ownerId !== actor.userId ? ownerId : undefined;
}
