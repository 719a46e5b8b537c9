import type { Role, User } from '../../core/actor.ts';
import type {
  HomeOf,
  Invitation,
  Removal,
  RemovalKind,
  UserQuery,
  UserState,
} from '../../core/ports/account-operations.ts';
import type { SqlValue } from '../sql.ts';
import { decodeNode, NODE_COLUMN_COUNT, NODE_COLUMNS } from './nodes.ts';
import type { RawRow, Read } from './read.ts';
import { decodeSpaceFrom, decodeUser, USER_COLUMNS } from './users.ts';

const LEAVING = 'EXISTS (SELECT 1 FROM removal r WHERE r.user_id = u.id)';

const IN_STATE: Readonly<Record<UserState, string>> = {
  active: 'u.is_disabled = 0',
  waiting: 'u.is_waiting = 1',
  disabled: `u.is_disabled = 1 AND u.is_waiting = 0 AND NOT ${LEAVING}`,
  leaving: LEAVING,
};

export function usersBy({ afterKey, limit, part, role, state }: UserQuery): { read: Read<User>; params: SqlValue[] } {
  const conditions = ['u.name_key > ?'];
  const params: SqlValue[] = [afterKey];
  if (part !== '') {
    conditions.push('INSTR(u.name_key, ?) > 0');
    params.push(part);
  }
  if (role !== undefined) {
    conditions.push('u.role = ?');
    params.push(role);
  }
  if (state !== undefined) conditions.push(IN_STATE[state]);
  const sql = `SELECT ${USER_COLUMNS} FROM user u WHERE ${conditions.join(' AND ')} ORDER BY u.name_key LIMIT ?`;
  return { read: { sql, decode: decodeUser }, params: [...params, limit] };
}

export const waitingCount: Read<number> = {
  sql: 'SELECT COUNT(*) FROM user WHERE is_waiting = 1',
  decode: (row) => row[0] as number,
};

/** user id, client hash */
export const clientNotedAtMs: Read<number> = {
  sql: 'SELECT noted_at_ms FROM known_client WHERE user_id = ? AND client_hash = ?',
  decode: (row) => row[0] as number,
};

const INVITATION = `SELECT i.id, i.role, i.quota_bytes, i.note, i.max_uses, i.uses, u.name, i.created_at_ms,
  i.expires_at_ms, i.revoked_at_ms,
  CASE WHEN i.created_by = 0 OR (u.role = 'admin' AND u.is_disabled = 0) THEN 1 ELSE 0 END FROM invitation i LEFT JOIN user u ON u.id = i.created_by`;

function decodeInvitation(row: RawRow): Invitation {
  return {
    id: row[0] as number,
    role: row[1] as Role,
    quotaBytes: (row[2] as number | null) ?? undefined,
    note: row[3] as string,
    maxUses: row[4] as number,
    uses: row[5] as number,
    createdByName: (row[6] as string | null) ?? undefined,
    createdAtMs: row[7] as number,
    expiresAtMs: row[8] as number,
    revokedAtMs: (row[9] as number | null) ?? undefined,
    isByAdministrator: row[10] === 1,
  };
}

/** id after, limit */
export const invitationsBefore: Read<Invitation> = {
  sql: `${INVITATION} WHERE i.id < ? ORDER BY i.id DESC LIMIT ?`,
  decode: decodeInvitation,
};

/** hash */
export const invitationBySecret: Read<Invitation> = {
  sql: `${INVITATION} WHERE i.secret_hash = ?`,
  decode: decodeInvitation,
};

export function invitedBy(ids: string): Read<{ invitationId: number; userName: string }> {
  return {
    sql: `SELECT invitation_id, name FROM user WHERE invitation_id ${ids} ORDER BY id`,
    decode: (row) => ({ invitationId: row[0] as number, userName: row[1] as string }),
  };
}

const REMOVAL = `SELECT r.user_id, u.name, r.files, r.to_user_id, t.name, r.due_at_ms, r.started_at_ms FROM removal r
  CROSS JOIN user u ON u.id = r.user_id LEFT JOIN user t ON t.id = r.to_user_id`;

function decodeRemoval(row: RawRow): Removal {
  return {
    userId: row[0] as number,
    userName: row[1] as string,
    files: row[2] as RemovalKind,
    toUserId: (row[3] as number | null) ?? undefined,
    toUserName: (row[4] as string | null) ?? undefined,
    dueAtMs: (row[5] as number | null) ?? undefined,
    startedAtMs: row[6] as number,
  };
}

export const allRemovals: Read<Removal> = {
  sql: `${REMOVAL} ORDER BY r.started_at_ms, r.user_id`,
  decode: decodeRemoval,
};

/** user id */
export const removalOf: Read<Removal> = { sql: `${REMOVAL} WHERE r.user_id = ?`, decode: decodeRemoval };

/** folded name before, user id to leave out, limit */
export const homesAfter: Read<HomeOf> = {
  sql: `SELECT ${NODE_COLUMNS}, s.id, s.kind, s.mount_name, s.owner_id, s.root_id, u.name
    FROM user u CROSS JOIN space s ON s.id = u.home_space_id CROSS JOIN node n ON n.id = s.root_id
    WHERE u.name_key > ? AND u.id <> ? ORDER BY u.name_key LIMIT ?`,
  decode: (row) => ({
    root: decodeNode(row),
    space: decodeSpaceFrom(row, NODE_COLUMN_COUNT),
    userName: row[NODE_COLUMN_COUNT + 5] as string,
  }),
};

/** space id, limit */
export const trashedIn: Read<number> = {
  sql: 'SELECT n.id FROM space s CROSS JOIN node n ON n.parent_id = s.trash_id WHERE s.id = ? LIMIT ?',
  decode: (row) => row[0] as number,
};
