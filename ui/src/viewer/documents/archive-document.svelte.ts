import { unzip, type ZipEntry } from 'unzipit';
import { readRange } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';
import { saveBlob } from '../../lib/save-blob.ts';
import { t } from '../../lib/messages.svelte.ts';
import { tell, tellProblem } from '../../state/toasts.ts';

const LINES_AT_ONCE = 300;
/** What is taken out of an archive is held whole for a moment. */
const TAKEN_OUT_BYTES = 256 * 1024 * 1024;

/** What an archive holds: read from its end, without the bytes of what is in it. */
export class ArchiveDocument {
  isLoaded = $state(false);
  error = $state.raw<unknown>();
  wanted = $state('');
  takenOut = $state<string>();
  #entries = $state.raw<readonly ZipEntry[]>([]);
  #shown = $state(LINES_AT_ONCE);

  #found = $derived.by(() => {
    const part = this.wanted.toLowerCase();
    return part === '' ? this.#entries : this.#entries.filter(({ name }) => name.toLowerCase().includes(part));
  });
  entries = $derived(this.#found.slice(0, this.#shown));
  count = $derived(this.#entries.filter(({ isDirectory }) => !isDirectory).length);
  sizeBytes = $derived(this.#entries.reduce((sum, { size }) => sum + size, 0));
  hasMore = $derived(this.#shown < this.#found.length);

  more(): void {
    this.#shown += LINES_AT_ONCE;
  }

  async load(entry: FileEntry): Promise<void> {
    this.error = undefined;
    try {
      const { entries } = await unzip({
        getLength: () => Promise.resolve(entry.sizeBytes),
        read: (offset, length) => readRange(entry, offset, length) as Promise<Uint8Array<ArrayBuffer>>,
      });
      this.#entries = Object.values(entries);
      this.isLoaded = true;
    } catch (error) {
      this.error = error;
    }
  }

  /** Saves one file of the archive to this device. */
  async takeOut(entry: ZipEntry): Promise<void> {
    this.takenOut = entry.name;
    try {
      saveBlob(await entry.blob(), entry.name.split('/').at(-1) ?? entry.name);
    } catch (error) {
      if (error instanceof Error && /encrypted/i.test(error.message)) tell(t('viewer.encrypted'));
      else tellProblem(error);
    } finally {
      this.takenOut = undefined;
    }
  }
}

/** An archive may say of a file that it is small, and take much to hold it. */
export function canTakeOut({ size, compressedSize }: ZipEntry): boolean {
  return Math.max(size, compressedSize) <= TAKEN_OUT_BYTES;
}
