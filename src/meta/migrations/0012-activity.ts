import type { SchemaTypes } from '../dialects/dialect.ts';

/** Who changed what, and when. */
export function activity(_types: SchemaTypes): string[] {
  return [];
}
