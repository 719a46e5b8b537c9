import type { StoredVersion, TrashEntry } from '../../core/node.ts';
import { mediaTypeOf } from '../../core/content-type/media-type.ts';
import { decodeNode, NODE_COLUMN_COUNT, NODE_COLUMNS } from './nodes.ts';
import type { RawRow, Read } from './read.ts';

const VERSION_COLUMNS = `v.id, v.node_id, v.blob_id, v.size_bytes, v.etag, v.media_type, v.modified_at_ms,
  v.replaced_at_ms`;

function decodeVersion(row: RawRow): StoredVersion {
  return {
    id: row[0] as number,
    nodeId: row[1] as number,
    blobId: row[2] as string,
    sizeBytes: row[3] as number,
    etag: row[4] as string,
    mediaType: row[5] as string,
    modifiedAtMs: row[6] as number,
    replacedAtMs: row[7] as number,
  };
}

/** node id */
export const versionsOf: Read<StoredVersion> = {
  sql: `SELECT ${VERSION_COLUMNS}, n.name, b.content_type
    FROM version v CROSS JOIN node n ON n.id = v.node_id LEFT JOIN blob_object b ON b.blob_id = v.blob_id
    WHERE v.node_id = ? ORDER BY v.replaced_at_ms DESC, v.id DESC`,
  decode: (row) => {
    const version = decodeVersion(row);
    const contentType = row[9] as string | null;
    const blob = contentType ? { contentType } : undefined;
    return { ...version, mediaType: mediaTypeOf({ name: row[8] as string, mediaType: version.mediaType, blob }) };
  },
};

/** MariaDB would go through all pages before for `(v.replaced_at_ms, v.id) > (?, ?)`. */
const NEXT_VERSIONS = 'v.replaced_at_ms >= ? AND (v.replaced_at_ms > ? OR v.id > ?)';

/** before, when replaced (twice) and id of the one before the page, limit */
export const oldVersions: Read<StoredVersion> = {
  sql: `SELECT ${VERSION_COLUMNS} FROM version v
    WHERE v.replaced_at_ms < ? AND ${NEXT_VERSIONS} ORDER BY v.replaced_at_ms, v.id LIMIT ?`,
  decode: decodeVersion,
};

/** before, when replaced (twice) and id of the one before the page, owner id, limit */
export const oldVersionsOfOwner: Read<StoredVersion> = {
  sql: `SELECT ${VERSION_COLUMNS} FROM version v CROSS JOIN node n ON n.id = v.node_id
    WHERE v.replaced_at_ms < ? AND ${NEXT_VERSIONS} AND n.owner_id = ?
    ORDER BY v.replaced_at_ms, v.id LIMIT ?`,
  decode: decodeVersion,
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

/** For the same reason as above. */
const NEXT_TRASH = 't.deleted_at_ms <= ? AND (t.deleted_at_ms < ? OR t.node_id < ?)';

/** when (twice) and node id of the entry before the page, limit */
export const trashOfAll: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE n.is_sidecar = 0 AND ${NEXT_TRASH} ORDER BY t.deleted_at_ms DESC, t.node_id DESC LIMIT ?`,
  decode: decodeTrash,
};

/** user id twice, when (twice) and node id of the entry before the page, limit */
export const trashOfUser: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE (t.owner_id = ? OR t.deleted_by = ?) AND n.is_sidecar = 0 AND ${NEXT_TRASH}
    ORDER BY t.deleted_at_ms DESC, t.node_id DESC LIMIT ?`,
  decode: decodeTrash,
};

/** owner id, limit */
export const trashedSidecars: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE t.owner_id = ? AND n.is_sidecar = 1 LIMIT ?`,
  decode: decodeTrash,
};

/** parent id, from, to, limit */
export const sidecarsTrashedFrom: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id
    WHERE t.parent_id = ? AND t.deleted_at_ms BETWEEN ? AND ? AND n.is_sidecar = 1
    ORDER BY t.deleted_at_ms, t.node_id LIMIT ?`,
  decode: decodeTrash,
};

/** node id */
export const trashedNode: Read<TrashEntry> = {
  sql: `SELECT ${TRASH_COLUMNS} FROM trash t CROSS JOIN node n ON n.id = t.node_id WHERE t.node_id = ?`,
  decode: decodeTrash,
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

/** before, twice */
export const sumOfOld: Read<number> = {
  sql: `SELECT
    (SELECT COALESCE(SUM(n.size_bytes), 0) FROM trash t CROSS JOIN node n ON n.id = t.node_id
      WHERE t.deleted_at_ms < ?) +
    (SELECT COALESCE(SUM(size_bytes), 0) FROM version WHERE replaced_at_ms < ?)`,
  decode: (row) => Number(row[0]),
};

/** owner id and before, twice */
export const sumOfOldOfOwner: Read<number> = {
  sql: `SELECT
    (SELECT COALESCE(SUM(n.size_bytes), 0) FROM trash t CROSS JOIN node n ON n.id = t.node_id
      WHERE t.owner_id = ? AND t.deleted_at_ms < ?) +
    (SELECT COALESCE(SUM(v.size_bytes), 0) FROM version v CROSS JOIN node n ON n.id = v.node_id
      WHERE n.owner_id = ? AND v.replaced_at_ms < ?)`,
  decode: (row) => Number(row[0]),
};
