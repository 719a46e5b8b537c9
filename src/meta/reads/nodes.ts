import { mediaTypeUnder } from '../../core/content-type/media-type.ts';
import type { DeadProperty, Node } from '../../core/node.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { MAX_DEPTH } from '../max-depth.ts';
import type { SqlValue } from '../sql.ts';
import type { RawRow, Read } from './read.ts';

/** Two flags come in one column: a listing reads thousands of rows, and each column costs. */
export const NODE_COLUMNS = `n.id, n.space_id, n.parent_id, n.name, n.is_collection, n.owner_id, n.blob_id, n.size_bytes,
  n.node_count, n.media_type, n.created_at_ms, n.modified_at_ms, n.etag, n.revision,
  n.unwritten + 2 * n.is_sidecar, n.property_count, n.touched_at_ms`;
export const NODE_COLUMN_COUNT = 17;

/** Hides unwritten files whose locks have ended; the placeholder takes the time. */
const VISIBLE = `(n.unwritten = 0
  OR EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = n.id AND l.expires_at_ms > ?))`;

export function decodeNode(row: RawRow): Node {
  const isCollection = row[4] === 1;
  const name = row[3] as string;
  const flags = row[14] as number;
  return {
    id: row[0] as number,
    spaceId: row[1] as number,
    parentId: row[2] as number,
    name,
    kind: isCollection ? 'collection' : 'file',
    ownerId: row[5] as number,
    blobId: (row[6] as string | null) ?? undefined,
    sizeBytes: row[7] as number,
    nodeCount: row[8] as number,
    mediaType: isCollection ? '' : mediaTypeUnder(row[9] as string, name),
    createdAtMs: row[10] as number,
    modifiedAtMs: row[11] as number,
    etag: isCollection ? `c${String(row[13])}` : (row[12] as string),
    isUnwritten: flags % 2 === 1,
    isSidecar: flags >= 2,
    propertyCount: row[15] as number,
    touchedAtMs: row[16] as number,
  };
}

/** id, now */
export const nodeById: Read<Node> = {
  sql: `SELECT ${NODE_COLUMNS} FROM node n WHERE n.id = ? AND ${VISIBLE}`,
  decode: decodeNode,
};

/** The nodes below a root along names, the root first. */
export function nodesAlong(
  dialect: Dialect,
  rootId: number,
  nameKeys: readonly string[],
): { read: Read<Node>; params: SqlValue[] } {
  const { sql, params } = dialect.nodesAlong(NODE_COLUMNS, rootId, nameKeys);
  return { read: { sql, decode: decodeNode }, params };
}

/** id */
export const nodesAbove: Read<Node> = {
  sql: `WITH RECURSIVE chain (depth, id, parent_id) AS (
      SELECT 0, id, parent_id FROM node WHERE id = ?
      UNION ALL
      SELECT c.depth + 1, p.id, p.parent_id FROM chain c CROSS JOIN node p ON p.id = c.parent_id
        WHERE c.depth < ${MAX_DEPTH}
    )
    SELECT ${NODE_COLUMNS} FROM chain c CROSS JOIN node n ON n.id = c.id ORDER BY c.depth`,
  decode: decodeNode,
};

/** parent id, name key before, now, limit */
export const childrenOf: Read<Node> = {
  sql: `SELECT ${NODE_COLUMNS} FROM node n WHERE n.parent_id = ? AND n.name_key > ? AND n.is_sidecar = 0 AND ${VISIBLE}
    ORDER BY n.name_key LIMIT ?`,
  decode: decodeNode,
};

/** parent id, name key before, now, limit */
export const childrenWithSidecars: Read<Node> = {
  sql: `SELECT ${NODE_COLUMNS} FROM node n WHERE n.parent_id = ? AND n.name_key > ? AND ${VISIBLE}
    ORDER BY n.name_key LIMIT ?`,
  decode: decodeNode,
};

/** node id, now */
export const liveLockOn: Read<true> = {
  sql: 'SELECT 1 FROM dav_lock WHERE node_id = ? AND expires_at_ms > ? LIMIT 1',
  decode: () => true,
};

/**
 * `nodeIds`: a condition on node ids, with its placeholders. Takes those twice, owner id twice, now; goes down through
 * collections only, and stops at the first that is found.
 */
export function foreignNode(nodeIds: string): Read<true> {
  return {
    sql: `WITH RECURSIVE below (id) AS (
        SELECT id FROM node WHERE id ${nodeIds}
        UNION ALL
        SELECT c.id FROM below b CROSS JOIN node c ON c.parent_id = b.id WHERE c.node_count > 0
      )
      SELECT 1 FROM node WHERE id ${nodeIds} AND owner_id <> ?
      UNION ALL
      SELECT 1 FROM below b CROSS JOIN node n ON n.parent_id = b.id WHERE n.owner_id <> ? AND n.is_sidecar = 0
        AND (n.unwritten = 0 OR EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = n.id AND l.expires_at_ms > ?))
      LIMIT 1`,
    decode: () => true,
  };
}

/** `nodeIds`: a condition on node ids, with its placeholders */
export function propertiesOf(nodeIds: string): Read<DeadProperty> {
  return {
    sql: `SELECT node_id, namespace, name, xml FROM property WHERE node_id ${nodeIds}
      ORDER BY node_id, namespace, name`,
    decode: (row) => ({
      nodeId: row[0] as number,
      namespace: row[1] as string,
      name: row[2] as string,
      xml: row[3] as string,
    }),
  };
}
