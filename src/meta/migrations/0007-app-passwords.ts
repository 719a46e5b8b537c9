import type { SchemaTypes } from '../dialects/dialect.ts';

/** What an app password may do, and how fast a user's connections may be. */
export function appPasswords({ integer, bytes }: SchemaTypes): string[] {
  return [
    'ALTER TABLE app_password DROP COLUMN is_read_only',
    `ALTER TABLE app_password ADD COLUMN access ${bytes(16)} NOT NULL DEFAULT 'full'`,
    `ALTER TABLE app_password ADD COLUMN root_id ${integer}`,
    `ALTER TABLE app_password ADD COLUMN is_dav_only ${integer} NOT NULL DEFAULT 0`,
    `ALTER TABLE app_password ADD COLUMN used_address ${bytes(64)} NOT NULL DEFAULT ''`,
    `ALTER TABLE user ADD COLUMN bandwidth_bytes_per_second ${integer} NOT NULL DEFAULT 0`,
  ];
}
