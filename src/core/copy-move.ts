import { DomainError, isDomainError } from '../lib/errors.ts';
import type { NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Conditions, Core } from './core.ts';
import { isLeft } from './permissions.ts';
import type { CopyTree, MoveResult } from './ports/operations.ts';
import { withRoom } from './room.ts';
import {
  assertAllowed,
  assertTreeRemovable,
  change,
  creationPlace,
  find,
  locate,
  replaceable,
  type Located,
  type Whereabouts,
} from './tree.ts';
import { vetting } from './vetting.ts';

/** A tree of up to so many nodes is copied in one transaction; a larger one out of sight, in steps of this size. */
const COPY_BATCH = 1000;
const ADOPT_BATCH = 2000;

export interface CopyMoveRequest {
  readonly from: Whereabouts;
  readonly to: NodePath;
  /** False: `precondition-failed` when something is at `to` (RFC 4918 §10.6). */
  readonly overwrite: boolean;
  /** The client moves what belongs to it by itself: Finder's `._x` beside `x`. */
  readonly leavesSidecar?: boolean;
}

/**
 * MOVE, RFC 4918 §9.9: constant work for a tree of any size. A file moved onto a file keeps the destination's id
 * and history; any other destination goes to trash first.
 * Throws `not-found`, `parent-missing`, `forbidden`, `into-itself`, `locked`, `precondition-failed`, `rule-violated`.
 */
export async function move(
  core: Core,
  actor: Actor,
  request: CopyMoveRequest,
  conditions: Conditions,
): Promise<MoveResult> {
  const source = await locate(core, actor, request.from);
  await assertTreeRemovable(core, actor, source);
  const { place, spaceId } = await destination(core, actor, request, source);
  const args = { ...common(core, actor, request, conditions), ...place, nodeId: source.node.id };
  const how = spaceId !== source.space.id && place.replaces === 'own' ? 'without-policies' : 'with-policies';
  const result = await vetting(core, { parentId: place.parentId, how }, (vetted) =>
    core.store.run('moveNode', { ...args, vetted }),
  );
  if (result.jobId !== undefined) await adopt(core, result.jobId);
  return result;
}

/**
 * COPY, RFC 4918 §9.8: metadata only, the bytes are shared. The copy appears whole or not at all, and belongs to
 * `actor`. Throws what `move` does, and `quota-exceeded`.
 */
export async function copy(
  core: Core,
  actor: Actor,
  request: CopyMoveRequest & { depth: '0' | 'infinity'; signal: AbortSignal },
  conditions: Conditions,
): Promise<MoveResult> {
  const source = await locate(core, actor, request.from);
  if (source.place === 'root' || source.space.kind === 'root')
    throw new DomainError('forbidden', 'the root itself cannot be copied');
  const { place } = await destination(core, actor, request, source);
  const args = {
    ...common(core, actor, request, conditions),
    ...place,
    nodeId: source.node.id,
    depth: request.depth,
  };
  const isEmpty = request.depth === '0' && source.node.kind === 'collection';
  const need = { ownerId: place.ownerId ?? actor.userId, sizeBytes: isEmpty ? 0 : source.node.sizeBytes };
  const isSmall = request.depth === '0' || source.node.nodeCount < COPY_BATCH;
  return withRoom(core, need, () =>
    isSmall
      ? vetting(core, copyTo(args), (vetted) => core.store.run('copyTree', { ...args, vetted, limit: COPY_BATCH }))
      : copyInSteps(core, args, request.signal),
  );
}

function copyTo({ parentId }: CopyTree): { parentId: number; how: 'without-policies' } {
  return { parentId, how: 'without-policies' };
}

async function copyInSteps(core: Core, args: CopyTree, signal: AbortSignal): Promise<MoveResult> {
  const { copyId } = await vetting(core, copyTo(args), (vetted) => core.store.run('startCopy', { ...args, vetted }));
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done } = await core.store.run('continueCopy', {
        copyId,
        limit: COPY_BATCH,
        nowMs: core.clock.nowMs(),
      });
      if (done) break;
    }
    return await vetting(core, copyTo(args), (vetted) => core.store.run('finishCopy', { ...args, vetted, copyId }));
  } catch (error) {
    await core.store.run('abandonCopy', { copyId });
    throw error;
  }
}

/** Brings the `spaceId` of a tree that changed spaces up to date. Cut off, it goes on at the next start. */
export async function adopt(core: Core, jobId: number): Promise<void> {
  try {
    for (;;) {
      const { done } = await core.store.run('adoptTree', { jobId, limit: ADOPT_BATCH });
      if (done) return;
    }
  } catch (error) {
    // The sweep may have brought it to its end meanwhile.
    if (!isDomainError(error, 'not-found')) throw error;
  }
}

async function destination(core: Core, actor: Actor, request: CopyMoveRequest, source: Located) {
  const target = await find(core, actor, request.to);
  if (target.found && target.found.place !== 'inside') {
    throw new DomainError('forbidden', 'this folder cannot be replaced');
  }
  const place = creationPlace(actor, target);
  // The source itself, under its name or another spelling of it: what that means is for the operation to say.
  const { found } = target;
  if (found && found.node.id !== source.node.id) {
    await assertReplaceable(core, actor, found, { source, overwrite: request.overwrite });
  }
  return { place: { ...place, replaces: replaceable(actor, target.space) }, spaceId: target.space.id };
}

async function assertReplaceable(
  core: Core,
  actor: Actor,
  found: Located,
  { source, overwrite }: { source: Located; overwrite: boolean },
): Promise<void> {
  if (!overwrite) throw new DomainError('precondition-failed', 'there is something at the destination already');
  if (found.node.kind === 'file' && source.node.kind === 'file') assertAllowed(actor, 'replace', found);
  else await assertTreeRemovable(core, actor, found);
}

function common(core: Core, actor: Actor, request: CopyMoveRequest, conditions: Conditions) {
  return {
    ...change(core, actor, conditions),
    // What appears at the destination after it was looked for must not be replaced either.
    overwrite: request.overwrite && isLeft(actor, 'replace'),
    leavesSidecar: request.leavesSidecar,
    expectedSource: conditions.expected,
    expectedDestination: conditions.expectedDestination,
    versionsKept: core.settings.versionsKept,
  };
}
