import type { SchemaTypes } from '../dialects/dialect.ts';

/** Sessions that can be listed and revoked, and the second factor. */
export function sessions({ integer, bytes, long, clustered }: SchemaTypes): string[] {
  return [
    // Nothing has ever been written to the first one, which could not tell a session from its secret.
    'DROP TABLE session',
    // kind: 'page' (a browser, which renews its tokens by a secret) or 'token' (one token, no secret).
    // The secret before the present one tells a repeated request from a stolen secret.
    `CREATE TABLE session (
      id ${bytes(32)} NOT NULL PRIMARY KEY,
      user_id ${integer} NOT NULL,
      kind ${bytes(16)} NOT NULL,
      epoch ${integer} NOT NULL,
      secret_hash ${bytes(64)},
      previous_hash ${bytes(64)},
      renewed_at_ms ${integer} NOT NULL,
      user_agent ${bytes(255)} NOT NULL,
      address ${bytes(64)} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      seen_at_ms ${integer} NOT NULL,
      expires_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX session_by_user ON session (user_id, kind)',
    'CREATE INDEX session_by_expiry ON session (expires_at_ms)',
    // Kept twice, so that whoever reads a user need not look into another table.
    `ALTER TABLE user ADD COLUMN has_second_factor ${integer} NOT NULL DEFAULT 0`,
    // last_step: the time step of the last code that was taken; none up to it is taken again.
    `CREATE TABLE second_factor (
      user_id ${integer} NOT NULL PRIMARY KEY,
      sealed_secret ${long} NOT NULL,
      is_confirmed ${integer} NOT NULL,
      last_step ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    `CREATE TABLE recovery_code (
      user_id ${integer} NOT NULL,
      code_hash ${bytes(64)} NOT NULL,
      PRIMARY KEY (user_id, code_hash)
    ) ${clustered}`,
  ];
}
