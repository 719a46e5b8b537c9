import type { Core } from '../core/core.ts';
import { breakLock, listHeldLocks, type HeldLock } from '../core/held-locks.ts';
import { requireUser } from '../core/users.ts';
import { DomainError } from '../lib/errors.ts';
import { nameKey, parsePlainPath } from '../lib/node-path.ts';
import type { AdminArgs, AdminResult, LockView } from './requests.ts';

/** The locks that a user sees, or all of them, the oldest first. */
export async function listLocksOf(
  core: Core,
  { user, limit }: AdminArgs<'lockList'>,
): Promise<AdminResult<'lockList'>> {
  const found: HeldLock[] = [];
  for await (const held of listHeldLocks(core, user === undefined ? undefined : await requireUser(core, user))) {
    if (held.segments && found.push(held) > limit) break;
  }
  const shown = found.slice(0, limit).sort((a, b) => a.lock.createdAtMs - b.lock.createdAtMs);
  return { locks: shown.map(lockView), isComplete: found.length <= limit };
}

/** Ends one lock by its id, or, as a user, all on what is at a path. */
export async function breakLocksOf(
  core: Core,
  { user, lock: wanted }: AdminArgs<'lockBreak'>,
): Promise<AdminResult<'lockBreak'>> {
  const actor = user === undefined ? undefined : await requireUser(core, user);
  const path = actor && keyOf(parsePlainPath(wanted).segments);
  const chosen: HeldLock[] = [];
  for await (const held of listHeldLocks(core, actor)) {
    const isMeant = held.id === wanted || (held.segments && keyOf(held.segments) === path);
    // What they neither see nor may break is not there for them.
    if (isMeant && (held.segments ?? held.canBreak)) chosen.push(held);
  }
  if (chosen.length === 0) throw new DomainError('not-found', `there is no lock "${wanted}"`);
  const breakable = chosen.filter(({ canBreak }) => canBreak);
  for (const held of breakable.length > 0 ? breakable : chosen) await breakLock(core, held);
  return { broken: breakable.map(lockView) };
}

function keyOf(segments: readonly string[]): string {
  return segments.map(nameKey).join('/');
}

function lockView({ lock, id, userName, ownerText, segments, homeOf, canBreak }: HeldLock): LockView {
  return {
    id,
    ...(segments && { path: segments.join('/') }),
    ...(homeOf !== undefined && { homeOf }),
    user: userName,
    owner: ownerText,
    client: lock.clientAgent,
    address: lock.clientAddress,
    depth: lock.depth,
    scope: lock.scope,
    takenAt: new Date(lock.createdAtMs).toISOString(),
    expiresAt: new Date(lock.expiresAtMs).toISOString(),
    canBreak,
  };
}
