import { MAX_DEPTH } from '../max-depth.ts';
import { POLICY_COLUMNS, type PolicyRow } from '../policy-columns.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** A node on the way up, as far as every operation needs it, and the policy that it carries: few do. */
export interface ChainNode extends PolicyRow {
  readonly id: number;
  readonly parentId: number;
  readonly spaceId: number;
  readonly isCollection: number;
  readonly nameKey: string;
}

/** A node and the collections above it up to a root, itself first; empty when the node does not exist. */
export type Chain = readonly ChainNode[];

const CHAIN = `WITH RECURSIVE chain (depth, id, parent_id, space_id, is_collection, name_key) AS (
    SELECT 0, id, parent_id, space_id, is_collection, name_key FROM node WHERE id = ?
    UNION ALL
    SELECT c.depth + 1, n.id, n.parent_id, n.space_id, n.is_collection, n.name_key
      FROM chain c CROSS JOIN node n ON n.id = c.parent_id WHERE c.depth < ${MAX_DEPTH}
  )
  SELECT c.id, c.parent_id AS parentId, c.space_id AS spaceId, c.is_collection AS isCollection, c.name_key AS nameKey,
      ${POLICY_COLUMNS}
    FROM chain c LEFT JOIN policy p ON p.node_id = c.id ORDER BY c.depth` as Query<ChainNode>;

export function readChain(tx: Transaction, nodeId: number): Promise<Chain> {
  return tx.all(CHAIN, [nodeId]);
}

/** The three roots of a space, all with parent 0: what people see, what they deleted, and copies in the making. */
export type RootKind = 'live' | 'trash' | 'staging';

/** The name key that tells the roots apart, since they share their parent. */
export function rootKey(kind: RootKind, spaceId: number): string {
  return `${kind}:${spaceId}`;
}

export function rootKind(chain: Chain): RootKind | undefined {
  const root = chain.at(-1);
  if (root?.parentId !== 0) return undefined;
  return root.nameKey.slice(0, root.nameKey.indexOf(':')) as RootKind;
}

/** The space in which a node lies; a root's own `spaceId` never goes stale. */
export function spaceOf(chain: Chain): number | undefined {
  const root = chain.at(-1);
  return root?.parentId === 0 ? root.spaceId : undefined;
}

export function isLive(chain: Chain): boolean {
  return rootKind(chain) === 'live';
}

export function idsOf(chain: Chain): number[] {
  return chain.map((node) => node.id);
}

/** What happened below some collections, for all that lie above it. */
export interface Growth {
  rev: number;
  sizeBytes: number;
  nodeCount: number;
  /** Set when the first of them gained or lost a member: then its own time changes too. */
  memberChangedAtMs?: number | undefined;
}

/**
 * Gives all collections of `chain` the new revision and adds to their totals, in one statement. The roots of trash
 * and staging keep no totals and are left alone.
 */
export async function touch(tx: Transaction, chain: Chain, growth: Growth): Promise<void> {
  const touched = isLive(chain) ? chain : chain.slice(0, -1);
  const first = touched[0];
  if (first === undefined) return;
  const ids = tx.dialect.oneOf(idsOf(touched));
  if (growth.memberChangedAtMs === undefined) {
    await tx.run(
      `UPDATE node SET revision = ?, size_bytes = size_bytes + ?, node_count = node_count + ? WHERE id ${ids.sql}`,
      [growth.rev, growth.sizeBytes, growth.nodeCount, ...ids.params],
    );
    return;
  }
  await tx.run(
    `UPDATE node SET revision = ?, size_bytes = size_bytes + ?, node_count = node_count + ?,
       modified_at_ms = CASE WHEN id = ? THEN ? ELSE modified_at_ms END WHERE id ${ids.sql}`,
    [growth.rev, growth.sizeBytes, growth.nodeCount, first.id, growth.memberChangedAtMs, ...ids.params],
  );
}
