import { DomainError } from '../../lib/errors.ts';
import { canHaveSidecar, sidecarNameOf } from '../../core/sidecar.ts';
import type { OperationResult, RestoreTrash, TrashNode } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { startAdoption } from './adoption.ts';
import { idsOf, rootKind, spaceOf } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { arrive, assertDestination, discard, type Destination } from './destination.ts';
import { guard, type Guarded } from './guard.ts';
import { assertUnlocked, clearLocksInside } from './lock-check.ts';
import { dropPolicies } from './policy-rows.ts';
import { assertArrivalKept } from './rule-check.ts';
import { trashSidecar } from './sidecars.ts';
import { assertExpected, liveChild, movableNode, readNode } from './node-rows.ts';

const TRASHED = 'SELECT space_id AS spaceId FROM trash WHERE node_id = ?' as Query<{ spaceId: number }>;

/**
 * RFC 4918 §9.6. The work does not depend on the size of the tree. Throws `not-found`, `precondition-failed`,
 * `locked`, and `refused` for the root of a space.
 */
export async function trashNode(tx: Transaction, args: TrashNode): Promise<void> {
  const guarded = await guard(tx, [args.nodeId]);
  const [chain = []] = guarded.chains;
  const { node, beside } = await movableNode(tx, chain, args.nowMs);
  assertExpected(node, args.expected);
  const parent = chain.slice(1);
  await assertUnlocked(tx, idsOf(parent), args);
  await clearLocksInside(tx, { node, spaceId: spaceOf(parent) ?? 0 }, args);
  await discard(tx, guarded, { node, parent, by: args });
  if (args.leavesSidecar !== true) await trashSidecar(tx, guarded, { beside, parent, by: args });
  await writeChanges(tx, guarded, args);
}

/**
 * Throws `not-found` unless the node is the top of something in the trash, and what a move to a free name throws, `rule-violated` too.
 * Restored into another space, it has no policies any more, and its descendants follow by a job.
 */
export async function restoreTrash(tx: Transaction, args: RestoreTrash): Promise<OperationResult<'restoreTrash'>> {
  const guarded = await guard(tx, [args.nodeId, args.parentId]);
  const [sourceChain = [], parentChain] = guarded.chains;
  const trashed = await tx.get(TRASHED, [args.nodeId]);
  const source = await readNode(tx, args.nodeId);
  if (trashed === undefined || source === undefined || rootKind(sourceChain) !== 'trash') {
    throw new DomainError('not-found', 'it is not in the trash');
  }
  const arrival = {
    ...args,
    overwrite: false,
    replaces: 'own' as const,
    expectedDestination: undefined,
    versionsKept: 0,
  };
  const to = await assertDestination(tx, guarded, { source, sourceChain, parentChain, args: arrival, how: 'move' });
  const { name, vetted } = args;
  await assertArrivalKept(tx, { node: source, from: undefined, to: to.parent, name, onto: undefined, vetted });
  if (to.spaceId !== trashed.spaceId) await dropPolicies(tx, source.id, trashed.spaceId);
  await tx.run('DELETE FROM trash WHERE node_id = ?', [source.id]);
  const payerId = source.ownerId;
  const nodeId = await arrive(tx, guarded, { node: source, to, args: arrival, payerId, cause: 'restored' });
  const { sidecarId } = args;
  if (sidecarId !== undefined) await restoreSidecar(tx, guarded, { args, to, id: sidecarId, from: trashed.spaceId });
  if (to.spaceId !== trashed.spaceId && source.nodeCount > 0) await startAdoption(tx, { ...args, nodeId });
  await writeChanges(tx, guarded, args);
  return { nodeId };
}

/** What has gone from the trash `from` meanwhile, or would be in the way of another file, is left out. */
async function restoreSidecar(
  tx: Transaction,
  guarded: Guarded,
  { args, to, id, from }: { args: RestoreTrash; to: Destination; id: number; from: number },
): Promise<void> {
  const node = await readNode(tx, id);
  const name = sidecarNameOf(args.name);
  if (node?.isSidecar !== 1 || !canHaveSidecar(args.name)) return;
  // Another trash would have to be guarded, too.
  if ((await tx.get(TRASHED, [id]))?.spaceId !== from) return;
  if ((await liveChild(tx, guarded, { parent: to.parent, name, nowMs: args.nowMs })) !== undefined) return;
  await tx.run('DELETE FROM trash WHERE node_id = ?', [id]);
  const place = { ...args, name, overwrite: false, replaces: 'own' as const, expectedDestination: undefined };
  const beside = { ...to, existing: undefined };
  const arrival = { node, to: beside, args: { ...place, versionsKept: 0 }, payerId: node.ownerId };
  await arrive(tx, guarded, { ...arrival, cause: 'restored' });
}
