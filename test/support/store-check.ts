import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xxhash128 } from 'hash-wasm';
import { openDatabase, type DatabaseReader } from './database-reader.ts';

/** Rows that should not exist, one statement each: whatever comes back is wrong. */
const NEVER: Record<string, string> = {
  'an upload is still reserved': 'SELECT upload_id, size_bytes FROM upload',
  'a user has bytes reserved': 'SELECT name, reserved_bytes FROM user WHERE reserved_bytes <> 0',
  'a job was left': 'SELECT id, kind, node_id FROM job',
  'a job left its places': 'SELECT job_id, source_id FROM copy_map',
  'a copy was left out of sight': 'SELECT id, name FROM node WHERE parent_id IN (SELECT staging_id FROM space)',
  'a node has no parent':
    'SELECT id, name, parent_id FROM node n WHERE parent_id <> 0 AND NOT EXISTS (SELECT 1 FROM node p WHERE p.id = n.parent_id AND p.is_collection = 1)',
  'a root belongs to no space':
    'SELECT id FROM node WHERE parent_id = 0 AND id NOT IN (SELECT root_id FROM space UNION SELECT trash_id FROM space UNION SELECT staging_id FROM space)',
  'a space lacks a root':
    'SELECT s.id FROM space s WHERE (SELECT COUNT(*) FROM node n WHERE n.id IN (s.root_id, s.trash_id, s.staging_id)) <> 3',
  'a node is in another space than its parent':
    'SELECT n.id, n.space_id FROM node n JOIN node p ON p.id = n.parent_id WHERE n.space_id <> p.space_id',
  'a user is charged wrongly': `SELECT u.name, u.used_bytes, owned.bytes FROM user u JOIN (
      SELECT u2.id, (SELECT COALESCE(SUM(size_bytes), 0) FROM node WHERE owner_id = u2.id AND is_collection = 0)
        + (SELECT COALESCE(SUM(v.size_bytes), 0) FROM version v JOIN node n ON n.id = v.node_id WHERE n.owner_id = u2.id)
        AS bytes FROM user u2) owned ON owned.id = u.id WHERE u.used_bytes <> owned.bytes`,
  'a collection has wrong totals': `SELECT c.id, c.name, c.size_bytes, c.node_count, below.bytes, below.nodes FROM node c JOIN (
      SELECT p.id, COALESCE(SUM(n.size_bytes), 0) AS bytes, COALESCE(SUM(n.node_count + 1), 0) AS nodes
        FROM node p LEFT JOIN node n ON n.parent_id = p.id WHERE p.is_collection = 1 GROUP BY p.id) below ON below.id = c.id
    WHERE (c.size_bytes <> below.bytes OR c.node_count <> below.nodes)
      AND c.id NOT IN (SELECT trash_id FROM space UNION SELECT staging_id FROM space)`,
  'a file holds more or less than its blob': `SELECT n.id, n.name, n.size_bytes, b.size_bytes AS blob_bytes FROM node n
    LEFT JOIN blob_object b ON b.blob_id = n.blob_id
    WHERE n.is_collection = 0 AND n.size_bytes <> COALESCE(b.size_bytes, 0)`,
  'a collection has content': 'SELECT id, name FROM node WHERE is_collection = 1 AND blob_id IS NOT NULL',
  'a file is said to hold others': 'SELECT id, name FROM node WHERE is_collection = 0 AND node_count <> 0',
  'a blob that is referred to is not known': `SELECT blob_id FROM (SELECT blob_id FROM node WHERE blob_id IS NOT NULL
      UNION SELECT blob_id FROM version) referred WHERE blob_id NOT IN (SELECT blob_id FROM blob_object WHERE state IN ('live', 'loose'))`,
  'a live blob that nothing refers to': `SELECT blob_id FROM blob_object WHERE state = 'live'
    AND blob_id NOT IN (SELECT blob_id FROM node WHERE blob_id IS NOT NULL UNION SELECT blob_id FROM version)`,
  'a blob has no copy': 'SELECT blob_id FROM blob_object WHERE blob_id NOT IN (SELECT blob_id FROM blob_copy)',
  'a copy is of no blob': 'SELECT blob_id FROM blob_copy WHERE blob_id NOT IN (SELECT blob_id FROM blob_object)',
  'a copy has another length than its blob':
    'SELECT blob_id FROM blob_copy JOIN blob_object USING (blob_id) WHERE length_bytes <> size_bytes',
  'a copy is in an unknown pack':
    'SELECT blob_id, pack_id FROM blob_copy WHERE pack_id IS NOT NULL AND pack_id NOT IN (SELECT id FROM pack)',
  'a pack counts its live bytes wrongly': `SELECT p.id, p.live_bytes, SUM(c.length_bytes) AS bytes FROM pack p
    LEFT JOIN blob_copy c ON c.pack_id = p.id GROUP BY p.id HAVING p.live_bytes <> COALESCE(SUM(c.length_bytes), 0)`,
  'a disk counts its blobs wrongly': `SELECT d.id, d.blob_count, d.blob_bytes, COUNT(c.blob_id) AS blobs FROM disk d
    LEFT JOIN blob_copy c ON c.disk_id = d.id GROUP BY d.id
    HAVING d.blob_count <> COUNT(c.blob_id) OR d.blob_bytes <> COALESCE(SUM(c.length_bytes), 0)`,
  'a node counts its properties wrongly': `SELECT n.id, n.property_count, COUNT(p.node_id) AS properties FROM node n
    LEFT JOIN property p ON p.node_id = n.id GROUP BY n.id HAVING n.property_count <> COUNT(p.node_id)`,
  'trash is not in the trash': `SELECT t.node_id FROM trash t LEFT JOIN node n ON n.id = t.node_id
    LEFT JOIN space s ON s.trash_id = n.parent_id WHERE s.id IS NULL`,
  'something in the trash cannot be found there': `SELECT id, name FROM node
    WHERE parent_id IN (SELECT trash_id FROM space) AND id NOT IN (SELECT node_id FROM trash)`,
  'an unwritten file has no lock':
    'SELECT id, name FROM node WHERE unwritten = 1 AND id NOT IN (SELECT node_id FROM dav_lock)',
  'a change is newer than its space': `SELECT c.space_id, c.rev FROM change_log c JOIN space s ON s.id = c.space_id
    WHERE c.rev > s.rev`,
  ...hangingRows(['property', 'dav_lock', 'version', 'trash', 'policy', 'share', 'link', 'playback_position']),
};

function hangingRows(tables: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    tables.map((table) => [
      `a ${table} hangs on no node`,
      `SELECT node_id FROM ${table} WHERE node_id NOT IN (SELECT id FROM node)`,
    ]),
  );
}

const COPIES = `SELECT c.blob_id AS blobId, c.offset_bytes AS offsetBytes, c.length_bytes AS sizeBytes, b.checksum,
    p.name AS packName, d.path AS disk
  FROM blob_copy c JOIN blob_object b USING (blob_id) JOIN disk d ON d.id = c.disk_id LEFT JOIN pack p ON p.id = c.pack_id`;

interface Copy {
  blobId: string;
  offsetBytes: number;
  sizeBytes: number;
  checksum: string;
  packName: string | null;
  disk: string;
}

/**
 * Compares the database of a server that does not run with itself and with what lies on the disks, byte by byte.
 * Gives everything that is wrong, and nothing when all is well.
 */
export async function checkStore(databaseUrl: string): Promise<string[]> {
  await using database = await openDatabase(databaseUrl);
  const wrong = await checkItself(database);
  const copies = (await database.all(COPIES)) as unknown as Copy[];
  const packs = await database.all('SELECT d.path AS disk, p.name FROM pack p JOIN disk d ON d.id = p.disk_id');
  for (const { path } of await database.all('SELECT path FROM disk')) {
    const onDisk = copies.filter(({ disk }) => disk === path);
    const packNames = packs.filter(({ disk }) => disk === path).map(({ name }) => String(name));
    wrong.push(...(await checkFiles(String(path), onDisk, packNames)), ...(await checkBytes(String(path), onDisk)));
  }
  return wrong;
}

async function checkItself(database: DatabaseReader): Promise<string[]> {
  const wrong = (await database.damage()).map((line) => `database: ${line}`);
  for (const [what, sql] of Object.entries(NEVER)) {
    for (const row of (await database.all(sql)).slice(0, 5)) wrong.push(`${what}: ${JSON.stringify(row)}`);
  }
  return wrong;
}

/** Nothing lies on the disk that the database does not know; `tmp` is empty. */
async function checkFiles(disk: string, copies: readonly Copy[], packNames: readonly string[]): Promise<string[]> {
  const known = new Set([
    ...copies.filter(({ packName }) => packName === null).map(({ blobId }) => blobPath(blobId)),
    ...packNames.map((name) => join('packs', name)),
  ]);
  const found: string[] = [];
  for (const folder of ['tmp', 'blobs', 'packs']) {
    const entries = await readdir(join(disk, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    found.push(...files.map((entry) => join(entry.parentPath, entry.name).slice(disk.length + 1)));
  }
  return found.filter((path) => !known.has(path)).map((path) => `${path} is on the disk, and nothing knows it`);
}

/** Every copy is where the database says, with the bytes that were stored. */
async function checkBytes(disk: string, copies: readonly Copy[]): Promise<string[]> {
  const wrong: string[] = [];
  const byFile = Map.groupBy(copies, ({ blobId, packName }) =>
    packName === null ? blobPath(blobId) : join('packs', packName),
  );
  for (const [path, inFile] of byFile) {
    if (!existsSync(join(disk, path))) {
      wrong.push(`${path} is missing`);
      continue;
    }
    const bytes = await readFile(join(disk, path));
    for (const { blobId, offsetBytes, sizeBytes, checksum, packName } of inFile) {
      const content = bytes.subarray(offsetBytes, packName === null ? undefined : offsetBytes + sizeBytes);
      if (content.length !== sizeBytes) wrong.push(`${path}: ${blobId} has ${content.length} bytes, not ${sizeBytes}`);
      else if ((await xxhash128(content)) !== checksum) wrong.push(`${path}: ${blobId} is not what was stored`);
    }
  }
  return wrong;
}

function blobPath(blobId: string): string {
  return join('blobs', blobId.slice(0, 2), blobId.slice(2, 4), blobId);
}
