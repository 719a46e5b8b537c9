import { isDeepStrictEqual } from 'node:util';
import type { MediaFacts } from '../../core/media/facts.ts';
import { searchTextOf, sortKeyOf } from '../../core/media/text-keys.ts';
import type { ChangePosition } from '../../core/ports/changes.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { MediaUpdate } from '../../core/ports/media-library.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import {
  areSame,
  insertEntries,
  readEntries,
  readFacts,
  rowOf,
  titled,
  updateEntry,
  wholeNumber,
  type EntryRow,
} from './media-rows.ts';

export async function updateMediaLibrary(
  tx: Transaction,
  { put, removed, position }: OperationArgs<'updateMediaLibrary'>,
): Promise<OperationResult<'updateMediaLibrary'>> {
  const lastId = await holdState(tx);
  if (position) await notePlace(tx, position);
  // Who looks at a tree that is being moved about may come upon a node twice: what was seen last is nearer the truth.
  const wanted = new Map(put.map((entry) => [entry.nodeId, entry]));
  const known = await readFacts(
    tx,
    put.flatMap(({ content }) => content?.blobId ?? []),
  );
  const rows = [...wanted.values()].map((entry) => ({
    row: rowOf(entry, known.get(entry.content?.blobId ?? '')),
    addedAtMs: entry.addedAtMs,
  }));
  const there = await readEntries(tx, 'node_id', [...wanted.keys(), ...removed]);
  const before = new Map(there.map((row) => [row.nodeId, row]));
  const gone = removed.flatMap((id) => (wanted.has(id) ? [] : (before.get(id) ?? [])));
  const changed = rows.flatMap(({ row }) => {
    const old = before.get(row.nodeId);
    return old && !areSame(old, row) ? [{ old, row }] : [];
  });
  const fresh = rows.filter(({ row }) => !before.has(row.nodeId));

  await removeEntries(
    tx,
    gone.map(({ nodeId }) => nodeId),
  );
  for (const { row } of changed) await updateEntry(tx, row);
  await insertEntries(tx, fresh, lastId + 1);
  const folders = [
    ...gone.map(({ parentId }) => parentId),
    ...fresh.map(({ row }) => row.parentId),
    ...changed.flatMap(({ old, row }) => [old.parentId, row.parentId, ...inFolderOf(old, row)]),
  ];
  return raise(tx, lastId, folders);
}

/** What stands for a folder stands for what is in it, too. */
function inFolderOf(old: EntryRow, row: EntryRow): number[] {
  return row.kind === 0 && old.coverId !== row.coverId ? [row.nodeId] : [];
}

export async function recordMediaFacts(
  tx: Transaction,
  { blobId, facts, nowMs }: OperationArgs<'recordMediaFacts'>,
): Promise<OperationResult<'recordMediaFacts'>> {
  const lastId = await holdState(tx);
  const blob = await tx.get('SELECT 1 AS found FROM blob_object WHERE blob_id = ?', [blobId]);
  const before = (await readFacts(tx, [blobId])).get(blobId);
  // As they are when they are read again.
  const kept = facts && (JSON.parse(JSON.stringify(facts)) as MediaFacts);
  if (blob === undefined || (before && isDeepStrictEqual(before.facts, kept))) return { updateId: lastId, folders: [] };

  await tx.run('DELETE FROM media_facts WHERE blob_id = ?', [blobId]);
  await tx.run(
    `INSERT INTO media_facts (blob_id, facts, duration_ms, track, artist_key, artist_fold, album_key, album_fold,
       genre_fold, read_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [blobId, ...factValues(kept), nowMs],
  );
  const rows = await readEntries(tx, 'blob_id', [blobId]);
  for (const row of rows) await updateEntry(tx, titled(row, { facts }));
  return raise(
    tx,
    lastId,
    rows.map(({ parentId }) => parentId),
  );
}

function factValues(facts: MediaFacts | undefined): SqlValue[] {
  if (facts === undefined) return [null, null, null, null, null, null, null, null];
  const { durationMs, track, artist, album, genre } = facts;
  const key = (value: string | undefined): SqlValue => (value === undefined ? null : sortKeyOf(value));
  const fold = (value: string | undefined): SqlValue => (value === undefined ? null : searchTextOf(value));
  const numbers = [wholeNumber(durationMs), wholeNumber(track)];
  return [JSON.stringify(facts), ...numbers, key(artist), fold(artist), key(album), fold(album), fold(genre)];
}

export async function noteBookmark(
  tx: Transaction,
  { nodeId, positionMs }: OperationArgs<'noteBookmark'>,
): Promise<void> {
  await tx.run('DELETE FROM media_bookmark WHERE node_id = ?', [nodeId]);
  const [entry] = positionMs === 0 ? [] : await readEntries(tx, 'node_id', [nodeId]);
  if (entry === undefined) return;
  await tx.run('INSERT INTO media_bookmark (node_id, position_ms) VALUES (?, ?)', [nodeId, positionMs]);
}

const STATE = 'SELECT update_id AS updateId FROM media_state WHERE id = 1' as Query<{ updateId: number }>;

/** The library's update id. On engines with several writers this row is what keeps those of the library apart. */
async function holdState(tx: Transaction): Promise<number> {
  const { changes } = await tx.run('UPDATE media_state SET update_id = update_id WHERE id = 1');
  if (changes === 0) await tx.run('INSERT INTO media_state (id, update_id) VALUES (1, 0)');
  return (await tx.get(STATE))?.updateId ?? 0;
}

async function notePlace(tx: Transaction, { rev, seq }: ChangePosition): Promise<void> {
  await tx.run('UPDATE media_state SET rev = ?, seq = ? WHERE id = 1', [rev, seq]);
}

async function removeEntries(tx: Transaction, nodeIds: readonly number[]): Promise<void> {
  if (nodeIds.length === 0) return;
  const ids = tx.dialect.oneOf(nodeIds);
  await tx.run(`DELETE FROM media_entry WHERE node_id ${ids.sql}`, ids.params);
}

/** Gives the library and the folders that are there a new update id, if anything in any of them is another. */
async function raise(tx: Transaction, lastId: number, folderIds: readonly number[]): Promise<MediaUpdate> {
  if (folderIds.length === 0) return { updateId: lastId, folders: [] };
  const updateId = lastId + 1;
  await tx.run('UPDATE media_state SET update_id = ? WHERE id = 1', [updateId]);
  const ids = tx.dialect.oneOf([...new Set(folderIds)].sort((a, b) => a - b));
  await tx.run(`UPDATE media_entry SET update_id = ? WHERE kind = 0 AND node_id ${ids.sql}`, [updateId, ...ids.params]);
  const query: Query<{ nodeId: number }> =
    `SELECT node_id AS nodeId FROM media_entry WHERE kind = 0 AND node_id ${ids.sql} ORDER BY node_id`;
  const there = await tx.all(query, ids.params);
  return { updateId, folders: there.map(({ nodeId }) => ({ nodeId, updateId })) };
}
