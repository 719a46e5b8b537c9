import type { SchemaTypes } from '../dialects/dialect.ts';

/** A run of three characters of up to four bytes each, or a mark and two. */
const GRAM_BYTES = 16;

/** How names are found. No row is made here: a large store is indexed in the background, while it serves. */
export function search({ serial, integer, bytes, long, table, clustered }: SchemaTypes): string[] {
  return [
    // Nodes that were indexed together. Every node up to the highest id of all in use is in one of them.
    `CREATE TABLE search_segment (
      id ${serial},
      state ${bytes(16)} NOT NULL,
      up_to_node_id ${integer} NOT NULL,
      node_count ${integer} NOT NULL,
      changed_at_ms ${integer} NOT NULL
    ) ${table}`,
    // Which nodes of a segment have a gram in their names: a row for all of them.
    `CREATE TABLE search_posting (
      segment_id ${integer} NOT NULL,
      space_id ${integer} NOT NULL,
      gram ${bytes(GRAM_BYTES)} NOT NULL,
      node_ids ${long} NOT NULL,
      PRIMARY KEY (segment_id, space_id, gram)
    ) ${clustered}`,
    // Indexed nodes that have another name or space by now.
    `CREATE TABLE search_renamed (id ${serial}, node_id ${integer} NOT NULL) ${table}`,
  ];
}
