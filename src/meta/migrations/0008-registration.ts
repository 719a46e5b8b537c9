import type { SchemaTypes } from '../dialects/dialect.ts';

/** How accounts come to be and how they end. */
export function registration({ serial, integer, bytes, table, clustered }: SchemaTypes): string[] {
  return [
    // One who waits for approval is disabled as well, so that whoever asks only for that refuses them.
    `ALTER TABLE user ADD COLUMN is_waiting ${integer} NOT NULL DEFAULT 0`,
    `ALTER TABLE user ADD COLUMN last_login_at_ms ${integer}`,
    `ALTER TABLE user ADD COLUMN invitation_id ${integer}`,
    'CREATE INDEX user_by_invitation ON user (invitation_id)',
    `CREATE TABLE invitation (
      id ${serial},
      secret_hash ${bytes(64)} NOT NULL UNIQUE,
      role ${bytes(16)} NOT NULL,
      quota_bytes ${integer},
      note ${bytes(1024)} NOT NULL,
      max_uses ${integer} NOT NULL,
      uses ${integer} NOT NULL,
      created_by ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      expires_at_ms ${integer} NOT NULL,
      revoked_at_ms ${integer}
    ) ${table}`,
    // A user on the way out, until the last of what is theirs has found its end. due_at_ms: when 'keep' turns into
    // 'delete'. reserved_bytes: of the quota of whoever is handed the files, for those that are on their way still.
    `CREATE TABLE removal (
      user_id ${integer} NOT NULL PRIMARY KEY,
      files ${bytes(16)} NOT NULL,
      to_user_id ${integer},
      reserved_bytes ${integer} NOT NULL,
      due_at_ms ${integer},
      started_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX removal_by_receiver ON removal (to_user_id)',
  ];
}
