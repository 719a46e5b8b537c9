import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredFile, StoredFileKind } from '../../core/ports/stored-file.ts';
import { errnoOf } from './files.ts';
import { ASIDE_FOLDER, FOLDERS, blobOfLinkMark, blobOfPartial, isId, isOwnFile } from './layout.ts';

/** What file systems and their tools put into the root of a disk. */
const OF_THE_SYSTEM = new Set(['lost+found', 'System Volume Information', '.Trashes', '.fseventsd', '.Spotlight-V100']);
const OWN_FOLDERS: ReadonlySet<string> = new Set([...FOLDERS, ASIDE_FOLDER]);
const TWO_DIGITS = /^[0-9a-f]{2}$/;

export interface Listing {
  root: string;
  isInUse: (kind: StoredFileKind, id: string) => boolean;
  signal: AbortSignal;
}

/** Everything that lies on a disk, one folder in memory at a time. What goes while it is listed is left out. */
export async function* listContents(listing: Listing): AsyncGenerator<StoredFile, void> {
  for (const entry of await entriesOf(listing.root)) {
    const isOwn = OWN_FOLDERS.has(entry.name) || isOwnFile(entry.name) || OF_THE_SYSTEM.has(entry.name);
    if (!isOwn) yield* told(listing, entry.name, 'foreign');
  }
  yield* flat(listing, 'tmp', 'temporary');
  yield* flat(listing, 'packs', 'pack');
  yield* flat(listing, ASIDE_FOLDER, 'aside');
  for (const outer of await entriesOf(join(listing.root, 'blobs'))) yield* blobsIn(listing, outer);
}

/** Whether blobs or packs lie there, be they of use to anybody or not. */
export async function holdsContent(root: string): Promise<boolean> {
  const { signal } = new AbortController();
  for await (const { kind } of listContents({ root, isInUse: () => false, signal })) {
    if (kind === 'blob' || kind === 'pack' || kind === 'partial' || kind === 'aside') return true;
  }
  return false;
}

async function* blobsIn(listing: Listing, outer: Dirent): AsyncGenerator<StoredFile, void> {
  const folder = join('blobs', outer.name);
  if (!isBucket(outer)) return yield* told(listing, folder, 'foreign');
  for (const inner of await entriesOf(join(listing.root, folder))) {
    listing.signal.throwIfAborted();
    const path = join(folder, inner.name);
    if (!isBucket(inner)) yield* told(listing, path, 'foreign');
    else yield* flat(listing, path, 'blob', outer.name + inner.name);
  }
}

function isBucket(entry: Dirent): boolean {
  return entry.isDirectory() && TWO_DIGITS.test(entry.name);
}

/** The files of one folder; those whose names are not ids that begin with `prefix` are foreign. */
async function* flat(
  listing: Listing,
  folder: string,
  kind: StoredFileKind,
  prefix = '',
): AsyncGenerator<StoredFile, void> {
  for (const entry of await entriesOf(join(listing.root, folder))) {
    listing.signal.throwIfAborted();
    if (kind === 'temporary' && blobOfLinkMark(entry.name) !== undefined) continue;
    const partialId = kind === 'temporary' && entry.isFile() ? blobOfPartial(entry.name) : undefined;
    if (partialId !== undefined) {
      yield* told(listing, join(folder, entry.name), 'partial', partialId);
      continue;
    }
    const isOurs = entry.isFile() && isId(entry.name) && entry.name.startsWith(prefix);
    yield* told(listing, join(folder, entry.name), isOurs ? kind : 'foreign');
  }
}

async function* told(
  listing: Listing,
  path: string,
  kind: StoredFileKind,
  id = kind === 'foreign' ? '' : path.slice(-32),
): AsyncGenerator<StoredFile, void> {
  const isInUse = listing.isInUse(kind, id);
  try {
    const { size: sizeBytes, ctimeMs: changedAtMs } = await lstat(join(listing.root, path));
    yield { kind, path, id, sizeBytes, changedAtMs, isInUse };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
