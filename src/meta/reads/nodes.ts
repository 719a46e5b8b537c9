import type { DeadProperty, Node, StoredVersion, TrashEntry } from '../../core/node.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { SqlValue } from '../sql.ts';
import type { RawRow, Read } from './read.ts';

const NODE_COLUMNS = `n.id, n.space_id, n.parent_id, n.name, n.is_collection, n.owner_id, n.blob_id, n.size_bytes,
  n.node_count, n.media_type, n.created_at_ms, n.modified_at_ms, n.etag, n.revision, n.unwritten, n.property_count`;
const NODE_COLUMN_COUNT = 16;

/** Hides unwritten files whose locks have ended; the placeholder takes the time. */
const VISIBLE = `(n.unwritten = 0
  OR EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = n.id AND l.expires_at_ms > ?))`;

function decodeNode(row: RawRow): Node {
  const isCollection = row[4] === 1;
  return {
    id: row[0] as number,
    spaceId: row[1] as number,
    parentId: row[2] as number,
    name: row[3] as string,
    kind: isCollection ? 'collection' : 'file',
    ownerId: row[5] as number,
    blobId: (row[6] as string | null) ?? undefined,
    sizeBytes: row[7] as number,
    nodeCount: row[8] as number,
    mediaType: row[9] as string,
    createdAtMs: row[10] as number,
    modifiedAtMs: row[11] as number,
    etag: isCollection ? `c${String(row[13])}` : (row[12] as string),
    isUnwritten: row[14] === 1,
    propertyCount: row[15] as number,
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
    )
    SELECT ${NODE_COLUMNS} FROM chain c CROSS JOIN node n ON n.id = c.id ORDER BY c.depth`,
  decode: decodeNode,
};

/** parent id, name key before, now, limit */
export const childrenOf: Read<Node> = {
  sql: `SELECT ${NODE_COLUMNS} FROM node n WHERE n.parent_id = ? AND n.name_key > ? AND ${VISIBLE}
    ORDER BY n.name_key LIMIT ?`,
  decode: decodeNode,
};

/** node id, now */
export const liveLockOn: Read<true> = {
  sql: 'SELECT 1 FROM dav_lock WHERE node_id = ? AND expires_at_ms > ? LIMIT 1',
  decode: () => true,
};

/** node id twice, owner id twice, now; goes down through collections only, and stops at the first that is found */
export const foreignNode: Read<true> = {
  sql: `WITH RECURSIVE below (id) AS (
      SELECT id FROM node WHERE id = ?
      UNION ALL
      SELECT c.id FROM below b CROSS JOIN node c ON c.parent_id = b.id WHERE c.node_count > 0
    )
    SELECT 1 FROM node WHERE id = ? AND owner_id <> ?
    UNION ALL
    SELECT 1 FROM below b CROSS JOIN node n ON n.parent_id = b.id WHERE n.owner_id <> ?
      AND (n.unwritten = 0 OR EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = n.id AND l.expires_at_ms > ?))
    LIMIT 1`,
  decode: () => true,
};

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

/** node id */
export const versionsOf: Read<StoredVersion> = {
  sql: `SELECT id, node_id, blob_id, size_bytes, etag, media_type, modified_at_ms, replaced_at_ms FROM version
    WHERE node_id = ? ORDER BY replaced_at_ms DESC, id DESC`,
  decode: (row) => ({
    id: row[0] as number,
    nodeId: row[1] as number,
    blobId: row[2] as string,
    sizeBytes: row[3] as number,
    etag: row[4] as string,
    mediaType: row[5] as string,
    modifiedAtMs: row[6] as number,
    replacedAtMs: row[7] as number,
  }),
};

const TRASH_COLUMNS = `${NODE_COLUMNS}, t.space_id, t.parent_id, t.deleted_at_ms, t.deleted_by`;

function decodeTrash(row: RawRow): TrashEntry {
  return {
    node: decodeNode(row),
    spaceId: row[NODE_COLUMN_COUNT] as number,
    parentId: row[NODE_COLUMN_COUNT + 1] as number,
    deletedAtMs: row[NODE_COLUMN_COUNT + 2] as number,
    deletedBy: row[NODE_COLUMN_COUNT + 3] as number,
  };
}

/** when and node id of the entry before the page, limit */
export const trashOfAll: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE (t.deleted_at_ms, t.node_id) < (?, ?) ORDER BY t.deleted_at_ms DESC, t.node_id DESC LIMIT ?`,
  decode: decodeTrash,
};

/** user id twice, when and node id of the entry before the page, limit */
export const trashOfUser: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE (t.owner_id = ? OR t.deleted_by = ?) AND (t.deleted_at_ms, t.node_id) < (?, ?)
    ORDER BY t.deleted_at_ms DESC, t.node_id DESC LIMIT ?`,
  decode: decodeTrash,
};

/** node id */
export const trashedNode: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id WHERE t.node_id = ?`,
  decode: decodeTrash,
};

/** node id */
export const deletedAt: Read<number> = {
  sql: 'SELECT deleted_at_ms FROM trash WHERE node_id = ?',
  decode: (row) => row[0] as number,
};

/** before, limit */
export const oldTrash: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE t.deleted_at_ms < ? ORDER BY t.deleted_at_ms, t.node_id LIMIT ?`,
  decode: decodeTrash,
};

/** owner id, before, limit */
export const oldTrashOfOwner: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE t.owner_id = ? AND t.deleted_at_ms < ? ORDER BY t.deleted_at_ms, t.node_id LIMIT ?`,
  decode: decodeTrash,
};
