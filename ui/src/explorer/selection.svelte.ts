import type { FileEntry } from '../api/files.ts';
import type { FolderList } from './folder-list.svelte.ts';

/** The chosen entries of a folder: some, or all but some. */
export class Selection {
  readonly #list: () => FolderList;

  constructor(list: () => FolderList) {
    this.#list = list;
  }

  /** Those that are known. */
  get entries(): readonly FileEntry[] {
    return [];
  }

  get count(): number {
    return 0;
  }

  has(_id: number): boolean {
    return false;
  }

  clear(): void {
    this.#list();
  }

  /** This one and no other. */
  only(_index: number): void {
    this.#list();
  }

  all(): void {
    this.#list();
  }

  /** All of them. */
  load(): Promise<readonly FileEntry[]> {
    return this.#list().slice(0, 0);
  }
}
