import type { Schemas } from '../api/schemas.ts';
import { nameIn, parentOf } from '../lib/paths.ts';
import { nameKey } from './names.ts';
import { isOpen, type Batch, type UploadItem } from './upload-item.ts';

type UnfinishedUpload = Schemas['Upload'];

/** What this browser remembers of a batch that is under way. */
export interface BatchRecord extends Pick<Batch, 'id' | 'folder' | 'names'> {
  readonly user: string;
  readonly hasFolders: boolean;
  readonly total: number;
  readonly done: number;
  /** Where uploads in pieces go on. */
  readonly locations: readonly string[];
}

/** A batch that was cut off when the page was closed. */
export interface Interrupted extends Omit<BatchRecord, 'user' | 'locations'> {
  /** What the server has of it. */
  readonly uploads: readonly UnfinishedUpload[];
}

/** What nobody of this browser began, and nothing came of for so long, waits for somebody to go on with it. */
const IDLE_MS = 10 * 60_000;

export function recordsOf(items: readonly UploadItem[], user: string): BatchRecord[] {
  const records = new Map<
    string,
    BatchRecord & { total: number; done: number; locations: string[]; isLeft: boolean }
  >();
  for (const item of items) {
    const { id, folder, names } = item.batch;
    let record = records.get(id);
    if (record === undefined) {
      const hasFolders = item.file === undefined || item.folder !== folder;
      record = { id, user, folder, names, hasFolders, total: 0, done: 0, locations: [], isLeft: false };
      records.set(id, record);
    }
    if (item.folder !== folder) Object.assign(record, { hasFolders: true });
    if (item.state === 'done' || isOpen(item)) record.total += 1;
    if (item.state === 'done') record.done += 1;
    if (item.location !== undefined && (isOpen(item) || item.state === 'failed')) record.locations.push(item.location);
    record.isLeft ||= isOpen(item);
  }
  return [...records.values()]
    .filter(({ isLeft, locations }) => isLeft || locations.length > 0)
    .map(({ isLeft: _, ...record }) => record);
}

/** What can be gone on with, of what is remembered here and what the server has. `busy`: what other tabs send. */
export function interruptedOf(
  records: readonly BatchRecord[],
  uploads: readonly UnfinishedUpload[],
  { busy, nowMs }: { readonly busy: ReadonlySet<string>; readonly nowMs: number },
): Interrupted[] {
  const known = new Set(records.flatMap(({ locations }) => locations));
  const byLocation = new Map(uploads.map((upload) => [upload.location, upload]));
  const remembered = records
    .filter(({ id }) => !busy.has(id))
    .map(({ user: _, locations, ...record }) => ({
      ...record,
      uploads: locations.flatMap((location) => byLocation.get(location) ?? []),
    }))
    // Nothing came of a single file: there is nothing to go on with.
    .filter(({ total, uploads: left }) => total > 1 || left.length > 0);
  const others = uploads
    .filter(({ location, touchedAt }) => !known.has(location) && nowMs - Date.parse(touchedAt) > IDLE_MS)
    .flatMap((upload) => (upload.path === undefined ? [] : [alone(upload, upload.path)]));
  return [...remembered, ...others];
}

function alone(upload: UnfinishedUpload, path: string): Interrupted {
  return {
    id: upload.id,
    folder: parentOf(path),
    names: [nameIn(path)],
    hasFolders: false,
    total: 1,
    done: 0,
    uploads: [upload],
  };
}

export function batchIdsOf(items: readonly UploadItem[]): ReadonlySet<string> {
  return new Set(items.map(({ batch }) => batch.id));
}

/** Whether the same things are brought to the same folder. */
export function isAgain(
  one: Pick<Batch, 'folder' | 'names'>,
  { folder, names }: Pick<Batch, 'folder' | 'names'>,
): boolean {
  const brought = new Set(names.map(nameKey));
  return (
    one.folder === folder && one.names.length === brought.size && one.names.every((name) => brought.has(nameKey(name)))
  );
}

/** Whether this is the file that an upload was begun with, as far as one can tell without reading it. */
export function isOf(upload: UnfinishedUpload, file: Pick<File, 'size' | 'lastModified'>): boolean {
  return upload.sizeBytes === file.size && upload.metadata['modifiedAt'] === String(file.lastModified);
}
