import type { Actor, Role } from './actor.ts';
import type { Node, Space, SpaceKind } from './node.ts';

/**
 * What can be done to a node:
 * - `read`: see it, its content, its properties, its children;
 * - `add`: create something in this collection;
 * - `write`: change its content, properties or locks;
 * - `remove`: delete, move away or rename it;
 * - `unlock`: end a lock on it that somebody else holds.
 */
export type Action = 'read' | 'add' | 'write' | 'remove' | 'unlock';

/** Whose nodes an action may touch. */
type Reach = 'any' | 'own' | 'none';
type Rights = Readonly<Record<Action, Reach>>;

const ALL: Rights = { read: 'any', add: 'any', write: 'any', remove: 'any', unlock: 'any' };
const NOTHING: Rights = { read: 'none', add: 'none', write: 'none', remove: 'none', unlock: 'none' };
/** A lock that nobody can end must not need its user, who may be gone; it tells nothing of what is in a home. */
const UNLOCK_ONLY: Rights = { ...NOTHING, unlock: 'any' };
const READ_ONLY: Rights = { ...NOTHING, read: 'any' };
/** Clients write twice (an empty file, then its content), so what one added can be written again. */
const ADD_ONLY: Rights = { read: 'any', add: 'any', write: 'own', remove: 'none', unlock: 'own' };
const OWN_ONLY: Rights = { read: 'any', add: 'any', write: 'own', remove: 'own', unlock: 'own' };

/** The policy table: the only place that says who may do what. Every edge asks it, by node, never by path. */
const POLICY: Readonly<Record<Exclude<SpaceKind, 'home'>, Readonly<Record<Role, Rights>>>> = {
  shared: { normal: ADD_ONLY, advanced: OWN_ONLY, admin: ALL },
  media: { normal: READ_ONLY, advanced: OWN_ONLY, admin: ALL },
  public: { normal: ADD_ONLY, advanced: OWN_ONLY, admin: ALL },
  root: { normal: READ_ONLY, advanced: READ_ONLY, admin: READ_ONLY },
};

function rightsIn(space: Space, actor: Actor): Rights {
  if (space.kind !== 'home') return POLICY[space.kind][actor.role];
  if (space.ownerId === actor.userId) return ALL;
  return actor.role === 'admin' ? UNLOCK_ONLY : NOTHING;
}

/** Whether `actor` may do `action` to `node`, which lies in `space` (by its chain of parents). */
export function isAllowed(actor: Actor, action: Action, node: Pick<Node, 'ownerId'>, space: Space): boolean {
  const reach = rightsIn(space, actor)[action];
  return reach === 'any' || (reach === 'own' && node.ownerId === actor.userId);
}

/** Whether `actor` may do `action` only to what is theirs, so that a tree must be searched for what is not. */
export function isLimitedToOwn(actor: Actor, action: Action, space: Space): boolean {
  return rightsIn(space, actor)[action] === 'own';
}
