import { factsFor, type MediaFacts, type MediaKind } from '../../core/media/facts.ts';
import type { MediaContent, MediaEntry, MediaMember, MediaState } from '../../core/ports/media-library.ts';
import { KINDS, type Selection } from './media-query.ts';
import type { RawRow, Read } from './read.ts';

const AUDIO = 2;

/** Of entries `e`, facts `f` and the folders `p` that they are in. */
const COLUMNS = `e.node_id, e.parent_id, e.kind, e.name, e.title, e.year, e.added_at_ms, e.modified_at_ms, e.blob_id,
  e.size_bytes, e.media_type, e.subtitles_id, e.cover_id, CASE WHEN e.kind <= ${AUDIO} THEN p.cover_id END, f.facts,
  CASE WHEN e.kind = 0 THEN (SELECT COUNT(*) FROM media_entry c WHERE c.parent_id = e.node_id) ELSE 0 END,
  e.update_id, e.is_read`;
const COLUMN_COUNT = 18;

function decodeEntry(row: RawRow): MediaEntry {
  const kind = KINDS[row[2] as number] ?? 'folder';
  const isFolder = kind === 'folder';
  return {
    nodeId: row[0] as number,
    parentId: row[1] as number,
    kind,
    name: row[3] as string,
    title: row[4] as string,
    year: (row[5] as number | null) ?? undefined,
    addedAtMs: row[6] as number,
    modifiedAtMs: row[7] as number,
    content: isFolder ? undefined : decodeContent(row),
    folderCoverId: isFolder ? ((row[12] as number | null) ?? undefined) : undefined,
    facts: factsFor(kind, row[14] === null ? undefined : (JSON.parse(row[14] as string) as MediaFacts)),
    childCount: Number(row[15]),
    updateId: isFolder ? (row[16] as number) : 0,
    isRead: row[17] === 1,
  };
}

function decodeContent(row: RawRow): MediaContent {
  return {
    blobId: row[8] as string,
    sizeBytes: row[9] as number,
    mediaType: row[10] as string,
    subtitlesId: (row[11] as number | null) ?? undefined,
    coverId: (row[12] as number | null) ?? (row[13] as number | null) ?? undefined,
  };
}

/** With every page comes how many there are; a page that is empty has one row for that alone. */
export interface ListedEntry {
  readonly total: number;
  readonly entry: MediaEntry | undefined;
}

/**
 * Takes what `prefix` takes, what `where` takes twice, then limit and offset. The page is found by ids alone, from an
 * index where there is one; only then are its rows read.
 */
export function pageOf({ prefix, where, order, needsFacts }: Selection): Read<ListedEntry> {
  const from = `media_entry e${needsFacts ? ' LEFT JOIN media_facts f ON f.blob_id = e.blob_id' : ''}`;
  return {
    sql: `${prefix.sql}SELECT ${COLUMNS}, t.total
      FROM (SELECT COUNT(*) AS total FROM ${from} WHERE ${where.sql}) t
      LEFT JOIN (SELECT e.node_id FROM ${from} WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?) page ON 1 = 1
      LEFT JOIN media_entry e ON e.node_id = page.node_id
      LEFT JOIN media_facts f ON f.blob_id = e.blob_id
      LEFT JOIN media_entry p ON p.node_id = e.parent_id
      ORDER BY ${order}`,
    decode: (row) => ({
      total: Number(row[COLUMN_COUNT]),
      entry: row[0] === null ? undefined : decodeEntry(row),
    }),
  };
}

/** `nodeIds`: a condition on node ids, with its placeholders */
export function entriesOf(nodeIds: string): Read<MediaEntry> {
  return {
    sql: `SELECT ${COLUMNS} FROM media_entry e
      LEFT JOIN media_facts f ON f.blob_id = e.blob_id
      LEFT JOIN media_entry p ON p.node_id = e.parent_id
      WHERE e.node_id ${nodeIds}`,
    decode: decodeEntry,
  };
}

/** kind */
export const yearsOf: Read<{ year: number | null; count: number }> = {
  sql: 'SELECT year, COUNT(*) FROM media_entry WHERE kind = ? GROUP BY year ORDER BY year DESC',
  decode: (row) => ({ year: row[0] as number | null, count: Number(row[1]) }),
};

/** Takes the kind. The name is written as in one of the pieces. */
export function groupsOf(field: 'artist' | 'album'): Read<{ name: string; count: number }> {
  const fold = `${field}_fold`;
  return {
    sql: `SELECT f.facts, g.count
      FROM (SELECT MIN(e.node_id) AS node_id, COUNT(*) AS count
        FROM media_entry e JOIN media_facts f ON f.blob_id = e.blob_id
        WHERE e.kind = ? AND f.${fold} IS NOT NULL GROUP BY f.${fold}) g
      JOIN media_entry e ON e.node_id = g.node_id
      JOIN media_facts f ON f.blob_id = e.blob_id
      ORDER BY f.${field}_key, f.${fold}`,
    decode: (row) => ({ name: (JSON.parse(row[0] as string) as MediaFacts)[field] ?? '', count: Number(row[1]) }),
  };
}

export const countsOfKinds: Read<{ kind: MediaEntry['kind']; count: number }> = {
  sql: 'SELECT kind, COUNT(*) FROM media_entry GROUP BY kind',
  decode: (row) => ({ kind: KINDS[row[0] as number] ?? 'folder', count: Number(row[1]) }),
};

export const mediaState: Read<MediaState> = {
  sql: 'SELECT update_id, rev, seq FROM media_state WHERE id = 1',
  decode: (row) => ({
    updateId: row[0] as number,
    position: row[1] === null ? undefined : { rev: row[1] as number, seq: row[2] as number },
  }),
};

/** limit */
export const unreadContents: Read<{ blobId: string; kind: MediaKind; name: string }> = {
  sql: 'SELECT blob_id, kind, name FROM media_entry WHERE is_read = 0 ORDER BY added_at_ms DESC LIMIT ?',
  decode: (row) => ({
    blobId: row[0] as string,
    kind: KINDS[row[1] as number] as MediaKind,
    name: row[2] as string,
  }),
};

/** `nodeIds`: a condition on node ids, with its placeholders */
export function bookmarksOf(nodeIds: string): Read<readonly [number, number]> {
  return {
    sql: `SELECT node_id, position_ms FROM media_bookmark WHERE node_id ${nodeIds}`,
    decode: (row) => [row[0] as number, row[1] as number],
  };
}

/** parent id, id before, limit */
export const membersOf: Read<MediaMember> = {
  sql: 'SELECT node_id, kind FROM media_entry WHERE parent_id = ? AND node_id > ? ORDER BY node_id LIMIT ?',
  decode: (row) => ({ nodeId: row[0] as number, isFolder: row[1] === 0 }),
};

/** limit */
export const strayIds: Read<number> = {
  sql: `SELECT e.node_id FROM media_entry e LEFT JOIN media_entry p ON p.node_id = e.parent_id
    WHERE e.parent_id <> 0 AND p.node_id IS NULL LIMIT ?`,
  decode: (row) => row[0] as number,
};
