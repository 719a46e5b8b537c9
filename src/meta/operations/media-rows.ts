import type { MediaFacts } from '../../core/media/facts.ts';
import { keptText, searchTextOf, sortKeyOf } from '../../core/media/text-keys.ts';
import { titleOf } from '../../core/media/titles.ts';
import type { MediaRow } from '../../core/ports/media-library.ts';
import { kindNumber, KINDS } from '../reads/media-query.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** What stands in a row of `media_entry`, but for when it was added and its update id. */
export interface EntryRow {
  readonly nodeId: number;
  readonly parentId: number;
  readonly kind: number;
  readonly name: string;
  readonly title: string;
  readonly year: number | null;
  readonly modifiedAtMs: number;
  readonly blobId: string | null;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly subtitlesId: number | null;
  readonly coverId: number | null;
  readonly isRead: number;
}

/** In the order in which `valuesOf` gives their values. */
const COLUMNS = {
  parentId: 'parent_id',
  kind: 'kind',
  name: 'name',
  title: 'title',
  year: 'year',
  modifiedAtMs: 'modified_at_ms',
  blobId: 'blob_id',
  sizeBytes: 'size_bytes',
  mediaType: 'media_type',
  subtitlesId: 'subtitles_id',
  coverId: 'cover_id',
  isRead: 'is_read',
} as const satisfies Record<Exclude<keyof EntryRow, 'nodeId'>, string>;

const FIELDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const SELECTED = ['node_id AS nodeId', ...FIELDS.map((field) => `${COLUMNS[field]} AS ${field}`)].join(', ');
const WRITTEN = [...Object.values(COLUMNS), 'title_key', 'title_fold'];

function valuesOf(row: EntryRow): SqlValue[] {
  return [...FIELDS.map((field) => row[field]), sortKeyOf(row.title), searchTextOf(row.title)];
}

export function areSame(one: EntryRow, other: EntryRow): boolean {
  return FIELDS.every((field) => one[field] === other[field]);
}

export async function readEntries(
  tx: Transaction,
  column: 'node_id' | 'blob_id',
  values: readonly (number | string)[],
): Promise<EntryRow[]> {
  if (values.length === 0) return [];
  const wanted = tx.dialect.oneOf(values);
  const query: Query<EntryRow> = `SELECT ${SELECTED} FROM media_entry WHERE ${column} ${wanted.sql}`;
  return tx.all(query, wanted.params);
}

const UPDATE = `UPDATE media_entry SET ${WRITTEN.map((column) => `${column} = ?`).join(', ')} WHERE node_id = ?`;

export async function updateEntry(tx: Transaction, row: EntryRow): Promise<void> {
  await tx.run(UPDATE, [...valuesOf(row), row.nodeId]);
}

/** Rows in one statement: a round trip each would take most of the time. */
const ROWS_AT_ONCE = 25;
const INSERTED = ['node_id', 'added_at_ms', 'update_id', ...WRITTEN];

export async function insertEntries(
  tx: Transaction,
  entries: readonly { readonly row: EntryRow; readonly addedAtMs: number }[],
  updateId: number,
): Promise<void> {
  for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
    const some = entries.slice(at, at + ROWS_AT_ONCE);
    const values = some.map(() => `(${INSERTED.map(() => '?').join(', ')})`).join(', ');
    const params = some.flatMap(({ row, addedAtMs }) => [row.nodeId, addedAtMs, updateId, ...valuesOf(row)]);
    await tx.run(`INSERT INTO media_entry (${INSERTED.join(', ')}) VALUES ${values}`, params);
  }
}

/** What is known of a content: undefined where nobody has looked, `facts` undefined where there was nothing to see. */
export interface KnownContent {
  readonly facts: MediaFacts | undefined;
}

export async function readFacts(tx: Transaction, blobIds: readonly string[]): Promise<Map<string, KnownContent>> {
  if (blobIds.length === 0) return new Map();
  const wanted = tx.dialect.oneOf(blobIds);
  const query: Query<{ blobId: string; facts: string | null }> =
    `SELECT blob_id AS blobId, facts FROM media_facts WHERE blob_id ${wanted.sql}`;
  const rows = await tx.all(query, wanted.params);
  return new Map(rows.map(({ blobId, facts }) => [blobId, { facts: decodeFacts(facts) }]));
}

export function decodeFacts(facts: string | null): MediaFacts | undefined {
  return facts === null ? undefined : (JSON.parse(facts) as MediaFacts);
}

export function rowOf(entry: MediaRow, known: KnownContent | undefined): EntryRow {
  const { nodeId, parentId, name, modifiedAtMs, content, folderCoverId } = entry;
  return titled(
    {
      nodeId,
      parentId,
      kind: kindNumber(entry.kind),
      name,
      title: '',
      year: null,
      modifiedAtMs,
      blobId: content?.blobId ?? null,
      sizeBytes: content?.sizeBytes ?? 0,
      mediaType: content?.mediaType ?? '',
      subtitlesId: content?.subtitlesId ?? null,
      coverId: content?.coverId ?? folderCoverId ?? null,
      isRead: 0,
    },
    known,
  );
}

/** The row as it is with what is known of its content. */
export function titled(row: EntryRow, known: KnownContent | undefined): EntryRow {
  const kind = KINDS[row.kind] ?? 'folder';
  const { title, year } = titleOf({ kind, name: row.name, facts: known?.facts });
  const isRead = kind === 'folder' || known !== undefined ? 1 : 0;
  return { ...row, title: keptText(title), year: wholeNumber(year), isRead };
}

/** What content says of itself may be anything. */
export function wholeNumber(value: number | undefined): number | null {
  const rounded = Math.round(value ?? NaN);
  return Number.isSafeInteger(rounded) ? rounded : null;
}
