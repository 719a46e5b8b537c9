import type { FileEntry } from '../api/files.ts';
import { addressOf, router } from '../state/router.svelte.ts';
import { FolderList } from './folder-list.svelte.ts';
import { Selection } from './selection.svelte.ts';
import type { Target } from './target.ts';

export type { Target } from './target.ts';

/** The open folder: what is in it, what is chosen, where the keyboard is. */
class Explorer {
  /** Of the open folder, or of the one that holds the file that is viewed. */
  path = $state('/');
  /** The file that is viewed over its folder. */
  viewedPath = $state<string>();
  list = $state.raw(new FolderList('/', { sort: 'name', order: 'asc' }));
  readonly selection = new Selection(() => this.list);
  /** Position of the entry that the keyboard is at. */
  focus = $state(0);
  /** The entry whose name is being changed in its row. */
  renamingId = $state<number>();
  readonly target = $derived.by((): Target => ({
    place: 'files',
    folder: this.list.folder,
    entries: this.selection.entries,
    count: this.selection.count,
    load: () => this.selection.load(),
  }));

  /** Into a folder, or to the viewer of a file; both have addresses. */
  open(entry: FileEntry): void {
    void router.go(addressOf(entry.path));
  }

  /** Selects an entry of the open folder, scrolls to it and puts the keyboard there: after it was made, pasted, renamed. */
  async reveal(id: number): Promise<void> {
    await this.list.refresh();
    const index = this.list.indexOf(id);
    if (index < 0) return;
    this.selection.only(index);
    this.focus = index;
  }
}

export const explorer = new Explorer();
