import type { SchemaTypes } from '../dialects/dialect.ts';

const NAME_BYTES = 255;
/** A title is a name without its noise, or a tag cut to this; folding may make it longer, and is cut, too. */
const TEXT_BYTES = 1024;
const KEY_BYTES = 255;

/** What televisions are shown. It follows the tree, and can be made from it again. */
export function mediaLibrary({ integer, bytes, long, table, clustered }: SchemaTypes): string[] {
  return [
    // kind: 0 a folder, 1 a film, 2 music, 3 a picture. title_key: what titles are sorted by; title_fold: what they are
    // searched in. cover_id of a folder is what stands for all in it. is_read: somebody has looked into its content.
    `CREATE TABLE media_entry (
      node_id ${integer} NOT NULL PRIMARY KEY,
      parent_id ${integer} NOT NULL,
      kind ${integer} NOT NULL,
      name ${bytes(NAME_BYTES)} NOT NULL,
      title ${bytes(TEXT_BYTES)} NOT NULL,
      title_key ${bytes(KEY_BYTES)} NOT NULL,
      title_fold ${bytes(TEXT_BYTES)} NOT NULL,
      year ${integer},
      added_at_ms ${integer} NOT NULL,
      modified_at_ms ${integer} NOT NULL,
      blob_id ${bytes(32)},
      size_bytes ${integer} NOT NULL,
      media_type ${bytes(255)} NOT NULL,
      subtitles_id ${integer},
      cover_id ${integer},
      is_read ${integer} NOT NULL,
      update_id ${integer} NOT NULL
    ) ${table}`,
    'CREATE INDEX media_entry_in_folder ON media_entry (parent_id, kind, title_key, node_id)',
    'CREATE INDEX media_entry_by_title ON media_entry (kind, title_key, node_id)',
    'CREATE INDEX media_entry_by_year ON media_entry (kind, year, title_key, node_id)',
    'CREATE INDEX media_entry_by_time ON media_entry (kind, added_at_ms, title_key, node_id)',
    'CREATE INDEX media_entry_by_blob ON media_entry (blob_id)',
    'CREATE INDEX media_entry_unread ON media_entry (is_read, added_at_ms)',
    // facts: as JSON; NULL where the content could not be read. The rest is what is sorted by and searched in.
    `CREATE TABLE media_facts (
      blob_id ${bytes(32)} NOT NULL PRIMARY KEY,
      facts ${long},
      duration_ms ${integer},
      track ${integer},
      artist_key ${bytes(KEY_BYTES)},
      artist_fold ${bytes(TEXT_BYTES)},
      album_key ${bytes(KEY_BYTES)},
      album_fold ${bytes(TEXT_BYTES)},
      genre_fold ${bytes(TEXT_BYTES)},
      read_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    `CREATE TABLE media_bookmark (
      node_id ${integer} NOT NULL PRIMARY KEY,
      position_ms ${integer} NOT NULL
    ) ${clustered}`,
    // One row, once there is anything. rev and seq: up to where the changes of the media space were followed.
    `CREATE TABLE media_state (
      id ${integer} NOT NULL PRIMARY KEY,
      update_id ${integer} NOT NULL,
      rev ${integer},
      seq ${integer}
    ) ${clustered}`,
  ];
}
