import { DomainError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { locksCovering } from './locks.ts';
import type { Lock } from './node.ts';
import { withRoom } from './room.ts';
import { SMALL_BYTES } from './transfer.ts';
import { assertAllowed, creationPlace, type Target } from './tree.ts';

/** What is known before the content of a file is read. */
export interface Announced {
  readonly target: Target;
  readonly tokens: readonly string[];
  /** Undefined: nobody knows. */
  readonly sizeBytes: number | undefined;
  /** The client sends nothing before it is told to go on. */
  readonly isAwaitingContinue: boolean;
}

/**
 * `putFile` checks all this again. But nobody should send a large body, or one that waits for `100 Continue`, only to
 * hear that the file is locked or the quota used up.
 * Throws `forbidden`, `parent-missing`, `locked`, `no-space`, `quota-exceeded`.
 */
export async function refuseEarly(
  core: Core,
  actor: Actor,
  { target, tokens, sizeBytes = Infinity, isAwaitingContinue }: Announced,
): Promise<void> {
  if (sizeBytes !== Infinity && !Number.isSafeInteger(sizeBytes)) {
    throw new DomainError('no-space', 'no disk has room for so much');
  }
  const isSmall = sizeBytes <= SMALL_BYTES;
  if (isSmall && !isAwaitingContinue) return;
  const { found, parent } = target;
  if (found) assertAllowed(actor, 'write', found);
  else creationPlace(actor, target);
  const place = found ?? parent;
  if (place) assertUnlocked(await locksCovering(core, place), actor.userId, tokens);
  // Room for a large body is reserved by `putFile` before it reads anything.
  if (isSmall) await assertRoom(core, found?.node.ownerId ?? actor.userId, sizeBytes);
}

/** RFC 4918 §7: of the locks in the way, a token of the user's own must have been submitted for each kind. */
function assertUnlocked(locks: readonly Lock[], userId: number, tokens: readonly string[]): void {
  const [first] = locks;
  if (!first || locks.some((held) => held.userId === userId && tokens.includes(held.token))) return;
  throw new DomainError('locked', 'this file is locked', { nodeId: first.nodeId });
}

function assertRoom(core: Core, ownerId: number, sizeBytes: number): Promise<void> {
  return withRoom(core, { ownerId, sizeBytes }, async () => {
    const owner = await core.store.getUser(ownerId);
    if (owner && owner.usedBytes + owner.reservedBytes + sizeBytes > owner.quotaBytes) {
      throw new DomainError('quota-exceeded', 'there is not enough room left for this file');
    }
  });
}
