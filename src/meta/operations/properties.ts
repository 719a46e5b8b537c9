import { MAX_PROPERTIES_PER_NODE, MAX_PROPERTY_BYTES_PER_NODE } from '../../core/node.ts';
import type { ChangeProperties } from '../../core/ports/operations.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, spaceOf, touch } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { guard } from './guard.ts';
import { assertUnlocked } from './lock-check.ts';
import { assertExpected, entryOf, liveNode } from './node-rows.ts';

const SUM = `SELECT COUNT(*) AS found, COALESCE(SUM(OCTET_LENGTH(xml)), 0) AS bytes FROM property
  WHERE node_id = ?` as Query<{ found: number; bytes: number }>;

/** Throws `not-found`, `precondition-failed`, `locked`, `too-large`. What is both set and removed ends up set. */
export async function changeProperties(tx: Transaction, args: ChangeProperties): Promise<void> {
  const guarded = await guard(tx, [args.nodeId]);
  const [chain = []] = guarded.chains;
  const node = await liveNode(tx, chain, args.nowMs);
  assertExpected(node, args.expected);
  await assertUnlocked(tx, idsOf(chain), args);

  for (const { namespace, name } of [...args.remove, ...args.set]) {
    await tx.run('DELETE FROM property WHERE node_id = ? AND namespace = ? AND name = ?', [node.id, namespace, name]);
  }
  for (const { namespace, name, xml } of args.set) {
    await tx.run('INSERT INTO property (node_id, namespace, name, xml) VALUES (?, ?, ?, ?)', [
      node.id,
      namespace,
      name,
      xml,
    ]);
  }
  const { found: propertyCount, bytes } = (await tx.get(SUM, [node.id])) ?? { found: 0, bytes: 0 };
  const isTooMuch = propertyCount > MAX_PROPERTIES_PER_NODE || bytes > MAX_PROPERTY_BYTES_PER_NODE;
  if (isTooMuch && args.set.length > 0) {
    const most = `${MAX_PROPERTIES_PER_NODE} properties of ${MAX_PROPERTY_BYTES_PER_NODE} bytes together`;
    throw new DomainError('too-large', `a file or collection may have ${most} at most`);
  }
  await tx.run('UPDATE node SET property_count = ?, modified_at_ms = ?, created_at_ms = ? WHERE id = ?', [
    propertyCount,
    args.modifiedAtMs ?? node.modifiedAtMs,
    args.createdAtMs ?? node.createdAtMs,
    node.id,
  ]);
  await touch(tx, chain, { rev: guarded.rev, sizeBytes: 0, nodeCount: 0 });
  guarded.changes.push(entryOf('properties', node, spaceOf(chain)));
  await writeChanges(tx, guarded, args);
}
