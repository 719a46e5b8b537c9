import type { FileEntry } from '../api/files.ts';

/** What the actions work on: some entries, and the place in which they were chosen. */
export interface Target {
  readonly place: 'files' | 'trash' | 'search' | 'recent';
  /** The folder that is open; undefined where the entries come from many. */
  readonly folder: FileEntry | undefined;
  readonly entries: readonly FileEntry[];
}
