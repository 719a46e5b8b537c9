import { ruleFor, type Policy, type Preset, type RuleLink } from '../../core/rules.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, type Chain } from './ancestors.ts';

interface PolicyRow {
  nodeId: number;
  preset: Preset;
  isEnabled: number;
  copies: number | null;
  expireAfterMs: number | null;
  versionsKept: number | null;
  versionsKeptMs: number | null;
}

const COLUMNS = `node_id AS nodeId, preset, is_enabled AS isEnabled, copies, expire_after_ms AS expireAfterMs,
  versions_kept AS versionsKept, versions_kept_ms AS versionsKeptMs`;

/** The policies that some nodes carry, by node. */
export async function readPolicies(tx: Transaction, nodeIds: readonly number[]): Promise<Map<number, Policy>> {
  const ids = tx.dialect.oneOf(nodeIds);
  const query: Query<PolicyRow> = `SELECT ${COLUMNS} FROM policy WHERE node_id ${ids.sql}`;
  const rows = await tx.all(query, ids.params);
  return new Map(rows.map((row) => [row.nodeId, policyOf(row)]));
}

function policyOf({ nodeId, preset, isEnabled, ...changes }: PolicyRow): Policy {
  return {
    nodeId,
    preset,
    isEnabled: isEnabled === 1,
    changes: {
      copies: changes.copies ?? undefined,
      expireAfterMs: changes.expireAfterMs ?? undefined,
      versionsKept: changes.versionsKept ?? undefined,
      versionsKeptMs: changes.versionsKeptMs ?? undefined,
    },
  };
}

/** How many old versions a file below `chain` keeps: as the nearest policy says, or else `usually`. */
export async function versionsKeptIn(tx: Transaction, chain: Chain, usually: number): Promise<number> {
  const byNode = await readPolicies(tx, idsOf(chain));
  const links = chain.map(({ id }) => ({ policy: byNode.get(id) }));
  return ruleFor(links, 'versionsKept') ?? usually;
}

/** What rules need to know of the nodes of a chain, in its order. */
export async function readRuleLinks(tx: Transaction, chain: Chain): Promise<RuleLink[]> {
  const ids = tx.dialect.oneOf(idsOf(chain));
  const query: Query<{ id: number; touchedAtMs: number }> = `SELECT id, touched_at_ms AS touchedAtMs FROM node
    WHERE id ${ids.sql}`;
  const touched = new Map((await tx.all(query, ids.params)).map((row) => [row.id, row.touchedAtMs]));
  const byNode = await readPolicies(tx, idsOf(chain));
  return chain.map(({ id }) => ({ nodeId: id, touchedAtMs: touched.get(id) ?? 0, policy: byNode.get(id) }));
}
