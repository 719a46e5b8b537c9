import type { User } from '../../core/actor.ts';
import type { SecondFactor, Session, SessionKind } from '../../core/ports/session-operations.ts';
import type { RawRow, Read } from './read.ts';
import { decodeUser, USER_COLUMNS } from './users.ts';

const COLUMNS =
  's.id, s.user_id, s.kind, s.epoch, s.user_agent, s.address, s.created_at_ms, s.seen_at_ms, s.expires_at_ms';
const COLUMN_COUNT = 9;

function decodeSession(row: RawRow): Session {
  return {
    id: row[0] as string,
    userId: row[1] as number,
    kind: row[2] as SessionKind,
    epoch: row[3] as number,
    userAgent: row[4] as string,
    address: row[5] as string,
    createdAtMs: row[6] as number,
    seenAtMs: row[7] as number,
    expiresAtMs: row[8] as number,
  };
}

/** id */
export const sessionWithUser: Read<{ session: Session; user: User }> = {
  sql: `SELECT ${COLUMNS}, ${USER_COLUMNS} FROM session s JOIN user u ON u.id = s.user_id WHERE s.id = ?`,
  decode: (row) => ({ session: decodeSession(row), user: decodeUser(row.slice(COLUMN_COUNT)) }),
};

/** user id, now, idle since */
export const sessionsOf: Read<Session> = {
  sql: `SELECT ${COLUMNS} FROM session s JOIN user u ON u.id = s.user_id
    WHERE s.user_id = ? AND s.epoch = u.epoch AND s.expires_at_ms > ?
      AND (s.kind = 'token' OR s.seen_at_ms > ?) ORDER BY s.seen_at_ms DESC, s.id`,
  decode: decodeSession,
};

/** user id */
export const secondFactorOf: Read<SecondFactor> = {
  sql: `SELECT f.sealed_secret, f.is_confirmed,
      (SELECT COUNT(*) FROM recovery_code c WHERE c.user_id = f.user_id)
    FROM second_factor f WHERE f.user_id = ?`,
  decode: (row) => ({
    sealedSecret: row[0] as string,
    isConfirmed: row[1] === 1,
    recoveryCodesLeft: row[2] as number,
  }),
};
