import { DomainError } from '../lib/errors.ts';
import { foldedName } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { standInCollection, type Node, type Space } from './node.ts';
import { hasHome } from './permissions.ts';

/** The spaces of all, mounted in every user's root. */
const COMMON_SPACES = [
  { kind: 'shared', mountName: 'Workspace' },
  { kind: 'media', mountName: 'Movies' },
  { kind: 'public', mountName: 'Public' },
] as const;

/**
 * `Shared` appears once something is shared with a user, `Homes` once the settings let administrators into the homes of
 * others; their names are kept free from the first day.
 */
const RESERVED_NAMES = new Set([...COMMON_SPACES.map((space) => space.mountName), 'Shared', 'Homes'].map(foldedName));

/** Ordinary folders that a new home starts with, and the policy that each carries. */
export const HOME_AREAS = [
  { name: 'Mere', policy: undefined },
  { name: 'Special', policy: 'special' },
  { name: 'Temporary', policy: 'temporary' },
  { name: 'Gallery', policy: 'gallery' },
] as const;

const NO_HOME: Space = { id: 0, kind: 'root', mountName: '', ownerId: undefined, rootId: 0 };

const NO_HOME_ROOT = standInCollection({ id: 0, name: '', etag: 'root' });

/** Whether the root keeps `name`, in any case, for a mount. */
export function isReservedAtRoot(name: string): boolean {
  return RESERVED_NAMES.has(foldedName(name));
}

/** Makes the spaces of all on the first start; harmless on every other. */
export async function ensureCommonSpaces(core: Core): Promise<void> {
  for (const space of COMMON_SPACES) await core.store.run('createSpace', { ...space, nowMs: core.clock.nowMs() });
}

/** What a user's root is made of. */
export interface UserRoot {
  /**
   * The home, or the read-only stand-in of a user without one. For an app password that is for one folder, the space
   * that this lies in, as if it began there.
   */
  readonly base: Space;
  readonly mounts: readonly Space[];
}

/** Throws `not-found` when the one folder that an app password is for is not there any more. */
export async function userRoot(core: Core, actor: Actor): Promise<UserRoot> {
  const all = await core.store.listSpaces(actor.userId);
  const spaces = hasHome(actor) ? all : all.filter((space) => space.kind !== 'home');
  const rootId = actor.narrowing?.rootId;
  if (rootId !== undefined) return { base: await beginningAt(core, spaces, rootId), mounts: [] };
  const home = spaces.find((space) => space.kind === 'home');
  return { base: home ?? NO_HOME, mounts: spaces.filter((space) => space.kind !== 'home') };
}

/** That of `spaces` in which a live collection lies, as if it began there. What is in trash leads up to no root. */
async function beginningAt(core: Core, spaces: readonly Space[], rootId: number): Promise<Space> {
  const chain = await core.store.ancestors(rootId);
  const space = spaces.find((each) => each.rootId === chain.at(-1)?.id);
  if (!space || chain[0]?.kind !== 'collection') {
    throw new DomainError('not-found', 'the folder that this app password is for is not there any more');
  }
  return { ...space, mountName: '', rootId };
}

/** Walks `names` below the root of `space`: the nodes found, the root first. */
export async function walkSpace(core: Core, space: Space, names: readonly string[]): Promise<Node[]> {
  if (space.kind === 'root') return [NO_HOME_ROOT];
  return (await core.store.walk(space.rootId, names)) ?? [];
}
