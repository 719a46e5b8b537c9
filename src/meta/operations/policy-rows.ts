import { ruleFor, type RuleLink } from '../../core/rules.ts';
import { policyOf } from '../policy-columns.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, readChain, type Chain } from './ancestors.ts';

/** How many old versions a file below `chain` keeps: as the nearest policy says, or else `usually`. */
export function versionsKeptIn(chain: Chain, usually: number): number {
  const links = chain.map((node) => ({ policy: policyOf(node.id, node) }));
  return ruleFor(links, 'versionsKept') ?? usually;
}

/** What rules need to know of the nodes of a chain, in its order. */
export async function readRuleLinks(tx: Transaction, chain: Chain): Promise<RuleLink[]> {
  const ids = tx.dialect.oneOf(idsOf(chain));
  const query: Query<{ id: number; name: string; touchedAtMs: number }> = `SELECT id, name, touched_at_ms AS touchedAtMs
    FROM node WHERE id ${ids.sql}`;
  const known = new Map((await tx.all(query, ids.params)).map((row) => [row.id, row]));
  return chain.map((node) => {
    const { name = '', touchedAtMs = 0 } = known.get(node.id) ?? {};
    return { nodeId: node.id, name, touchedAtMs, policy: policyOf(node.id, node) };
  });
}

const POLICIES_IN = `SELECT p.node_id AS nodeId FROM policy p CROSS JOIN node n ON n.id = p.node_id
  WHERE n.space_id = ?` as Query<{ nodeId: number }>;

/**
 * Takes away the policies of a collection and of those in it, before it goes to another space than `spaceId`, where rules
 * are for others to make.
 */
export async function dropPolicies(tx: Transaction, nodeId: number, spaceId: number): Promise<void> {
  for (const policy of await tx.all(POLICIES_IN, [spaceId])) {
    if (!idsOf(await readChain(tx, policy.nodeId)).includes(nodeId)) continue;
    await tx.run('DELETE FROM policy WHERE node_id = ?', [policy.nodeId]);
  }
}
