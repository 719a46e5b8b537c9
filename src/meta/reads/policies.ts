import type { Member } from '../../core/ports/folder-rules.ts';
import type { Policy, RuleLink } from '../../core/rules.ts';
import { MAX_DEPTH } from '../max-depth.ts';
import { POLICY_COLUMN_COUNT, POLICY_COLUMNS, policyOf, policyRowAt } from '../policy-columns.ts';
import type { RawRow, Read } from './read.ts';

/** node id before, limit */
export const policiesAfter: Read<Policy> = {
  sql: `SELECT ${POLICY_COLUMNS}, p.node_id FROM policy p WHERE p.node_id > ? ORDER BY p.node_id LIMIT ?`,
  decode: decodePolicy,
};

/** `spaceIds`: a condition on ids of spaces, with its placeholders. node id before, those, limit */
export function policiesIn(spaceIds: string): Read<Policy> {
  return {
    sql: `SELECT ${POLICY_COLUMNS}, p.node_id FROM policy p CROSS JOIN node n ON n.id = p.node_id
      WHERE p.node_id > ? AND n.space_id ${spaceIds} ORDER BY p.node_id LIMIT ?`,
    decode: decodePolicy,
  };
}

function decodePolicy(row: RawRow): Policy {
  const policy = policyOf(row[POLICY_COLUMN_COUNT] as number, policyRowAt(row, 0));
  if (policy === undefined) throw new Error('a policy without a preset');
  return policy;
}

/** A link of the chain that begins with node `startId`. */
interface LinkOfChain extends RuleLink {
  readonly startId: number;
}

/** `nodeIds`: a condition on node ids, with its placeholders */
export function ruleChainsOf(nodeIds: string): Read<LinkOfChain> {
  return {
    sql: `WITH RECURSIVE chain (start_id, depth, id, parent_id, name, touched_at_ms) AS (
        SELECT id, 0, id, parent_id, name, touched_at_ms FROM node WHERE id ${nodeIds}
        UNION ALL
        SELECT c.start_id, c.depth + 1, n.id, n.parent_id, n.name, n.touched_at_ms
          FROM chain c CROSS JOIN node n ON n.id = c.parent_id WHERE c.depth < ${MAX_DEPTH}
      )
      SELECT c.start_id, c.id, c.name, c.touched_at_ms, ${POLICY_COLUMNS}
        FROM chain c LEFT JOIN policy p ON p.node_id = c.id ORDER BY c.start_id, c.depth`,
    decode: (row) => {
      const nodeId = row[1] as number;
      return {
        startId: row[0] as number,
        nodeId,
        name: row[2] as string,
        touchedAtMs: row[3] as number,
        policy: policyOf(nodeId, policyRowAt(row, 4)),
      };
    },
  };
}

/** parent id, name key before, limit */
export const membersOf: Read<Member> = {
  sql: `SELECT n.id, n.name, n.name_key, n.is_collection, n.node_count, n.size_bytes, n.blob_id, b.content_type,
      n.is_sidecar, ${POLICY_COLUMNS}
    FROM node n LEFT JOIN blob_object b ON b.blob_id = n.blob_id LEFT JOIN policy p ON p.node_id = n.id
    WHERE n.parent_id = ? AND n.name_key > ? ORDER BY n.name_key LIMIT ?`,
  decode: (row) => ({
    id: row[0] as number,
    name: row[1] as string,
    nameKey: row[2] as string,
    isCollection: row[3] === 1,
    nodeCount: row[4] as number,
    sizeBytes: row[5] as number,
    blobId: (row[6] as string | null) ?? undefined,
    contentType: (row[7] as string | null) ?? undefined,
    isSidecar: row[8] === 1,
    policy: policyOf(row[0] as number, policyRowAt(row, 9)),
  }),
};

/** blob id */
export const contentTypeOf: Read<string | null> = {
  sql: 'SELECT content_type FROM blob_object WHERE blob_id = ?',
  decode: (row) => row[0] as string | null,
};
