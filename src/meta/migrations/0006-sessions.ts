import type { SchemaTypes } from '../dialects/dialect.ts';

/** Sessions that can be listed and revoked, and the second factor. */
export function sessions(_types: SchemaTypes): string[] {
  return [];
}
