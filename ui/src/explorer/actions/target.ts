import type { FileEntry } from '../../api/files.ts';

/** What actions work on: some entries, and the place in which they were chosen. */
export interface Target {
  readonly place: 'files' | 'trash' | 'search' | 'recent';
  /** The folder that is open; undefined where the entries come from many. */
  readonly folder: FileEntry | undefined;
  /** How many are chosen. */
  readonly count: number;
  /** Those of them that are loaded: all, unless they are "all but some" of a folder too long to be loaded. */
  readonly known: readonly FileEntry[];
  /** All of them. Throws `Problem`. */
  entries(): Promise<readonly FileEntry[]>;
  /** Where they are shown. */
  readonly view: EntriesView | undefined;
}

/** What a list of entries does for the actions on them. */
export interface EntriesView {
  /** Shows a `<NameEditor>` in place of its name; missing where a list cannot. */
  beginRename?(entry: FileEntry): void;
  selectAll(): void;
  clear(): void;
  /** Selects what has these names as soon as it is there, and scrolls to it. */
  reveal(names: readonly string[]): void;
  /** Takes these out at once, before the server has; what is returned puts back those that are still there. */
  hide(ids: ReadonlySet<number>): () => void;
  /** Missing where there is no details pane. */
  toggleDetails?(): void;
}
