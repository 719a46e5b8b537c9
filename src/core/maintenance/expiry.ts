import { setImmediate } from 'node:timers/promises';
import { forEachBounded } from '../../lib/bounded.ts';
import { isDomainError } from '../../lib/errors.ts';
import { childPages } from '../child-pages.ts';
import type { Core } from '../core.ts';
import type { Node } from '../node.ts';
import { expiresAtMs, rulesSetBy, type Expiry, type Policy } from '../rules.ts';

const PAGE = 500;
/** Files that go at the same time, so that they share commits. */
const AT_ONCE = 20;

export interface Expired {
  readonly node: Node;
  /** Where it was, as its owner saw it. */
  readonly path: string;
}

/** What one walk through an area works with. */
interface Walk {
  readonly core: Core;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onExpired: (expired: Expired) => void;
}

/** A collection on the way, and since when what lies in it may count as untouched. */
interface Place {
  readonly collection: Node;
  readonly path: string;
  readonly expiry: Expiry;
}

/**
 * Moves to trash what has been untouched for too long below the collection that carries `policy`. A collection goes
 * whole when all in it is to go, or when it has been empty as long, and belongs to one user; else only what is in it.
 * Collections with a policy of their own stay, and what is locked stays until the next time. Rejects with the signal's
 * reason.
 */
export async function expireArea(
  core: Core,
  policy: Policy,
  how: { signal: AbortSignal; onExpired: (expired: Expired) => void },
): Promise<void> {
  const { expireAfterMs: afterMs = 0 } = rulesSetBy(policy);
  if (afterMs === 0) return;
  const chain = await core.store.ancestors(policy.nodeId);
  const [collection, root] = [chain.at(0), chain.at(-1)];
  const space = root && (await core.store.getSpace(root.spaceId));
  // Not for an area that is in the trash itself.
  if (!collection || space?.rootId !== root?.id) return;
  const names = [space?.mountName ?? '', ...chain.map(({ name }) => name).toReversed()];
  const path = names
    .filter((name) => name !== '')
    .map((name) => `${name}/`)
    .join('');
  const expiry = { afterMs, sinceMs: collection.touchedAtMs };
  await expireMembers({ core, nowMs: core.clock.nowMs(), ...how }, { collection, path, expiry });
}

async function expireMembers(walk: Walk, place: Place): Promise<void> {
  for await (const { members, policies } of pagesOf(walk, place.collection)) {
    const files = members.filter((node) => node.kind === 'file' && isDue(walk, place.expiry, node));
    await forEachBounded(files, AT_ONCE, async (file) => {
      await expire(walk, place, file);
    });
    for (const node of members) {
      if (node.kind === 'collection') await expireCollection(walk, place, { node, policy: policies.get(node.id) });
    }
  }
}

async function expireCollection(
  walk: Walk,
  place: Place,
  { node, policy }: { node: Node; policy: Policy | undefined },
): Promise<void> {
  // Another walk is for what lies under another rule.
  if (policy && rulesSetBy(policy).expireAfterMs !== undefined) return;
  const expiry = within(place.expiry, node);
  if (!policy && (await isWhollyDue(walk, node, expiry)) && (await expire(walk, place, node))) return;
  await expireMembers(walk, { collection: node, path: `${place.path}${node.name}/`, expiry });
}

/** Whether a collection may go as one: nothing in it is younger, of somebody else or under a policy of its own. */
async function isWhollyDue(walk: Walk, collection: Node, expiry: Expiry): Promise<boolean> {
  if (!isDue(walk, expiry, collection)) return false;
  let isEmpty = true;
  for await (const { members, policies } of pagesOf(walk, collection)) {
    isEmpty = false;
    for (const node of members) {
      if (node.ownerId !== collection.ownerId || policies.has(node.id)) return false;
      const isNodeDue =
        node.kind === 'file' ? isDue(walk, expiry, node) : await isWhollyDue(walk, node, within(expiry, node));
      if (!isNodeDue) return false;
    }
  }
  return !isEmpty || collection.modifiedAtMs + expiry.afterMs <= walk.nowMs;
}

function isDue({ nowMs }: Walk, expiry: Expiry, { touchedAtMs }: Node): boolean {
  return expiresAtMs(expiry, touchedAtMs) <= nowMs;
}

function within({ afterMs, sinceMs }: Expiry, { touchedAtMs }: Node): Expiry {
  return { afterMs, sinceMs: Math.max(sinceMs, touchedAtMs) };
}

/** Whether it went: it does not when it has changed since it was looked at, or is locked. */
async function expire({ core, nowMs, onExpired }: Walk, { path }: Place, node: Node): Promise<boolean> {
  try {
    await core.store.run('expireNode', { nodeId: node.id, expected: { nodeId: node.id, etag: node.etag }, nowMs });
  } catch (error) {
    if (isDomainError(error, 'locked', 'not-found', 'precondition-failed')) return false;
    throw error;
  }
  onExpired({ node, path: `${path}${node.name}` });
  return true;
}

interface Members {
  readonly members: readonly Node[];
  /** Those that collections among the members carry. */
  readonly policies: ReadonlyMap<number, Policy>;
}

/** Stops with the signal's reason: what was not seen to its end must not be judged. */
async function* pagesOf({ core, signal }: Walk, { id }: Node): AsyncGenerator<Members> {
  for await (const members of childPages(core, id, PAGE)) {
    signal.throwIfAborted();
    yield { members, policies: await policiesOf(core, members) };
    await setImmediate();
  }
}

async function policiesOf(core: Core, members: readonly Node[]): Promise<Map<number, Policy>> {
  const ids = members.filter(({ kind }) => kind === 'collection').map(({ id }) => id);
  const found = new Map<number, Policy>();
  if (ids.length === 0) return found;
  for (const [id, [link]] of await core.store.ruleChains(ids)) if (link?.policy) found.set(id, link.policy);
  return found;
}
