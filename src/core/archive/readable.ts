import { DomainError } from '../../lib/errors.ts';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import { isAllowed } from '../permissions.ts';
import { reachNode } from '../reach.ts';
import type { ArchiveMember } from './members.ts';

/**
 * Asked when the turn of a member has come, which may be an hour after it was found. What lies by now where `actor` may
 * not read is `refused`. What was deleted meanwhile may still be had as it was found: nobody took it from them.
 */
export async function assertStillReadable(core: Core, actor: Actor, { node, path }: ArchiveMember): Promise<void> {
  const located = await reachNode(core, actor, node.id);
  if (located && isAllowed(actor, 'read', located.node, located.space)) return;
  const chain = await core.store.ancestors(node.id);
  // In the trash its top stands right below the root.
  const [top] = chain.slice(-2);
  const isDeleted = top === undefined || (await core.store.getTrash(top.id)) !== undefined;
  if (!isDeleted) throw new DomainError('refused', `"${path}" was taken away while the zip was made`);
}
