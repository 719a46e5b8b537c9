import { getFile, type FileEntry } from '../api/files.ts';
import { parentOf } from '../lib/paths.ts';
import { addressOf, router } from '../state/router.svelte.ts';
import type { Series } from './series.ts';

/**
 * What is opened in the viewer. A file's address is its path (`/files/a/b.jpg`), and the page of its folder shows
 * `<ViewerHost>` there, over the folder. A click opens a file by `open`, and the address follows; at an address that
 * somebody typed the host finds the file. Next and previous replace the address, so that Back closes the viewer however
 * far one has gone in it.
 */
class Viewing {
  /** The file that is shown, or was shown last. */
  entry = $state.raw<FileEntry>();
  /** Undefined where nobody said what is beside the file. */
  series = $state.raw<Series>();
  /** Closing it goes back to the place where it was opened. */
  #isOpenedHere = false;

  async open(entry: FileEntry, series?: Series): Promise<void> {
    this.entry = entry;
    this.series = series;
    this.#isOpenedHere = true;
    await router.go(addressOf(entry.path));
  }

  /** The file at a path: the one that was opened, or as the server has it. Throws `Problem`. */
  async find(path: string): Promise<FileEntry> {
    if (this.entry?.path === path) return this.entry;
    const entry = await getFile(path);
    this.entry = entry;
    this.series = undefined;
    this.#isOpenedHere = false;
    return entry;
  }

  async goTo(entry: FileEntry): Promise<void> {
    this.entry = entry;
    await router.go(addressOf(entry.path), { isReplacing: true });
  }

  async close(): Promise<void> {
    const { entry } = this;
    this.entry = undefined;
    if (this.#isOpenedHere) {
      this.#isOpenedHere = false;
      history.back();
      return;
    }
    await router.go(addressOf(parentOf(entry?.path ?? '/')), { isReplacing: true });
  }
}

export const viewing = new Viewing();
