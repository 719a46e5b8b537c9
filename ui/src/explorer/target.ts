import type { FileEntry } from '../api/files.ts';

/** What the actions work on: some entries, and the place in which they were chosen. */
export interface Target {
  readonly place: 'files' | 'trash' | 'search' | 'recent';
  /** The folder that is open; undefined where the entries come from many. */
  readonly folder: FileEntry | undefined;
  /** Those that are known; all of them, unless `count` is greater (everything in a folder of 100,000 is chosen). */
  readonly entries: readonly FileEntry[];
  readonly count: number;
  /** All of them, asked for page by page where they are not known. Throws `Problem`. */
  load(): Promise<readonly FileEntry[]>;
}

export function targetOf(place: Target['place'], folder: FileEntry | undefined, entries: readonly FileEntry[]): Target {
  return { place, folder, entries, count: entries.length, load: () => Promise.resolve(entries) };
}
