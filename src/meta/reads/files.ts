import type { Node } from '../../core/node.ts';
import { MAX_DEPTH } from '../max-depth.ts';
import { decodeNode, NODE_COLUMN_COUNT, NODE_COLUMNS } from './nodes.ts';
import type { Read } from './read.ts';

/** `nodeIds`: a condition on node ids, with its placeholders; then now */
export function nodesByIds(nodeIds: string): Read<Node> {
  return {
    sql: `SELECT ${NODE_COLUMNS} FROM node n WHERE n.id ${nodeIds} AND (n.unwritten = 0
      OR EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = n.id AND l.expires_at_ms > ?))`,
    decode: decodeNode,
  };
}

/** A link of the chain that begins with node `startId`. */
interface LinkOfChain {
  readonly startId: number;
  readonly node: Node;
}

/** `nodeIds`: a condition on node ids, with its placeholders */
export function chainsOf(nodeIds: string): Read<LinkOfChain> {
  return {
    sql: `WITH RECURSIVE chain (start_id, depth, id, parent_id) AS (
        SELECT id, 0, id, parent_id FROM node WHERE id ${nodeIds}
        UNION ALL
        SELECT c.start_id, c.depth + 1, p.id, p.parent_id FROM chain c CROSS JOIN node p ON p.id = c.parent_id
          WHERE c.depth < ${MAX_DEPTH}
      )
      SELECT ${NODE_COLUMNS}, c.start_id FROM chain c CROSS JOIN node n ON n.id = c.id ORDER BY c.start_id, c.depth`,
    decode: (row) => ({ startId: row[NODE_COLUMN_COUNT] as number, node: decodeNode(row) }),
  };
}

interface LoggedChange {
  readonly rev: number;
  readonly atMs: number;
  /** The file that it made what it is; undefined when that has changed since, has gone, or is none. */
  readonly node: Node | undefined;
}

/**
 * Space id, the revision after, limit; space id. So many changes are looked at, whatever comes of them: a space that is
 * written to all day takes no longer.
 */
export const latestChanges: Read<LoggedChange> = {
  sql: `SELECT ${NODE_COLUMNS}, c.rev, c.at_ms FROM (
      SELECT space_id, rev, seq, kind, node_id, at_ms FROM change_log WHERE space_id = ? AND rev < ?
        ORDER BY space_id DESC, rev DESC, seq DESC LIMIT ?
    ) c LEFT JOIN node n ON n.id = c.node_id AND n.revision = c.rev AND n.space_id = c.space_id AND c.kind <> 'removed'
      AND n.is_collection = 0 AND n.is_sidecar = 0 AND n.unwritten = 0
    ORDER BY c.rev DESC, c.seq DESC`,
  decode: (row) => ({
    rev: row[NODE_COLUMN_COUNT] as number,
    atMs: row[NODE_COLUMN_COUNT + 1] as number,
    node: row[0] === null ? undefined : decodeNode(row),
  }),
};
