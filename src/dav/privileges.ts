import type { Actor } from '../core/actor.ts';
import { isAllowed, type Action } from '../core/permissions.ts';
import type { Located } from '../core/tree.ts';

/** RFC 3744 §3, as far as there is something like it here. */
const PRIVILEGES: Readonly<Record<Action, readonly string[]>> = {
  read: ['read', 'read-current-user-privilege-set'],
  add: ['bind'],
  write: ['write-content', 'write-properties'],
  replace: [],
  remove: ['unbind'],
  unlock: ['unlock'],
};

/** What `actor` may do to a node, as `DAV:current-user-privilege-set` has it (RFC 3744 §5.5). */
export function privilegeSet(actor: Actor, { node, space, place }: Located): string {
  const isCollection = node.kind === 'collection';
  const may = (action: Action): boolean => {
    // To bind is to make members of a collection; what always stays where it is cannot be unbound.
    if (action === 'add' && !isCollection) return false;
    return !(action === 'remove' && place !== 'inside') && isAllowed(actor, action, node, space);
  };
  const names = (Object.keys(PRIVILEGES) as Action[]).filter(may).flatMap((action) => PRIVILEGES[action]);
  const set = names.map((name) => `<D:privilege><D:${name}/></D:privilege>`).join('');
  return `<D:current-user-privilege-set>${set}</D:current-user-privilege-set>`;
}
