import { DomainError } from '../lib/errors.ts';
import type { NodePath } from '../lib/node-path.ts';
import { randomId } from '../lib/ids.ts';
import type { Actor } from './actor.ts';
import type { Conditions, Core } from './core.ts';
import type { Lock, LockScope } from './node.ts';
import { isLeft } from './permissions.ts';
import { reachNode } from './reach.ts';
import { assertAllowed, change, creationPlace, find, locate, type Located } from './tree.ts';

/** Some clients list in it everything that they are made of. */
const MAX_AGENT_LENGTH = 120;
/** An IPv6 address with the name of a network card. */
const MAX_ADDRESS_LENGTH = 64;

export interface LockRequest {
  readonly depth: '0' | 'infinity';
  readonly scope: LockScope;
  readonly ownerXml: string;
  /** The program that asks, and from where. */
  readonly client: { readonly agent: string; readonly address: string };
  /** What the client asked for; undefined or more than allowed becomes the greatest allowed. */
  readonly timeoutSeconds: number | undefined;
  /** Of the file that is made when nothing is at the path: Finder makes it for itself. */
  readonly isSidecar?: boolean;
}

/**
 * LOCK, RFC 4918 §9.10. On an unmapped path an empty file is made, which vanishes with the lock if never written.
 * Throws `lock-conflict`, `lock-limit`, `parent-missing`, `forbidden`, `locked`, `precondition-failed`.
 */
export async function lock(
  core: Core,
  actor: Actor,
  path: NodePath,
  { request, conditions }: { request: LockRequest; conditions: Conditions },
): Promise<{ lock: Lock; created: boolean }> {
  const target = await find(core, actor, path);
  if (target.found) assertLockable(actor, target.found, request.depth);
  const result = await core.store.run('createLock', {
    ...change(core, actor, conditions),
    token: newToken(),
    target: target.found ? { nodeId: target.found.node.id } : creationPlace(actor, target),
    depth: request.depth,
    scope: request.scope,
    ownerXml: request.ownerXml,
    clientAgent: request.client.agent.slice(0, MAX_AGENT_LENGTH),
    clientAddress: request.client.address.slice(0, MAX_ADDRESS_LENGTH),
    timeoutSeconds: allowedTimeout(core, request.timeoutSeconds),
    isSidecar: request.isSidecar,
    etag: randomId(),
    maxLocks: core.settings.maxLocksPerUser,
  });
  return { lock: result.lock, created: result.createdNodeId !== undefined };
}

function assertLockable(actor: Actor, located: Located, depth: '0' | 'infinity'): void {
  assertAllowed(actor, 'write', located);
  if (located.place === 'root' && depth === 'infinity') {
    throw new DomainError('forbidden', 'the root cannot be locked with everything in it');
  }
  // To write a file its own lock is enough; one on a folder keeps everybody else out of it.
  if (actor.narrowing?.access === 'upload-only' && located.node.kind === 'collection') {
    throw new DomainError('forbidden', 'this app password may lock files only');
  }
}

/** Starts a live lock's timeout anew. Throws `not-found`, `forbidden`, `lock-token-mismatch`. */
export async function refreshLock(
  core: Core,
  actor: Actor,
  path: NodePath,
  { token, timeoutSeconds }: { token: string; timeoutSeconds: number | undefined },
): Promise<Lock> {
  const { node } = await locateLocked(core, actor, path);
  return core.store.run('refreshLock', {
    token,
    userId: actor.userId,
    nodeId: node.id,
    timeoutSeconds: allowedTimeout(core, timeoutSeconds),
    nowMs: core.clock.nowMs(),
  });
}

/** UNLOCK. Throws `not-found`, `forbidden`, `lock-token-mismatch`. */
export async function unlock(core: Core, actor: Actor, path: NodePath, token: string): Promise<void> {
  const { node } = await locateLocked(core, actor, path);
  await core.store.run('removeLock', { token, userId: actor.userId, nodeId: node.id, nowMs: core.clock.nowMs() });
}

/** Whoever took a lock may keep and end it, whatever their rights are by now; an app password only if it may write. */
async function locateLocked(core: Core, actor: Actor, path: NodePath): Promise<Located> {
  const located = await locate(core, actor, path);
  if (!isLeft(actor, 'write')) throw new DomainError('forbidden', 'this app password may not change locks');
  return located;
}

/** The live locks that cover a node: its own, and those of infinite depth on the collections above it. */
export async function locksCovering(core: Core, located: Located): Promise<Lock[]> {
  if (located.space.kind === 'root') return [];
  const ids = located.chainIds ?? (await core.store.ancestors(located.node.id)).map((node) => node.id);
  const locks = await core.store.listLocks(ids, core.clock.nowMs());
  return locks.filter((held) => held.nodeId === located.node.id || held.depth === 'infinity');
}

/** The live locks on the children of a collection themselves, by node id; one query. */
export async function childLocks(core: Core, collection: Located): Promise<Map<number, Lock[]>> {
  const byNode = new Map<number, Lock[]>();
  for (const held of await core.store.listChildLocks(collection.node.id, core.clock.nowMs())) {
    byNode.set(held.nodeId, [...(byNode.get(held.nodeId) ?? []), held]);
  }
  return byNode;
}

/** The path under which `actor` sees a node, for `DAV:lockroot`; undefined when they do not see it. */
export async function pathOfNode(core: Core, actor: Actor, nodeId: number): Promise<NodePath | undefined> {
  return (await reachNode(core, actor, nodeId))?.path;
}

function allowedTimeout(core: Core, asked: number | undefined): number {
  const most = core.settings.maxLockTimeoutSeconds;
  return asked === undefined ? most : Math.max(1, Math.min(asked, most));
}

/** RFC 4918 §6.5: a URI, unique for all time. */
function newToken(): string {
  const hex = randomId();
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)];
  return `urn:uuid:${parts.join('-')}`;
}
