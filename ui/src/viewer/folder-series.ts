import { listFilesFrom, positionInFolder } from '../api/contents.ts';
import type { FileEntry, SortKey, SortOrder } from '../api/files.ts';
import type { Series } from './series.ts';

const PAGE_LENGTH = 200;

/**
 * The files of a folder in the order of a view, a page at a time: there may be a hundred thousand. What changes in the
 * folder meanwhile is seen when the pages are read anew, with the next file that is opened from there.
 */
export class FolderSeries implements Series {
  readonly #view: { readonly path: string; readonly sort: SortKey; readonly order: SortOrder };
  readonly #pages = new Map<number, Promise<readonly FileEntry[]>>();
  #totalCount = 0;

  constructor(view: { path: string; sort: SortKey; order: SortOrder }) {
    this.#view = view;
  }

  async count(): Promise<number> {
    if (this.#pages.size === 0) await this.#page(0);
    return this.#totalCount;
  }

  async positionOf({ id }: FileEntry): Promise<number | undefined> {
    return positionInFolder(id, this.#view);
  }

  async entryAt(position: number): Promise<FileEntry | undefined> {
    if (position < 0) return undefined;
    const page = await this.#page(Math.floor(position / PAGE_LENGTH));
    return page[position % PAGE_LENGTH];
  }

  forget(): void {
    this.#pages.clear();
  }

  update(): void {
    this.#pages.clear();
  }

  #page(index: number): Promise<readonly FileEntry[]> {
    const known = this.#pages.get(index);
    if (known) return known;
    const page = listFilesFrom(index * PAGE_LENGTH, this.#view, PAGE_LENGTH).then((answer) => {
      this.#totalCount = answer.totalCount;
      return answer.items;
    });
    this.#pages.set(index, page);
    // One that could not be had is asked for again.
    page.catch(() => this.#pages.get(index) === page && this.#pages.delete(index));
    return page;
  }
}
