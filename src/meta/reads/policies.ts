import type { Policy, Preset, RuleLink } from '../../core/rules.ts';
import { MAX_DEPTH } from '../max-depth.ts';
import type { RawRow, Read } from './read.ts';

const POLICY_COLUMNS = `p.node_id, p.preset, p.is_enabled, p.copies, p.expire_after_ms, p.versions_kept,
  p.versions_kept_ms`;

function decodePolicy(row: RawRow): Policy {
  const number = (index: number): number | undefined => (row[index] as number | null) ?? undefined;
  return {
    nodeId: row[0] as number,
    preset: row[1] as Preset,
    isEnabled: row[2] === 1,
    changes: { copies: number(3), expireAfterMs: number(4), versionsKept: number(5), versionsKeptMs: number(6) },
  };
}

/** node id before, limit */
export const policiesAfter: Read<Policy> = {
  sql: `SELECT ${POLICY_COLUMNS} FROM policy p WHERE p.node_id > ? ORDER BY p.node_id LIMIT ?`,
  decode: decodePolicy,
};

/** A link of the chain that begins with node `startId`. */
interface LinkOfChain extends RuleLink {
  readonly startId: number;
}

/** `nodeIds`: a condition on node ids, with its placeholders */
export function ruleChainsOf(nodeIds: string): Read<LinkOfChain> {
  return {
    sql: `WITH RECURSIVE chain (start_id, depth, id, parent_id, touched_at_ms) AS (
        SELECT id, 0, id, parent_id, touched_at_ms FROM node WHERE id ${nodeIds}
        UNION ALL
        SELECT c.start_id, c.depth + 1, n.id, n.parent_id, n.touched_at_ms
          FROM chain c CROSS JOIN node n ON n.id = c.parent_id WHERE c.depth < ${MAX_DEPTH}
      )
      SELECT ${POLICY_COLUMNS}, c.start_id, c.id, c.touched_at_ms
        FROM chain c LEFT JOIN policy p ON p.node_id = c.id ORDER BY c.start_id, c.depth`,
    decode: (row) => ({
      startId: row[7] as number,
      nodeId: row[8] as number,
      touchedAtMs: row[9] as number,
      policy: row[0] === null ? undefined : decodePolicy(row),
    }),
  };
}
