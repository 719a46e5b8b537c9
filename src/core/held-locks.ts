import { DomainError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { locksCovering } from './locks.ts';
import type { Located } from './located.ts';
import type { Lock, Node, Space } from './node.ts';
import { isAllowed, isLeft } from './permissions.ts';
import { reachNode } from './reach.ts';

const PAGE = 250;

/** A live lock as people look at it. */
export interface HeldLock {
  readonly lock: Lock;
  /** Its token without what all tokens begin with, as far as it takes to tell locks apart. */
  readonly id: string;
  readonly userName: string;
  /** What the client says of its owner. */
  readonly ownerText: string;
  /**
   * Where its node is: as the one who asks sees it, undefined when they do not; for the machine's own administrator as
   * the users see it.
   */
  readonly segments: readonly string[] | undefined;
  /** Whose home the node is in; undefined outside homes. */
  readonly homeOf: string | undefined;
  /** Whether the one who asks may end it. */
  readonly canBreak: boolean;
}

/** All live locks, in no order. `actor` is who asks; without one it is the machine's own administrator. */
export async function* listHeldLocks(core: Core, actor: Actor | undefined): AsyncGenerator<HeldLock> {
  const describing = { core, actor, nameOf: userNames(core) };
  let after: string | undefined;
  for (;;) {
    const page = await core.store.listAllLocks(
      { ...(after !== undefined && { after }), limit: PAGE },
      core.clock.nowMs(),
    );
    for (const lock of page) {
      const held = await describeLock(describing, lock);
      if (held) yield held;
    }
    after = page.at(-1)?.token;
    if (after === undefined || page.length < PAGE) return;
  }
}

/** Those that keep others from changing `located`: its own, and those of infinite depth above it that `actor` sees. */
export async function locksOn(core: Core, actor: Actor, located: Located): Promise<HeldLock[]> {
  const describing = { core, actor, nameOf: userNames(core) };
  const held: HeldLock[] = [];
  for (const lock of await locksCovering(core, located)) {
    const described = await describeLock(describing, lock);
    if (described?.segments) held.push(described);
  }
  return held.sort((a, b) => a.lock.createdAtMs - b.lock.createdAtMs);
}

function userNames(core: Core): (userId: number) => Promise<string> {
  const names = new Map<number, string>();
  return async (userId) => {
    const name = names.get(userId) ?? (await core.store.getUser(userId))?.name ?? '';
    names.set(userId, name);
    return name;
  };
}

interface Describing {
  readonly core: Core;
  readonly actor: Actor | undefined;
  readonly nameOf: (userId: number) => Promise<string>;
}

async function describeLock({ core, actor, nameOf }: Describing, lock: Lock): Promise<HeldLock | undefined> {
  const [node, ...above] = await core.store.ancestors(lock.nodeId);
  const space = await core.store.getSpace(lock.spaceId);
  if (!node || !space) return undefined;
  const seen = actor && (await reachNode(core, actor, node.id));
  if (actor?.narrowing && !seen) return undefined;
  return {
    lock,
    id: lock.token.replace(/^urn:uuid:/, '').slice(0, 13),
    userName: await nameOf(lock.userId),
    ownerText: textOf(lock.ownerXml),
    segments: actor ? seen?.path.segments : segmentsOf(space.mountName, [node, ...above]),
    homeOf: space.ownerId === undefined ? undefined : await nameOf(space.ownerId),
    canBreak: actor === undefined || mayBreak(actor, { lock, node, space: spaceFor(seen, space) }),
  };
}

/** As `actor` has it: to an app password that is for one folder the space begins there. */
function spaceFor(seen: Located | undefined, space: Space): Space {
  return seen?.space ?? space;
}

function mayBreak(actor: Actor, { lock, node, space }: { lock: Lock; node: Node; space: Space }): boolean {
  if (lock.userId === actor.userId) return isLeft(actor, 'unlock');
  return isAllowed(actor, 'unlock', node, space);
}

function segmentsOf(mountName: string, chain: readonly Node[]): string[] {
  return [mountName, ...chain.map(({ name }) => name).reverse()].filter((name) => name !== '');
}

/**
 * Ends a lock as if its own client had: an empty file that it made goes with it. Throws `forbidden` unless it may be
 * broken, `not-found` when it has ended by itself.
 */
export async function breakLock(core: Core, { lock, canBreak }: HeldLock): Promise<void> {
  if (!canBreak)
    throw new DomainError(
      'forbidden',
      'only who holds a lock, who owns what is locked and administrators may break it',
    );
  await core.store.run('breakLock', { token: lock.token, nowMs: core.clock.nowMs() });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What a `DAV:owner` element says, of whatever elements it is made. */
function textOf(xml: string): string {
  return xml
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/&#\d+;|\s/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
}
