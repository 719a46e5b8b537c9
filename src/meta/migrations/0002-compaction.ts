import type { SchemaTypes } from '../dialects/dialect.ts';

/** What compaction, the pruning of the change log and the clearing of uploads have to know. */
export function compaction({ integer, onlyWhere }: SchemaTypes): string[] {
  return [
    `ALTER TABLE pack ADD COLUMN live_count ${integer} NOT NULL DEFAULT 0`,
    // Set when nothing refers to the pack any more, and nothing may again: its file goes once late readers are done.
    `ALTER TABLE pack ADD COLUMN condemned_at_ms ${integer}`,
    `CREATE INDEX blob_copy_by_pack ON blob_copy (pack_id, offset_bytes) ${onlyWhere('pack_id IS NOT NULL')}`,
    'UPDATE pack SET live_count = (SELECT COUNT(*) FROM blob_copy c WHERE c.pack_id = pack.id)',
    // Set before the bytes of an upload are removed: it cannot be committed any more.
    `ALTER TABLE upload ADD COLUMN is_given_up ${integer} NOT NULL DEFAULT 0`,
    // Changes up to this revision are forgotten: a sync token below it cannot be answered.
    `ALTER TABLE space ADD COLUMN change_floor ${integer} NOT NULL DEFAULT 0`,
  ];
}
