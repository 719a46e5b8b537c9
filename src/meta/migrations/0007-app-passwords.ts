import type { SchemaTypes } from '../dialects/dialect.ts';

/** What an app password may do. */
export function appPasswords(_types: SchemaTypes): string[] {
  return [];
}
