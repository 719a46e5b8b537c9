import type { SchemaTypes } from '../dialects/dialect.ts';

/** What expiry has to know. */
export function policies({ integer }: SchemaTypes): string[] {
  return [
    // When a node came to where it is or got other content, never as a client says. What is there already counts as
    // touched now; every later row brings its own time.
    `ALTER TABLE node ADD COLUMN touched_at_ms ${integer} NOT NULL DEFAULT ${Date.now()}`,
  ];
}
