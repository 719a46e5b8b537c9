import type { SchemaTypes } from '../dialects/dialect.ts';

/** What may be put into a collection. */
export function folderRules(_types: SchemaTypes): string[] {
  return [];
}
