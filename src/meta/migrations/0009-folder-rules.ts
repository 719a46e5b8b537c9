import type { SchemaTypes } from '../dialects/dialect.ts';

/** What may be put into a collection. */
export function folderRules({ bytes, long }: SchemaTypes): string[] {
  return [
    // Lists as JSON, as in `extensions`: {"allow":[…],"refuse":[…]}.
    `ALTER TABLE policy ADD COLUMN content_types ${long}`,
    // What the content was recognised as; NULL while nobody has looked, as of all that was stored before.
    `ALTER TABLE blob_object ADD COLUMN content_type ${bytes(255)}`,
  ];
}
