import type { SchemaTypes } from '../dialects/dialect.ts';

/** Uploads that go on after a restart. What is promised to one stands in `upload` under the same id. */
export function resumableUploads({ integer, bytes, long, clustered }: SchemaTypes): string[] {
  return [
    // size_bytes: NULL while the client has not said. checksum_state: of the first offset_bytes bytes.
    // node_id: the file that it became.
    `CREATE TABLE resumable_upload (
      upload_id ${bytes(64)} NOT NULL PRIMARY KEY,
      user_id ${integer} NOT NULL,
      disk_id ${integer} NOT NULL,
      parent_id ${integer} NOT NULL,
      name ${bytes(255)} NOT NULL,
      metadata ${long} NOT NULL,
      size_bytes ${integer},
      offset_bytes ${integer} NOT NULL,
      checksum_state ${long},
      created_at_ms ${integer} NOT NULL,
      touched_at_ms ${integer} NOT NULL,
      node_id ${integer},
      etag ${bytes(64)} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX resumable_upload_by_user ON resumable_upload (user_id, upload_id)',
    'CREATE INDEX resumable_upload_by_touch ON resumable_upload (touched_at_ms)',
  ];
}
