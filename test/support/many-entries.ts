import { DatabaseSync } from 'node:sqlite';
import type { TestServer } from './server.ts';

const COLUMNS = `space_id, parent_id, name, name_key, is_collection, size_bytes, node_count, media_type, owner_id,
  created_at_ms, modified_at_ms, etag, revision, unwritten, property_count, is_sidecar, touched_at_ms`;
const TIME = 1_700_000_000_000;

/**
 * Puts empty files with these names into a folder that is there, past the server, through which a hundred thousand take
 * minutes. Nobody may have listed the folder before: the server learns of nothing.
 */
export function putManyEntries({ databaseUrl }: TestServer, folderId: number, names: readonly string[]): void {
  const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { timeout: 60_000 });
  const folder = database.prepare('SELECT space_id AS space, owner_id AS owner FROM node WHERE id = ?').get(folderId);
  const { space = 0, owner = 0 } = folder as Record<string, number>;
  const insert = database.prepare(`INSERT INTO node (${COLUMNS})
    VALUES (?, ?, ?, ?, 0, 0, 0, 'text/plain', ?, ${TIME}, ${TIME}, ?, 1, 0, 0, 0, ${TIME})`);
  database.exec('BEGIN');
  for (const name of names) insert.run(space, folderId, name, name, owner, name);
  database.exec('COMMIT');
  database.close();
}
