import type { Actor, NarrowAccess, Role } from './actor.ts';
import type { Node, Space, SpaceKind } from './node.ts';

/**
 * What can be done to a node:
 * - `read`: see it, its content, its properties, its children;
 * - `add`: create something in this collection;
 * - `write`: change its content, properties or locks;
 * - `replace`: let what is copied or moved, or an old version, take its place;
 * - `remove`: delete, move away or rename it;
 * - `unlock`: end a lock on it that somebody else holds.
 */
export const ACTIONS = ['read', 'add', 'write', 'replace', 'remove', 'unlock'] as const;
export type Action = (typeof ACTIONS)[number];

/** Whose nodes an action may touch. */
type Reach = 'any' | 'own' | 'none';
type Rights = Readonly<Record<Action, Reach>>;

const ALL: Rights = { read: 'any', add: 'any', write: 'any', replace: 'any', remove: 'any', unlock: 'any' };
const NOTHING: Rights = { read: 'none', add: 'none', write: 'none', replace: 'none', remove: 'none', unlock: 'none' };
/** A lock that nobody can end must not need its user, who may be gone; it tells nothing of what is in a home. */
const UNLOCK_ONLY: Rights = { ...NOTHING, unlock: 'any' };
const READ_ONLY: Rights = { ...NOTHING, read: 'any' };
/** Clients write twice (an empty file, then its content), so what one added can be written again. */
const ADD_ONLY: Rights = { read: 'any', add: 'any', write: 'own', replace: 'own', remove: 'none', unlock: 'own' };
const OWN_ONLY: Rights = { ...ADD_ONLY, remove: 'own' };

/** The policy table: the only place that says who may do what. Every edge asks it, by node, never by path. */
const POLICY: Readonly<Record<Exclude<SpaceKind, 'home'>, Readonly<Record<Role, Rights>>>> = {
  shared: { normal: ADD_ONLY, advanced: OWN_ONLY, admin: ALL },
  media: { normal: READ_ONLY, advanced: OWN_ONLY, admin: ALL },
  public: { normal: ADD_ONLY, advanced: OWN_ONLY, admin: ALL },
  root: { normal: READ_ONLY, advanced: READ_ONLY, admin: READ_ONLY },
};

/** What each kind of app password leaves of those rights. */
const LEFT: Readonly<Record<NarrowAccess, readonly Action[]>> = {
  full: ACTIONS,
  'read-only': ['read'],
  'upload-only': ['read', 'add', 'write'],
};

function rightsIn(space: Space, actor: Actor): Rights {
  if (space.kind !== 'home') return POLICY[space.kind][actor.role];
  if (space.ownerId === actor.userId) return hasHome(actor) ? ALL : NOTHING;
  if (actor.role !== 'admin') return NOTHING;
  return actor.opensHomes === true && actor.narrowing === undefined ? ALL : UNLOCK_ONLY;
}

/**
 * Whether `actor` may do `action` to `node`, which lies in `space` (by its chain of parents).
 *
 * `space` must be one that `userRoot`, `find` or `reachNode` gave for this actor: to an app password that is for one
 * folder the space begins at that folder. Of a space that was looked up otherwise such an actor gets nothing.
 */
export function isAllowed(actor: Actor, action: Action, node: Pick<Node, 'ownerId'>, space: Space): boolean {
  if (!isLeft(actor, action)) return false;
  const rootId = actor.narrowing?.rootId;
  if (rootId !== undefined && rootId !== space.rootId) return false;
  const reach = rightsIn(space, actor)[action];
  return reach === 'any' || (reach === 'own' && node.ownerId === actor.userId);
}

/** Whether `actor` may do `action` only to what is theirs, so that a tree must be searched for what is not. */
export function isLimitedToOwn(actor: Actor, action: Action, space: Space): boolean {
  return rightsIn(space, actor)[action] === 'own';
}

/**
 * Whether `actor` may do `action` anywhere at all as far as an app password says: for what lies in no space, like trash
 * and locks that are the user's own.
 */
export function isLeft({ narrowing }: Actor, action: Action): boolean {
  return narrowing === undefined || LEFT[narrowing.access].includes(action);
}

/** A normal user has no home. One from an earlier role is kept, out of their sight, and is there again with the next. */
export function hasHome({ role }: Pick<Actor, 'role'>): boolean {
  return role !== 'normal';
}

/** Whether `actor` is an administrator in person. An app password never is. */
export function isAdministrator(actor: Actor): boolean {
  return actor.role === 'admin' && actor.narrowing === undefined;
}
