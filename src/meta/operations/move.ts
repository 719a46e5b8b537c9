import type { MoveNode, MoveResult } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';
import { startAdoption } from './adoption.ts';
import { idsOf, spaceOf, touch } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { arrive, assertDestination } from './destination.ts';
import { guard } from './guard.ts';
import { assertUnlocked, clearLocksInside } from './lock-check.ts';
import { assertExpected, entryOf, movableNode } from './node-rows.ts';
import { dropPolicies } from './policy-rows.ts';
import { assertArrivalKept } from './rule-check.ts';
import { moveSidecar } from './sidecars.ts';

/**
 * RFC 4918 §9.9. Locks do not move along, nor policies to a space where the mover may not make any; an unwritten file that
 * is moved becomes an ordinary empty one.
 * Throws `not-found` and what `assertDestination` and `assertArrivalKept` throw.
 */
export async function moveNode(tx: Transaction, args: MoveNode): Promise<MoveResult> {
  const guarded = await guard(tx, [args.nodeId, args.parentId]);
  const [sourceChain = [], parentChain] = guarded.chains;
  const { node: source, beside } = await movableNode(tx, sourceChain, args.nowMs);
  assertExpected(source, args.expectedSource);
  const from = sourceChain.slice(1);
  const fromSpaceId = spaceOf(from) ?? 0;
  const to = await assertDestination(tx, guarded, { source, sourceChain, parentChain, args, how: 'move' });
  const { name, vetted } = args;
  await assertArrivalKept(tx, { node: source, from, to: to.parent, name, onto: to.existing, vetted });
  await assertUnlocked(tx, idsOf(from), args);
  await clearLocksInside(tx, { node: source, spaceId: fromSpaceId }, args);

  if (to.spaceId !== fromSpaceId && args.replaces === 'own') await dropPolicies(tx, source.id, fromSpaceId);
  await touch(tx, from, {
    rev: guarded.rev,
    sizeBytes: -source.sizeBytes,
    nodeCount: -(source.nodeCount + 1),
    memberChangedAtMs: args.nowMs,
  });
  guarded.changes.push(entryOf('removed', source, fromSpaceId, 'moved'));
  const nodeId = await arrive(tx, guarded, { node: source, to, args, payerId: source.ownerId, cause: 'moved' });
  if (args.leavesSidecar !== true) await moveSidecar(tx, guarded, { beside, from, to, args });
  await writeChanges(tx, guarded, args);
  const isElsewhere = to.spaceId !== fromSpaceId && source.nodeCount > 0;
  const jobId = isElsewhere ? await startAdoption(tx, { ...args, nodeId }) : undefined;
  return { nodeId, created: to.existing === undefined, jobId };
}
