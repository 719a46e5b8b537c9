import { readBeginning } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';
import { decodeText } from '../../lib/decode-text.ts';

const SHOWN_BYTES = 16 * 1024 * 1024;
const ROWS_AT_ONCE = 200;

/** The rows of a file of comma or tab separated values. */
export class TableDocument {
  head = $state.raw<readonly string[]>();
  error = $state.raw<unknown>();
  isCut = $state(false);
  #rows = $state.raw<readonly string[][]>([]);
  #shown = $state(ROWS_AT_ONCE);

  rows = $derived(this.#rows.slice(0, this.#shown));
  count = $derived(this.#rows.length);
  hasMore = $derived(this.#shown < this.#rows.length);

  more(): void {
    this.#shown += ROWS_AT_ONCE;
  }

  async load(entry: FileEntry): Promise<void> {
    this.error = undefined;
    try {
      const [bytes, { default: papa }] = await Promise.all([readBeginning(entry, SHOWN_BYTES), import('papaparse')]);
      this.isCut = entry.sizeBytes > SHOWN_BYTES;
      const { data } = papa.parse<string[]>(decodeText(bytes).text.replace(/^\u{FEFF}/u, ''), { skipEmptyLines: true });
      // Where the beginning ends, a row may be cut in two.
      const [head = [], ...rows] = this.isCut ? data.slice(0, -1) : data;
      this.#rows = rows;
      this.head = head;
    } catch (error) {
      this.error = error;
    }
  }
}
