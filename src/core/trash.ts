import { DomainError, isDomainError } from '../lib/errors.ts';
import { nameKey, type NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import { NO_CONDITIONS, type Conditions, type Core } from './core.ts';
import { nameWith } from './free-names.ts';
import type { Space, TrashEntry } from './node.ts';
import { hasHome, isAdministrator, isAllowed, isLeft } from './permissions.ts';
import type { RestoreTrash } from './ports/operations.ts';
import { reachNode } from './reach.ts';
import { sidecarNameOf } from './sidecar.ts';
import { userRoot } from './spaces.ts';
import { assertTreeRemovable, change, creationPlace, find, locate, type Whereabouts } from './tree.ts';
import { vetting } from './vetting.ts';

/** Nodes purged in one transaction. */
const PURGE_BATCH = 1000;
const TRASH_PAGE = 500;
const MAX_RESTORE_NAMES = 100;
/** Finder deletes `._x` right after `x`; of a large folder it deletes one file after the other. */
const DELETED_TOGETHER_MS = 10 * 60_000;
const MAX_SIDECARS = 1000;

/**
 * DELETE: moves a tree to the trash of its space, whole and at once, whatever its size.
 * Gives under which number it is there. Throws `not-found`, `forbidden`, `locked`, `precondition-failed`.
 */
export async function trash(
  core: Core,
  actor: Actor,
  where: Whereabouts,
  conditions: Conditions & { leavesSidecar?: boolean },
): Promise<{ trashId: number | undefined }> {
  const located = await locate(core, actor, where);
  await assertTreeRemovable(core, actor, located);
  await core.store.run('trashNode', {
    nodeId: located.node.id,
    expected: conditions.expected,
    leavesSidecar: conditions.leavesSidecar,
    ...change(core, actor, conditions),
  });
  // One that was never written held nothing, and is gone.
  return { trashId: located.node.isUnwritten ? undefined : located.node.id };
}

/**
 * What `actor` owned or deleted and can have back, newest first; everyone's for an administrator who asks for it. Pages
 * may be shorter for an app password that is for one folder: it has what was in that.
 */
export async function* listTrash(core: Core, actor: Actor, everyones = false): AsyncGenerator<TrashEntry[]> {
  let after: TrashPlace | undefined;
  do {
    const { entries, next } = await trashPage(core, actor, { after, limit: TRASH_PAGE, everyones });
    if (entries.length > 0) yield entries;
    after = next;
  } while (after !== undefined);
}

/** Where an entry stands among all. */
interface TrashPlace {
  readonly deletedAtMs: number;
  readonly nodeId: number;
}

interface TrashQuery {
  readonly after: TrashPlace | undefined;
  readonly limit: number;
  readonly everyones: boolean;
}

/**
 * One page of what `listTrash` lists; `next` is where the next one begins, unless this was the last. Of those that are
 * `hidden`, by their numbers, an administrator may know whose they are and how large, and remove them, but no more.
 */
export async function trashPage(
  core: Core,
  actor: Actor,
  { after, limit, everyones }: TrashQuery,
): Promise<{ entries: TrashEntry[]; hidden: ReadonlySet<number>; next: TrashPlace | undefined }> {
  if (everyones && !isAdministrator(actor)) throw new DomainError('forbidden', 'only an administrator sees all trash');
  const page = await core.store.listTrash(everyones ? undefined : actor.userId, { ...(after && { after }), limit });
  const last = page.length < limit ? undefined : page.at(-1);
  return {
    entries: await onlyReached(core, actor, page),
    hidden: everyones ? await hiddenFrom(core, actor, page) : new Set(),
    next: last && { deletedAtMs: last.deletedAtMs, nodeId: last.node.id },
  };
}

/** What others deleted in homes of others that `actor` does not see. */
async function hiddenFrom(core: Core, actor: Actor, entries: readonly TrashEntry[]): Promise<Set<number>> {
  const isClosed = new Map<number, boolean>();
  const hidden = new Set<number>();
  for (const { node, spaceId, deletedBy } of entries) {
    if (node.ownerId === actor.userId || deletedBy === actor.userId) continue;
    const known = isClosed.get(spaceId);
    const closed = known ?? (await isClosedHome(core, actor, spaceId));
    isClosed.set(spaceId, closed);
    if (closed) hidden.add(node.id);
  }
  return hidden;
}

async function isClosedHome(core: Core, actor: Actor, spaceId: number): Promise<boolean> {
  const space = await core.store.getSpace(spaceId);
  if (space && space.kind !== 'home') return false;
  return !space || (await reachNode(core, actor, space.rootId)) === undefined;
}

/**
 * Puts a trashed tree back where it was, or into the root of its space when that collection is gone; under another
 * name when its own is taken. What Finder kept beside it and deleted with it comes back, too.
 * Throws `not-found`, `forbidden`, and `rule-violated` where the folder does not take it (any more): it stays in the trash.
 */
export async function restoreTrash(
  core: Core,
  actor: Actor,
  nodeId: number,
): Promise<{ nodeId: number; name: string }> {
  const entry = await ownTrashEntry(core, actor, nodeId);
  const space = await spaceOf(core, actor, entry);
  if (!space) throw new DomainError('not-found', 'the space of this file is gone');
  const chain = await core.store.ancestors(entry.parentId);
  const parentId = chain.some(({ id }) => id === space.rootId) ? entry.parentId : space.rootId;
  const parent = parentId === entry.parentId ? chain[0] : await core.store.getNode(space.rootId);
  if (!parent || !isAllowed(actor, 'add', parent, space)) {
    throw new DomainError('forbidden', 'you may not add anything where this file was');
  }

  const sidecarId = await sidecarOf(core, entry);
  for (let attempt = 0; attempt < MAX_RESTORE_NAMES; attempt++) {
    const name = restoredName(entry.node.name, attempt);
    try {
      const by = change(core, actor, NO_CONDITIONS);
      const args = { nodeId, parentId, name, sidecarId, ...by };
      return { ...(await putBack(core, args)), name };
    } catch (error) {
      if (!isDomainError(error, 'already-exists')) throw error;
    }
  }
  throw new DomainError('already-exists', `there are too many files named like "${entry.node.name}"`);
}

/**
 * As `restoreTrash`, to a place that is free: for who could see it where it was, so that no administrator gets at what
 * was deleted in a home. Throws `already-exists`, `parent-missing`, `into-itself`, too.
 */
export async function restoreTrashTo(
  core: Core,
  actor: Actor,
  nodeId: number,
  to: NodePath,
): Promise<{ nodeId: number }> {
  const entry = await ownTrashEntry(core, actor, nodeId);
  const space = await spaceOf(core, actor, entry);
  if (!space || !isAllowed(actor, 'read', entry.node, space)) {
    throw new DomainError('forbidden', 'you may not see what was there');
  }
  const target = await find(core, actor, to);
  if (target.found) throw new DomainError('already-exists', 'there is something at this path already');
  const place = creationPlace(actor, target);
  const sidecarId = await sidecarOf(core, entry);
  const args = { nodeId, ...place, sidecarId, ...change(core, actor, NO_CONDITIONS) };
  return putBack(core, args, target.space.id === entry.spaceId ? 'with-policies' : 'without-policies');
}

function putBack(
  core: Core,
  args: RestoreTrash,
  how: 'with-policies' | 'without-policies' = 'with-policies',
): Promise<{ nodeId: number }> {
  return vetting(core, { parentId: args.parentId, how }, (vetted) =>
    core.store.run('restoreTrash', { ...args, vetted }),
  );
}

/** `film.mkv`, `film (restored).mkv`, `film (restored 2).mkv`, …; of a long name as much as there is room for. */
function restoredName(name: string, attempt: number): string {
  return attempt === 0 ? name : nameWith(name, ` (restored${attempt === 1 ? '' : ` ${attempt}`})`);
}

/** Removes a trashed tree for good, with its sidecar. Throws `not-found`, `forbidden`. */
export async function purgeTrash(core: Core, actor: Actor, nodeId: number): Promise<void> {
  const entry = await ownTrashEntry(core, actor, nodeId);
  const sidecarId = await sidecarOf(core, entry);
  await purgeTrashEntry(core, nodeId);
  if (sidecarId !== undefined) await purgeTrashEntry(core, sidecarId);
}

/**
 * Removes for good what is in `actor`'s trash; returns how much of what they see there that was. `onPurged` is told of
 * each, and may throw to end it.
 */
export async function purgeAllTrash(
  core: Core,
  actor: Actor,
  onPurged: (entry: TrashEntry) => void = () => undefined,
): Promise<number> {
  assertMayEmpty(actor);
  let purged = 0;
  for await (const page of listTrash(core, actor)) {
    const own = page.filter((entry) => mayHandle(actor, entry));
    for (const entry of own) {
      await purgeTrashEntry(core, entry.node.id);
      onPurged(entry);
    }
    purged += own.length;
  }
  if (actor.narrowing?.rootId !== undefined || !hasHome(actor)) return purged;
  for (;;) {
    const hidden = await core.store.listTrashedSidecars(actor.userId, MAX_SIDECARS);
    if (hidden.length === 0) return purged;
    for (const { node } of hidden) await purgeTrashEntry(core, node.id);
  }
}

/**
 * Removes what is in the trash under `nodeId`, in batches, so that no transaction lasts; can be cut off anywhere.
 * Gives how many bytes its owners own less.
 */
export async function purgeTrashEntry(core: Core, nodeId: number): Promise<number> {
  for (let freedBytes = 0; ;) {
    const step = await core.store.run('purgeTree', { nodeId, limit: PURGE_BATCH, nowMs: core.clock.nowMs() });
    freedBytes += step.freedBytes;
    if (step.done) return freedBytes;
  }
}

/** What Finder kept beside a trashed node and deleted along with it, whoever's Finder. */
async function sidecarOf(core: Core, { node, parentId, deletedAtMs }: TrashEntry): Promise<number | undefined> {
  const key = nameKey(sidecarNameOf(node.name));
  // The first since then: what was deleted under the same name again has its own.
  const trashed = await core.store.listSidecarsTrashedFrom(parentId, {
    fromMs: deletedAtMs,
    toMs: deletedAtMs + DELETED_TOGETHER_MS,
    limit: MAX_SIDECARS,
  });
  return trashed.find((entry) => nameKey(entry.node.name) === key)?.node.id;
}

/** Throws `not-found`, and `forbidden` for an app password that may delete nothing. */
async function ownTrashEntry(core: Core, actor: Actor, nodeId: number): Promise<TrashEntry> {
  const entry = await core.store.getTrash(nodeId);
  const isOwn = entry && mayHandle(actor, entry) && (await onlyReached(core, actor, [entry])).length > 0;
  if (!isOwn) throw new DomainError('not-found', `there is nothing with the number ${nodeId} in the trash`);
  assertMayEmpty(actor);
  return entry;
}

/** Throws `forbidden` for an app password that may delete nothing. */
export function assertMayEmpty(actor: Actor): void {
  if (!isLeft(actor, 'remove')) throw new DomainError('forbidden', 'this app password may not change the trash');
}

function mayHandle(actor: Actor, entry: TrashEntry): boolean {
  return isAdministrator(actor) || entry.node.ownerId === actor.userId;
}

/**
 * What lay in the one folder of an app password, as long as where it lay is still in there; for a user without a home
 * what did not lie in one that they had. All of it for others.
 */
async function onlyReached(core: Core, actor: Actor, entries: TrashEntry[]): Promise<TrashEntry[]> {
  if (actor.narrowing?.rootId === undefined) return hasHome(actor) ? entries : onlyCommon(core, actor, entries);
  const isReached = new Map<number, boolean>();
  for (const { parentId } of entries) {
    if (!isReached.has(parentId)) isReached.set(parentId, (await reachNode(core, actor, parentId)) !== undefined);
  }
  return entries.filter(({ parentId }) => isReached.get(parentId) === true);
}

async function onlyCommon(core: Core, actor: Actor, entries: TrashEntry[]): Promise<TrashEntry[]> {
  const ids = new Set((await userRoot(core, actor)).mounts.map(({ id }) => id));
  return entries.filter(({ spaceId }) => ids.has(spaceId));
}

/** The space of a trashed node as `actor` may reach it. */
async function spaceOf(core: Core, actor: Actor, entry: TrashEntry): Promise<Space | undefined> {
  if (actor.narrowing?.rootId === undefined) return core.store.getSpace(entry.spaceId);
  return (await reachNode(core, actor, entry.parentId))?.space;
}
