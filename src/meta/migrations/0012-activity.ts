import type { SchemaTypes } from '../dialects/dialect.ts';

/** Who changed what, when, and by what it came to that. */
export function activity({ integer, bytes }: SchemaTypes): string[] {
  const columns = {
    user_id: `${integer} NOT NULL DEFAULT 0`,
    at_ms: `${integer} NOT NULL DEFAULT 0`,
    cause: `${bytes(16)} NOT NULL DEFAULT ''`,
    is_collection: `${integer} NOT NULL DEFAULT 0`,
  };
  return [
    ...Object.entries(columns).map(([name, type]) => `ALTER TABLE change_log ADD COLUMN ${name} ${type}`),
    // What was written before tells of Finder's own files, and not what was a folder. Nobody has a token for it.
    'UPDATE space SET change_floor = rev',
    'DELETE FROM change_log',
  ];
}
