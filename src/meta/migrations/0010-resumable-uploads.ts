import type { SchemaTypes } from '../dialects/dialect.ts';

/** Uploads that go on after a restart. */
export function resumableUploads(_types: SchemaTypes): string[] {
  return [];
}
