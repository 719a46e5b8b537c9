import type { SchemaTypes } from '../dialects/dialect.ts';

/** How accounts come to be and how they end. */
export function registration(_types: SchemaTypes): string[] {
  return [];
}
