import type { Lock } from '../../core/node.ts';
import type { RawRow, Read } from './read.ts';

const LOCK_COLUMNS = `l.token, l.node_id, l.is_infinite, l.is_exclusive, l.owner_xml, l.user_id, l.timeout_seconds,
  l.created_at_ms, l.expires_at_ms, l.space_id, l.client_agent, l.client_address`;

function decodeLock(row: RawRow): Lock {
  return {
    token: row[0] as string,
    nodeId: row[1] as number,
    depth: row[2] === 1 ? 'infinity' : '0',
    scope: row[3] === 1 ? 'exclusive' : 'shared',
    ownerXml: row[4] as string,
    userId: row[5] as number,
    timeoutSeconds: row[6] as number,
    createdAtMs: row[7] as number,
    expiresAtMs: row[8] as number,
    spaceId: row[9] as number,
    clientAgent: row[10] as string,
    clientAddress: row[11] as string,
  };
}

/** `nodeIds`: a condition on node ids, with its placeholders; then now */
export function locksOn(nodeIds: string): Read<Lock> {
  return {
    sql: `SELECT ${LOCK_COLUMNS} FROM dav_lock l WHERE l.node_id ${nodeIds} AND l.expires_at_ms > ?
      ORDER BY l.node_id, l.created_at_ms, l.token`,
    decode: decodeLock,
  };
}

/** now, the token before, limit */
export const locksAfter: Read<Lock> = {
  sql: `SELECT ${LOCK_COLUMNS} FROM dav_lock l WHERE l.expires_at_ms > ? AND l.token > ? ORDER BY l.token LIMIT ?`,
  decode: decodeLock,
};

/** now, parent id; from the locks to the nodes, since there are fewer of them */
export const locksOnChildren: Read<Lock> = {
  sql: `SELECT ${LOCK_COLUMNS} FROM dav_lock l CROSS JOIN node n ON n.id = l.node_id
    WHERE l.expires_at_ms > ? AND n.parent_id = ? ORDER BY l.node_id, l.created_at_ms, l.token`,
  decode: decodeLock,
};
