import type { SchemaTypes } from '../dialects/dialect.ts';

/** What Finder puts beside files, for itself alone. */
export function sidecars({ integer }: SchemaTypes): string[] {
  return [
    // Says who made a file, not how it is called: a `._x` of any other program is a file like others.
    `ALTER TABLE node ADD COLUMN is_sidecar ${integer} NOT NULL DEFAULT 0`,
  ];
}
