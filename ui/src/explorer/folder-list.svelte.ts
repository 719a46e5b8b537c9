import type { FileEntry, SortKey, SortOrder } from '../api/files.ts';

export interface Sorting {
  readonly sort: SortKey;
  readonly order: SortOrder;
}

/** What is in a folder, by position; asked for in parts as they come into view. */
export class FolderList {
  readonly path: string;
  sorting = $state.raw<Sorting>({ sort: 'name', order: 'asc' });
  /** The folder itself; undefined until the first answer. */
  folder = $state.raw<FileEntry>();
  /** Why it could not be loaded. */
  error = $state.raw<unknown>();
  count = $state(0);

  constructor(path: string, sorting: Sorting) {
    this.path = path;
    this.sorting = sorting;
  }

  /** Undefined where it was not asked for yet. */
  at(_index: number): FileEntry | undefined {
    return undefined;
  }

  /** Its position as far as it is known, else -1. */
  indexOf(_id: number): number {
    return -1;
  }

  /** The entries from `first` up to, not including, `end`; asks for those that are missing. Throws `Problem`. */
  slice(_first: number, _end: number): Promise<readonly FileEntry[]> {
    return Promise.resolve([]);
  }

  /** Asks anew for what is in view, and forgets the rest. */
  async refresh(): Promise<void> {
    await this.slice(0, 1);
  }
}
