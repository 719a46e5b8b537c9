import type { FileEntry } from '../api/files.ts';

/**
 * The files that next and previous go through, in the order of the list in which one of them was opened: a folder's
 * (`folder-series.ts`), or those that a search found (`list-series.ts`). Nothing says that all of them are loaded.
 */
export interface Series {
  /** How many files; folders are none of them. */
  count(): Promise<number>;
  /** Counted from 0; undefined when it is none of them. */
  positionOf(entry: FileEntry): Promise<number | undefined>;
  /** Undefined behind the end. */
  entryAt(position: number): Promise<FileEntry | undefined>;
  /** One of them is gone. */
  forget(entry: FileEntry): void;
  /** One of them has another name or content now. */
  update(entry: FileEntry): void;
}
