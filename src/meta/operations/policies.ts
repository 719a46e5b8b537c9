import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs } from '../../core/ports/operations.ts';
import type { SetPolicy } from '../../core/ports/rule-operations.ts';
import { expiresAtMs, expiryFor, withChanges, type Policy, type PolicyRules } from '../../core/rules.ts';
import { POLICY_FIELDS, policyOf, policyValues } from '../policy-columns.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, spaceOf, touch } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { discard } from './destination.ts';
import { guard, type Guarded } from './guard.ts';
import { assertUnlocked, clearLocksInside } from './lock-check.ts';
import { assertExpected, entryOf, liveNode, movableNode, type NodeRow } from './node-rows.ts';
import { readRuleLinks } from './policy-rows.ts';
import { trashSidecar } from './sidecars.ts';

/** Throws `not-found`, `not-a-collection`. */
export async function setPolicy(tx: Transaction, args: SetPolicy): Promise<void> {
  const { guarded, node } = await guardCollection(tx, args);
  const top = guarded.chains[0]?.[0];
  const known = top && policyOf(node.id, top);
  const policy = changedPolicy(args.replaces === true ? undefined : known, args);
  const values = policyValues(policy);
  await tx.run('DELETE FROM policy WHERE node_id = ?', [node.id]);
  await tx.run(`INSERT INTO policy (node_id, ${POLICY_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
    node.id,
    ...values,
  ]);
  await startAnew(tx, guarded, { node, by: args });
}

function changedPolicy(known: Policy | undefined, args: SetPolicy): Omit<Policy, 'nodeId'> {
  const { unset = [], changes, preset, isEnabled } = args;
  const before = { preset: 'own' as const, isEnabled: true, changes: {}, ...known };
  const kept = Object.entries(before.changes).filter(([key]) => !unset.includes(key as keyof PolicyRules));
  return {
    preset: preset ?? before.preset,
    isEnabled: isEnabled ?? before.isEnabled,
    changes: withChanges(Object.fromEntries(kept), changes),
  };
}

/** Throws `not-found` also for a collection that has none, and `not-a-collection`. */
export async function clearPolicy(tx: Transaction, args: OperationArgs<'clearPolicy'>): Promise<void> {
  const { guarded, node } = await guardCollection(tx, args);
  const { changes } = await tx.run('DELETE FROM policy WHERE node_id = ?', [node.id]);
  if (changes === 0) throw new DomainError('not-found', 'it has no policy of its own');
  await startAnew(tx, guarded, { node, by: args });
}

async function guardCollection(tx: Transaction, { nodeId, nowMs }: { nodeId: number; nowMs: number }) {
  const guarded = await guard(tx, [nodeId]);
  const node = await liveNode(tx, guarded.chains[0], nowMs);
  if (node.isCollection !== 1) throw new DomainError('not-a-collection', 'only folders have policies');
  return { guarded, node };
}

/** Under other rules nothing is as old as it was: what is below counts as touched now. */
async function startAnew(
  tx: Transaction,
  guarded: Guarded,
  { node, by: { userId = 0, nowMs } }: { node: NodeRow; by: { userId?: number; nowMs: number } },
): Promise<void> {
  const [chain = []] = guarded.chains;
  await tx.run('UPDATE node SET touched_at_ms = ? WHERE id = ?', [nowMs, node.id]);
  await touch(tx, chain, { rev: guarded.rev, sizeBytes: 0, nodeCount: 0 });
  guarded.changes.push(entryOf('properties', node, spaceOf(chain), 'policy'));
  await writeChanges(tx, guarded, { userId, nowMs });
}

/**
 * As if its owner deleted it. The caller has looked at all that is below; as long as the etag is the expected one,
 * nothing there has changed. Throws `not-found`, `locked`, and `precondition-failed` when it is not to go (any more).
 */
export async function expireNode(tx: Transaction, args: OperationArgs<'expireNode'>): Promise<void> {
  const { nodeId, expected, nowMs } = args;
  const guarded = await guard(tx, [nodeId]);
  const [chain = []] = guarded.chains;
  const { node, beside } = await movableNode(tx, chain, nowMs);
  assertExpected(node, expected);
  const links = await readRuleLinks(tx, chain);
  const expiry = expiryFor(links);
  const isDue = expiry !== undefined && expiresAtMs(expiry, 0) <= nowMs;
  if (!isDue || links[0]?.policy !== undefined) throw new DomainError('precondition-failed', 'it is not to go yet');

  const by = { userId: node.ownerId, tokens: [], nowMs };
  const parent = chain.slice(1);
  await assertUnlocked(tx, idsOf(parent), by);
  await clearLocksInside(tx, { node, spaceId: spaceOf(parent) ?? 0 }, by);
  await discard(tx, guarded, { node, parent, by, cause: 'expired' });
  await trashSidecar(tx, guarded, { beside, parent, by });
  await writeChanges(tx, guarded, { userId: 0, nowMs });
}
