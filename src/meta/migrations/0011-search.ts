import type { SchemaTypes } from '../dialects/dialect.ts';

/** How names are found. */
export function search(_types: SchemaTypes): string[] {
  return [];
}
