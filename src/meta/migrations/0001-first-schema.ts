import type { SchemaTypes } from '../dialects/dialect.ts';

/** Names are at most 255 bytes as sent; their NFC form may be longer, by less than a factor of three. */
const NAME_BYTES = 255;
const NAME_KEY_BYTES = 768;

/** Everything that the first release keeps, and the tables that later parts of it fill. */
export function firstSchema(types: SchemaTypes): string[] {
  return [
    ...users(types),
    ...tree(types),
    ...onNodes(types),
    ...history(types),
    ...blobs(types),
    ...sharing(types),
    ...records(types),
  ];
}

function users({ serial, integer, bytes, long, table, clustered }: SchemaTypes): string[] {
  return [
    `CREATE TABLE user (
      id ${serial},
      name ${bytes(NAME_BYTES)} NOT NULL,
      name_key ${bytes(NAME_KEY_BYTES)} NOT NULL UNIQUE,
      role ${bytes(16)} NOT NULL,
      password_hash ${bytes(255)} NOT NULL,
      epoch ${integer} NOT NULL,
      is_disabled ${integer} NOT NULL,
      quota_bytes ${integer} NOT NULL,
      used_bytes ${integer} NOT NULL,
      reserved_bytes ${integer} NOT NULL,
      home_space_id ${integer},
      created_at_ms ${integer} NOT NULL
    ) ${table}`,
    `CREATE TABLE session (
      secret_hash ${bytes(64)} NOT NULL PRIMARY KEY,
      user_id ${integer} NOT NULL,
      epoch ${integer} NOT NULL,
      user_agent ${bytes(255)} NOT NULL,
      address ${bytes(64)} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      seen_at_ms ${integer} NOT NULL,
      expires_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX session_by_user ON session (user_id)',
    'CREATE INDEX session_by_expiry ON session (expires_at_ms)',
    `CREATE TABLE app_password (
      id ${serial},
      user_id ${integer} NOT NULL,
      name ${bytes(NAME_BYTES)} NOT NULL,
      secret_hash ${bytes(64)} NOT NULL UNIQUE,
      is_read_only ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      used_at_ms ${integer},
      expires_at_ms ${integer}
    ) ${table}`,
    'CREATE INDEX app_password_by_user ON app_password (user_id)',
    `CREATE TABLE setting (name ${bytes(255)} NOT NULL PRIMARY KEY, value ${long} NOT NULL) ${clustered}`,
  ];
}

function tree({ serial, integer, bytes, table, onlyWhere }: SchemaTypes): string[] {
  return [
    // mount_key is the folded mount name; NULL, and so not unique, for a home.
    `CREATE TABLE space (
      id ${serial},
      kind ${bytes(16)} NOT NULL,
      mount_name ${bytes(NAME_BYTES)} NOT NULL,
      mount_key ${bytes(NAME_KEY_BYTES)} UNIQUE,
      owner_id ${integer},
      root_id ${integer} NOT NULL,
      trash_id ${integer} NOT NULL,
      staging_id ${integer} NOT NULL,
      rev ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL
    ) ${table}`,
    'CREATE INDEX space_by_owner ON space (owner_id)',
    // size_bytes and node_count of a collection are those of all below it.
    `CREATE TABLE node (
      id ${serial},
      space_id ${integer} NOT NULL,
      parent_id ${integer} NOT NULL,
      name ${bytes(NAME_BYTES)} NOT NULL,
      name_key ${bytes(NAME_KEY_BYTES)} NOT NULL,
      is_collection ${integer} NOT NULL,
      blob_id ${bytes(32)},
      size_bytes ${integer} NOT NULL,
      node_count ${integer} NOT NULL,
      media_type ${bytes(255)} NOT NULL,
      owner_id ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      modified_at_ms ${integer} NOT NULL,
      etag ${bytes(64)} NOT NULL,
      revision ${integer} NOT NULL,
      unwritten ${integer} NOT NULL,
      property_count ${integer} NOT NULL
    ) ${table}`,
    'CREATE UNIQUE INDEX node_by_name ON node (parent_id, name_key)',
    `CREATE INDEX node_by_blob ON node (blob_id) ${onlyWhere('blob_id IS NOT NULL')}`,
    'CREATE INDEX node_by_owner ON node (owner_id)',
  ];
}

function onNodes({ integer, bytes, long, clustered }: SchemaTypes): string[] {
  return [
    `CREATE TABLE property (
      node_id ${integer} NOT NULL,
      namespace ${bytes(1024)} NOT NULL,
      name ${bytes(1024)} NOT NULL,
      xml ${long} NOT NULL,
      PRIMARY KEY (node_id, namespace, name)
    ) ${clustered}`,
    `CREATE TABLE dav_lock (
      token ${bytes(255)} NOT NULL PRIMARY KEY,
      space_id ${integer} NOT NULL,
      node_id ${integer} NOT NULL,
      user_id ${integer} NOT NULL,
      is_infinite ${integer} NOT NULL,
      is_exclusive ${integer} NOT NULL,
      owner_xml ${long} NOT NULL,
      timeout_seconds ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      expires_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX dav_lock_by_node ON dav_lock (node_id)',
    'CREATE INDEX dav_lock_by_space ON dav_lock (space_id, expires_at_ms)',
    'CREATE INDEX dav_lock_by_user ON dav_lock (user_id, expires_at_ms)',
    'CREATE INDEX dav_lock_by_expiry ON dav_lock (expires_at_ms)',
    `CREATE TABLE policy (
      node_id ${integer} NOT NULL PRIMARY KEY,
      preset ${bytes(32)} NOT NULL,
      is_enabled ${integer} NOT NULL,
      copies ${integer},
      expire_after_ms ${integer},
      max_file_bytes ${integer},
      extensions ${long},
      versions_kept ${integer},
      versions_kept_ms ${integer}
    ) ${clustered}`,
  ];
}

function history({ serial, integer, bytes, table, clustered }: SchemaTypes): string[] {
  return [
    `CREATE TABLE version (
      id ${serial},
      node_id ${integer} NOT NULL,
      blob_id ${bytes(32)} NOT NULL,
      size_bytes ${integer} NOT NULL,
      etag ${bytes(64)} NOT NULL,
      media_type ${bytes(255)} NOT NULL,
      modified_at_ms ${integer} NOT NULL,
      replaced_at_ms ${integer} NOT NULL
    ) ${table}`,
    'CREATE INDEX version_by_node ON version (node_id, replaced_at_ms, id)',
    'CREATE INDEX version_by_blob ON version (blob_id)',
    'CREATE INDEX version_by_age ON version (replaced_at_ms)',
    `CREATE TABLE trash (
      node_id ${integer} NOT NULL PRIMARY KEY,
      space_id ${integer} NOT NULL,
      owner_id ${integer} NOT NULL,
      parent_id ${integer} NOT NULL,
      deleted_at_ms ${integer} NOT NULL,
      deleted_by ${integer} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX trash_by_age ON trash (deleted_at_ms, node_id)',
    'CREATE INDEX trash_by_owner ON trash (owner_id, deleted_at_ms, node_id)',
    'CREATE INDEX trash_by_deleter ON trash (deleted_by, deleted_at_ms, node_id)',
  ];
}

function blobs({ serial, integer, bytes, long, table, clustered, onlyWhere }: SchemaTypes): string[] {
  return [
    `CREATE TABLE disk (
      id ${serial},
      name ${bytes(255)} NOT NULL UNIQUE,
      path ${long} NOT NULL,
      identity ${bytes(64)} NOT NULL UNIQUE,
      reserve_bytes ${integer} NOT NULL,
      blob_count ${integer} NOT NULL,
      blob_bytes ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL
    ) ${table}`,
    `CREATE TABLE pack (
      id ${serial},
      disk_id ${integer} NOT NULL,
      name ${bytes(64)} NOT NULL,
      is_sealed ${integer} NOT NULL,
      length_bytes ${integer} NOT NULL,
      live_bytes ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL
    ) ${table}`,
    'CREATE UNIQUE INDEX pack_by_name ON pack (disk_id, name)',
    // What refers to a blob is found in node and version. A loose one has lost a reference, perhaps the last.
    `CREATE TABLE blob_object (
      blob_id ${bytes(32)} NOT NULL PRIMARY KEY,
      checksum ${bytes(32)} NOT NULL,
      size_bytes ${integer} NOT NULL,
      state ${bytes(8)} NOT NULL,
      loose_since_ms ${integer},
      created_at_ms ${integer} NOT NULL
    ) ${clustered}`,
    `CREATE INDEX blob_object_by_looseness ON blob_object (loose_since_ms)
      ${onlyWhere('loose_since_ms IS NOT NULL')}`,
    `CREATE TABLE blob_copy (
      blob_id ${bytes(32)} NOT NULL,
      disk_id ${integer} NOT NULL,
      pack_id ${integer},
      offset_bytes ${integer} NOT NULL,
      length_bytes ${integer} NOT NULL,
      PRIMARY KEY (blob_id, disk_id)
    ) ${clustered}`,
    `CREATE TABLE upload (
      upload_id ${bytes(64)} NOT NULL PRIMARY KEY,
      owner_id ${integer} NOT NULL,
      disk_id ${integer} NOT NULL,
      size_bytes ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL
    ) ${clustered}`,
  ];
}

function sharing({ serial, integer, bytes, table }: SchemaTypes): string[] {
  return [
    `CREATE TABLE share (
      id ${serial},
      node_id ${integer} NOT NULL,
      owner_id ${integer} NOT NULL,
      grantee_id ${integer} NOT NULL,
      may_write ${integer} NOT NULL,
      created_at_ms ${integer} NOT NULL,
      expires_at_ms ${integer}
    ) ${table}`,
    'CREATE UNIQUE INDEX share_by_node ON share (node_id, grantee_id)',
    'CREATE INDEX share_by_grantee ON share (grantee_id)',
    'CREATE INDEX share_by_owner ON share (owner_id)',
    `CREATE TABLE link (
      id ${serial},
      secret_hash ${bytes(64)} NOT NULL UNIQUE,
      node_id ${integer} NOT NULL,
      owner_id ${integer} NOT NULL,
      label ${bytes(255)} NOT NULL,
      password_hash ${bytes(255)},
      may_add ${integer} NOT NULL,
      downloads_left ${integer},
      created_at_ms ${integer} NOT NULL,
      expires_at_ms ${integer}
    ) ${table}`,
    'CREATE INDEX link_by_node ON link (node_id)',
    'CREATE INDEX link_by_owner ON link (owner_id)',
  ];
}

function records({ serial, integer, bytes, long, table, clustered }: SchemaTypes): string[] {
  return [
    `CREATE TABLE change_log (
      space_id ${integer} NOT NULL,
      rev ${integer} NOT NULL,
      seq ${integer} NOT NULL,
      kind ${bytes(16)} NOT NULL,
      node_id ${integer} NOT NULL,
      parent_id ${integer} NOT NULL,
      name ${bytes(NAME_BYTES)} NOT NULL,
      PRIMARY KEY (space_id, rev, seq)
    ) ${clustered}`,
    `CREATE TABLE job (
      id ${serial},
      kind ${bytes(16)} NOT NULL,
      node_id ${integer} NOT NULL,
      user_id ${integer} NOT NULL,
      payload ${long} NOT NULL,
      created_at_ms ${integer} NOT NULL
    ) ${table}`,
    'CREATE INDEX job_by_node ON job (node_id)',
    // The collections that a job has still to visit, and how far it came in each.
    `CREATE TABLE copy_map (
      job_id ${integer} NOT NULL,
      source_id ${integer} NOT NULL,
      node_id ${integer} NOT NULL,
      after_key ${bytes(NAME_KEY_BYTES)} NOT NULL,
      PRIMARY KEY (job_id, source_id)
    ) ${clustered}`,
    `CREATE TABLE audit (
      id ${serial},
      at_ms ${integer} NOT NULL,
      user_id ${integer},
      action ${bytes(64)} NOT NULL,
      node_id ${integer},
      address ${bytes(64)} NOT NULL,
      detail ${long} NOT NULL
    ) ${table}`,
    'CREATE INDEX audit_by_time ON audit (at_ms)',
    // A note that a commit was done, by an id chosen before it, for when its own answer was lost.
    `CREATE TABLE operation (
      operation_id ${bytes(64)} NOT NULL PRIMARY KEY,
      result ${long} NOT NULL,
      at_ms ${integer} NOT NULL
    ) ${clustered}`,
    'CREATE INDEX operation_by_time ON operation (at_ms)',
  ];
}
