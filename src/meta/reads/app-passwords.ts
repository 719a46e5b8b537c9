import type { NarrowAccess, User } from '../../core/actor.ts';
import type { AppPassword } from '../../core/ports/app-password-operations.ts';
import type { RawRow, Read } from './read.ts';
import { decodeUser, USER_COLUMNS } from './users.ts';

const COLUMNS = `p.id, p.user_id, p.name, p.access, p.root_id, p.is_dav_only, p.created_at_ms, p.used_at_ms,
  p.used_address, p.expires_at_ms`;
const COLUMN_COUNT = 10;

function decode(row: RawRow): AppPassword {
  return {
    id: row[0] as number,
    userId: row[1] as number,
    name: row[2] as string,
    access: row[3] as NarrowAccess,
    rootId: (row[4] as number | null) ?? undefined,
    isDavOnly: row[5] === 1,
    createdAtMs: row[6] as number,
    usedAtMs: (row[7] as number | null) ?? undefined,
    usedAddress: row[8] as string,
    expiresAtMs: (row[9] as number | null) ?? undefined,
  };
}

/** secret hash */
export const appPasswordWithUser: Read<{ appPassword: AppPassword; user: User }> = {
  sql: `SELECT ${COLUMNS}, ${USER_COLUMNS} FROM app_password p JOIN user u ON u.id = p.user_id WHERE p.secret_hash = ?`,
  decode: (row) => ({ appPassword: decode(row), user: decodeUser(row.slice(COLUMN_COUNT)) }),
};

/** user id */
export const appPasswordsOf: Read<AppPassword> = {
  sql: `SELECT ${COLUMNS} FROM app_password p WHERE p.user_id = ? ORDER BY p.id`,
  decode,
};
