import { readBeginning, saveContent } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';
import { isProblem } from '../../api/problem.ts';
import { decodeText } from '../../lib/decode-text.ts';
import { t } from '../../lib/messages.svelte.ts';
import { confirmation } from '../../state/confirm.svelte.ts';
import { tell, tellProblem } from '../../state/toasts.ts';

/** Of a longer text the beginning is shown, and it cannot be changed. */
const SHOWN_BYTES = 4 * 1024 * 1024;

/** A text as it is read, and written back. */
export class TextDocument {
  text = $state.raw<string>();
  error = $state.raw<unknown>();
  /** Only its beginning is there. */
  isCut = $state(false);
  isChanged = $state(false);
  isSaving = $state(false);
  entry = $state.raw<FileEntry>();
  #isUtf8 = false;

  get isEditable(): boolean {
    return this.entry?.rights.write === true && this.#isUtf8 && !this.isCut;
  }

  async load(entry: FileEntry): Promise<void> {
    this.error = undefined;
    try {
      const bytes = await readBeginning(entry, SHOWN_BYTES);
      const { text, isUtf8 } = decodeText(bytes);
      this.#isUtf8 = isUtf8;
      this.isCut = entry.sizeBytes > SHOWN_BYTES;
      this.entry = entry;
      this.text = text;
      this.isChanged = false;
    } catch (error) {
      this.error = error;
    }
  }

  /** Only over what was read; when somebody else saved meanwhile it asks whose is to be kept. Old contents are versions. */
  async save(text: string): Promise<void> {
    const { entry } = this;
    if (entry === undefined || this.isSaving) return;
    this.isSaving = true;
    try {
      this.entry = await this.#put(entry, text);
      this.text = text;
      this.isChanged = false;
      tell(t('viewer.saved'));
    } catch (error) {
      tellProblem(error);
    } finally {
      this.isSaving = false;
    }
  }

  async #put(entry: FileEntry, text: string): Promise<FileEntry> {
    try {
      return await saveContent(entry, text, { ifUnchanged: true });
    } catch (error) {
      if (!isProblem(error, 'precondition-failed')) throw error;
      const isOurs = await confirmation.ask({
        title: t('viewer.changed-meanwhile'),
        text: t('viewer.changed-meanwhile-about', { name: entry.name }),
        confirm: t('viewer.save-over'),
      });
      if (!isOurs) throw error;
      return await saveContent(entry, text, { ifUnchanged: false });
    }
  }
}
