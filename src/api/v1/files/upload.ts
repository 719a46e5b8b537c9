import type { Actor } from '../../../core/actor.ts';
import type { Conditions, Core } from '../../../core/core.ts';
import { NO_CONDITIONS } from '../../../core/core.ts';
import { refuseEarly } from '../../../core/early-refusal.ts';
import { alreadyExists, freePath, type OnConflict } from '../../../core/on-conflict.ts';
import type { PutResult } from '../../../core/ports/operations.ts';
import { putFile, type Body, type PutRequest } from '../../../core/transfer.ts';
import { find, type Target, type Whereabouts } from '../../../core/tree.ts';
import { DomainError, isDomainError, type ErrorCode } from '../../../lib/errors.ts';

/** What storing a file can fail with. */
export const STORE_ERRORS = [
  'bad-name',
  'forbidden',
  'already-exists',
  'parent-missing',
  'not-a-collection',
  'is-a-collection',
  'locked',
  'precondition-failed',
  'quota-exceeded',
  'no-space',
  'checksum-mismatch',
  'body-not-supported',
  'rule-violated',
  'too-large',
  'refused',
  'busy',
] as const satisfies readonly ErrorCode[];

export interface Storing {
  readonly where: Whereabouts;
  readonly body: Body;
  readonly onConflict: OnConflict;
  /** Judges the request's conditions on what is there. */
  readonly judge?: ((target: Target) => Conditions) | undefined;
  readonly isAwaitingContinue: boolean;
  readonly signal: AbortSignal;
}

/** Stores a file as `onConflict` has it. What can be refused is refused before the body is read. */
export async function storeFile(core: Core, actor: Actor, storing: Storing): Promise<PutResult> {
  const { where, body, onConflict, isAwaitingContinue, signal } = storing;
  const target = await freeTarget(core, actor, storing);
  const conditions = conditionsOn(target, storing);
  await refuseEarly(core, actor, { target, tokens: [], sizeBytes: body.sizeBytes, isAwaitingContinue });
  const request: PutRequest = { body, conditions, signal };
  if (onConflict !== 'keep-both' || !('segments' in where)) return putNow(core, actor, target, { request, storing });
  const nextName = async (): Promise<string> => (await freePath(core, actor, where)).segments.at(-1) ?? '';
  return putFile(core, actor, target, { ...request, nextName });
}

/** A file that came to be there meanwhile is in the way like one that was there before. */
async function putNow(
  core: Core,
  actor: Actor,
  target: Target,
  { request, storing }: { request: PutRequest; storing: Storing },
): Promise<PutResult> {
  try {
    return await putFile(core, actor, target, request);
  } catch (error) {
    throw storing.onConflict === 'fail' && isDomainError(error, 'precondition-failed') ? alreadyExists() : error;
  }
}

function conditionsOn(target: Target, { judge, onConflict }: Storing): Conditions {
  const { found } = target;
  if (found?.node.kind === 'collection' || target.path.segments.length === 0) {
    throw new DomainError('is-a-collection', 'there is a folder at this path');
  }
  const judged = judge?.(target) ?? NO_CONDITIONS;
  if (onConflict === 'replace') return judged;
  if (found && !found.node.isUnwritten) throw alreadyExists();
  return { ...judged, expected: 'absent' };
}

async function freeTarget(core: Core, actor: Actor, { where, onConflict }: Storing): Promise<Target> {
  if (!('segments' in where)) {
    if (onConflict === 'replace') return find(core, actor, where);
    throw new DomainError('bad-request', 'by its id a file can only be replaced');
  }
  if (where.trailingSlash || where.segments.length === 0) {
    throw new DomainError('is-a-collection', 'this path is that of a folder');
  }
  if (onConflict !== 'keep-both') return find(core, actor, where);
  for (;;) {
    const target = await find(core, actor, await freePath(core, actor, where));
    // Somebody else may have been faster.
    if (!target.found) return target;
  }
}
