import type { Actor } from '../../../core/actor.ts';
import type { Core } from '../../../core/core.ts';
import { reachNode } from '../../../core/reach.ts';
import { isAllowed } from '../../../core/permissions.ts';
import { DomainError, isDomainError } from '../../../lib/errors.ts';

/** Does `work`; when a lock is in its way, the problem says whose it is, as far as the one who asks sees what is locked. */
export async function namingLocks<T>(core: Core, actor: Actor, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDomainError(error, 'locked') || error.details.nodeId === undefined) throw error;
    const words = await describe(core, actor, error.details.nodeId);
    throw words === undefined ? error : new DomainError('locked', words, { cause: error, ...error.details });
  }
}

async function describe(core: Core, actor: Actor, nodeId: number): Promise<string | undefined> {
  const located = await reachNode(core, actor, nodeId);
  if (!located || !isAllowed(actor, 'read', located.node, located.space)) return undefined;
  const [lock] = await core.store.listLocks([nodeId], core.clock.nowMs());
  const user = lock && (await core.store.getUser(lock.userId));
  if (!user) return undefined;
  const program = lock.clientAgent === '' ? '' : ` with the program ${lock.clientAgent}`;
  const name = located.path.segments.at(-1) ?? '/';
  return `"${name}" is being used by ${user.userId === actor.userId ? 'you' : user.name}${program}`;
}
