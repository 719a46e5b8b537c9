import type { Role, User } from '../../core/actor.ts';
import type { Space, SpaceKind } from '../../core/node.ts';
import type { RawRow, Read } from './read.ts';

/** Of the user `u`, as `decodeUser` takes them. */
export const USER_COLUMNS = `u.id, u.name, u.role, u.password_hash, u.epoch, u.is_disabled, u.quota_bytes, u.used_bytes,
  u.reserved_bytes, u.home_space_id, u.created_at_ms, u.has_second_factor, u.bandwidth_bytes_per_second,
  u.is_waiting, u.last_login_at_ms`;

const USER = `SELECT ${USER_COLUMNS} FROM user u`;

export function decodeUser(row: RawRow): User {
  return {
    id: row[0] as number,
    userId: row[0] as number,
    name: row[1] as string,
    role: row[2] as Role,
    passwordHash: row[3] as string,
    epoch: row[4] as number,
    isDisabled: row[5] === 1,
    quotaBytes: row[6] as number,
    usedBytes: row[7] as number,
    reservedBytes: row[8] as number,
    homeSpaceId: (row[9] as number | null) ?? undefined,
    createdAtMs: row[10] as number,
    hasSecondFactor: row[11] === 1,
    bandwidthBytesPerSecond: row[12] as number,
    isWaiting: row[13] === 1,
    lastLoginAtMs: (row[14] as number | null) ?? undefined,
  };
}

/** folded name */
export const userByName: Read<User> = { sql: `${USER} WHERE name_key = ?`, decode: decodeUser };

/** id */
export const userById: Read<User> = { sql: `${USER} WHERE id = ?`, decode: decodeUser };

/** id before, limit */
export const usersAfter: Read<User> = { sql: `${USER} WHERE id > ? ORDER BY id LIMIT ?`, decode: decodeUser };

export const anyUser: Read<true> = { sql: 'SELECT 1 FROM user LIMIT 1', decode: () => true };

const SPACE = 'SELECT id, kind, mount_name, owner_id, root_id FROM space';

function decodeSpace(row: RawRow): Space {
  return decodeSpaceFrom(row, 0);
}

/** A space whose columns begin at `first`. */
export function decodeSpaceFrom(row: RawRow, first: number): Space {
  return {
    id: row[first] as number,
    kind: row[first + 1] as SpaceKind,
    mountName: row[first + 2] as string,
    ownerId: (row[first + 3] as number | null) ?? undefined,
    rootId: row[first + 4] as number,
  };
}

/** owner id; as one condition with OR, or sorted, it would read the homes of all users for every request */
export const spacesOf: Read<Space> = {
  sql: `${SPACE} WHERE mount_key > '' UNION ALL ${SPACE} WHERE owner_id = ? AND kind = 'home'`,
  decode: decodeSpace,
};

/** id */
export const spaceById: Read<Space> = { sql: `${SPACE} WHERE id = ?`, decode: decodeSpace };

/** name */
export const settingByName: Read<string> = {
  sql: 'SELECT value FROM setting WHERE name = ?',
  decode: (row) => row[0] as string,
};
