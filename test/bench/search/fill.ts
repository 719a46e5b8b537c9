import { DatabaseSync } from 'node:sqlite';
import { createConnection } from 'mysql2/promise';
import { nameKey } from '../../../src/lib/node-path.ts';
import { inventName } from './names.ts';

const FOLDER_FILES = 500;
const ROWS_AT_ONCE = 1000;

type Value = string | number;

interface RowWriter {
  first(sql: string): Promise<Record<string, number>>;
  insert(rows: readonly Value[][]): Promise<void>;
  close(): Promise<void>;
}

const COLUMNS = `space_id, parent_id, name, name_key, is_collection, size_bytes, node_count, media_type, owner_id,
  created_at_ms, modified_at_ms, etag, revision, unwritten, property_count, is_sidecar, touched_at_ms`;
const PLACES = Array.from({ length: 17 }, () => '?').join(', ');

/** Puts `count` empty files into the home of a user, past the product, through which it would take long. Call it from another process. */
export async function fillHome(databaseUrl: string, user: string, count: number): Promise<void> {
  const writer = await (databaseUrl.startsWith('sqlite:') ? sqliteRows(databaseUrl) : mysqlRows(databaseUrl));
  const home = await writer.first(
    `SELECT s.id AS spaceId, s.root_id AS rootId, u.id AS userId FROM user u
       JOIN space s ON s.id = u.home_space_id WHERE u.name_key = '${user}'`,
  );
  const { last } = await writer.first('SELECT MAX(id) AS last FROM node');
  const { spaceId = 0, rootId = 0, userId = 0 } = home;
  const row = (parentId: number, name: string, mediaType: string): Value[] => {
    const isCollection = mediaType === '' ? 1 : 0;
    const folderCount = isCollection === 1 ? FOLDER_FILES : 0;
    const times = 1_700_000_000_000;
    const place = [spaceId, parentId, name, nameKey(name), isCollection, 0, folderCount, mediaType, userId];
    return [...place, times, times, name, 1, 0, 0, 0, times];
  };
  let rows: Value[][] = [];
  let id = last ?? 0;
  let folderId = 0;
  for (let number = 0; number < count; number += 1) {
    if (number % FOLDER_FILES === 0) {
      rows.push(row(rootId, `folder ${number / FOLDER_FILES}`, ''));
      id += 1;
      folderId = id;
    }
    const { name, mediaType } = inventName(number);
    // Cameras count from the beginning again; one folder holds each name once.
    rows.push(row(folderId, name, mediaType));
    id += 1;
    if (rows.length >= ROWS_AT_ONCE) {
      await writer.insert(rows);
      rows = [];
    }
  }
  await writer.insert(rows);
  await writer.close();
}

async function sqliteRows(url: string): Promise<RowWriter> {
  const database = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 60_000 });
  const insert = database.prepare(`INSERT OR IGNORE INTO node (${COLUMNS}) VALUES (${PLACES})`);
  return {
    first: async (sql) => database.prepare(sql).get() as Record<string, number>,
    insert: async (rows) => {
      database.exec('BEGIN');
      for (const row of rows) insert.run(...row);
      database.exec('COMMIT');
    },
    close: async () => database.close(),
  };
}

async function mysqlRows(url: string): Promise<RowWriter> {
  const connection = await createConnection(url);
  return {
    first: async (sql) => ((await connection.query(sql))[0] as Record<string, number>[])[0] ?? {},
    insert: async (rows) => {
      if (rows.length > 0) await connection.query(`INSERT IGNORE INTO node (${COLUMNS}) VALUES ?`, [rows]);
    },
    close: () => connection.end(),
  };
}
