import { readBeginning, saveContent } from '../../api/contents.ts';
import { getFileById, type FileEntry } from '../../api/files.ts';
import { keepsVersions } from '../../api/kept-versions.ts';
import { isProblem } from '../../api/problem.ts';
import { decodeText } from '../../lib/decode-text.ts';
import { t } from '../../lib/messages.svelte.ts';
import { confirmation } from '../../state/confirm.svelte.ts';
import { session } from '../../state/session.svelte.ts';
import { tell, tellProblem } from '../../state/toasts.ts';
import { drafts } from './drafts.ts';

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
  /** What is shown was changed before, and not saved. */
  isDraft = $state(false);
  /** How often it was read: each time the editor is made anew. */
  reading = $state(0);
  entry = $state.raw<FileEntry>();
  /** Gives what the editor holds. */
  read = (): string => this.text ?? '';
  #isUtf8 = false;
  #hasEnded = false;
  readonly #user = session.account?.name;
  readonly #isOnlyRead: boolean;

  /** What is only read has no drafts: those are the editor's. */
  constructor({ isOnlyRead = false } = {}) {
    this.#isOnlyRead = isOnlyRead;
  }

  get isEditable(): boolean {
    return this.entry?.rights.write === true && this.#isUtf8 && !this.isCut;
  }

  async load({ id }: FileEntry): Promise<void> {
    this.error = undefined;
    try {
      // The one that is known may have been changed since, by this very editor, too.
      const entry = await getFileById(id);
      const { text, isUtf8 } = decodeText(await readBeginning(entry, SHOWN_BYTES));
      if (this.#hasEnded) return;
      const draft = this.#isOnlyRead ? undefined : drafts.take(this.#user, id);
      this.#isUtf8 = isUtf8;
      this.isCut = entry.sizeBytes > SHOWN_BYTES;
      this.entry = draft?.entry ?? entry;
      this.text = draft?.text ?? text;
      this.isChanged = this.isDraft = draft !== undefined;
      this.reading += 1;
    } catch (error) {
      this.error = error;
    }
  }

  /** The viewer is left: what was not saved is kept. */
  end(): void {
    this.#hasEnded = true;
    const { entry } = this;
    if (!this.isChanged || this.isSaving || entry === undefined) return;
    this.#keep(entry);
  }

  /** Back to what is saved. */
  async discard(): Promise<void> {
    if (this.entry) await this.load(this.entry);
  }

  /** Only over what was read; when somebody else saved meanwhile it asks whose is to be kept. */
  async save(): Promise<void> {
    const { entry } = this;
    if (entry === undefined || this.isSaving || !this.isChanged) return;
    const text = this.read();
    this.isSaving = true;
    try {
      this.entry = await this.#put(entry, text);
      this.text = text;
      // Somebody who writes fast has written on meanwhile.
      this.isChanged = this.read() !== text;
      this.isDraft = false;
      tell(t('viewer.saved'));
    } catch (error) {
      tellProblem(error);
    } finally {
      this.isSaving = false;
      if (this.#hasEnded && this.isChanged) this.#keep(this.entry ?? entry);
    }
  }

  #keep(entry: FileEntry): void {
    drafts.keep(this.#user, { entry, text: this.read() });
    tell(t('viewer.draft-kept', { name: entry.name }));
  }

  async #put(entry: FileEntry, text: string): Promise<FileEntry> {
    try {
      return await saveContent(entry, text, { ifUnchanged: true });
    } catch (error) {
      if (!isProblem(error, 'precondition-failed')) throw error;
      const about = (await keepsVersions({ id: entry.id }))
        ? 'viewer.changed-meanwhile-about'
        : 'viewer.changed-meanwhile-lost';
      const isOurs = await confirmation.ask({
        title: t('viewer.changed-meanwhile'),
        text: t(about, { name: entry.name }),
        confirm: t('viewer.save-over'),
      });
      if (!isOurs) throw error;
      return await saveContent(entry, text, { ifUnchanged: false });
    }
  }
}
