import type { Actor } from '../core/actor.ts';
import { locksCovering, pathOfNode } from '../core/locks.ts';
import type { Lock } from '../core/node.ts';
import type { Located } from '../core/tree.ts';
import type { DavContext } from './context.ts';
import { hrefOf } from './target.ts';

export interface LockView {
  readonly actor: Actor;
  readonly nowMs: number;
}

/**
 * `DAV:activelock`, RFC 4918 §14.1. `rootHref` is where the lock was taken. Only its own user sees the token: others
 * learn that there is a lock, and whose, but cannot submit it.
 */
export function activeLock(lock: Lock, rootHref: string, { actor, nowMs }: LockView): string {
  const seconds = Math.max(0, Math.ceil((lock.expiresAtMs - nowMs) / 1000));
  const token = lock.userId === actor.userId ? `<D:locktoken><D:href>${lock.token}</D:href></D:locktoken>` : '';
  return (
    `<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:${lock.scope}/></D:lockscope>` +
    `<D:depth>${lock.depth}</D:depth>${lock.ownerXml}<D:timeout>Second-${seconds}</D:timeout>${token}` +
    `<D:lockroot><D:href>${rootHref}</D:href></D:lockroot></D:activelock>`
  );
}

/** What the locks on a node and above it look like: rendered, since the places of their roots must be looked up. */
export interface CoveringLocks {
  /** All that cover the node itself. */
  readonly here: string;
  /** Those among them that cover what is in it. */
  readonly below: string;
}

export async function coveringLocks(context: DavContext, view: LockView, located: Located): Promise<CoveringLocks> {
  let here = '';
  let below = '';
  for (const lock of await locksCovering(context.core, located)) {
    const path =
      lock.nodeId === located.node.id ? located.path : await pathOfNode(context.core, view.actor, lock.nodeId);
    if (!path) continue;
    const isCollection = lock.nodeId !== located.node.id || located.node.kind === 'collection';
    const xml = activeLock(lock, hrefOf(context.settings.prefix, path, isCollection), view);
    here += xml;
    if (lock.depth === 'infinity') below += xml;
  }
  return { here, below };
}
