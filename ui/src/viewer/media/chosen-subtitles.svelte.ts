import { readBeginning } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';
import { filesNamedAs } from '../../api/subtitles.ts';
import { decodeText } from '../../lib/decode-text.ts';
import { messages, t } from '../../lib/messages.svelte.ts';
import { parentOf } from '../../lib/paths.ts';
import { tellProblem } from '../../state/toasts.ts';
import { asVtt, stemOf, subtitlesOf } from './subtitles.ts';

/** Those of a whole film have a tenth of it. */
const MAX_BYTES = 2_000_000;

export interface Subtitles {
  readonly id: string;
  readonly label: string;
  readonly language: string;
  readonly read: () => Promise<Uint8Array>;
}

/** The subtitles that lie beside a film, and those that somebody brings from elsewhere. */
export class ChosenSubtitles {
  offered = $state.raw<readonly Subtitles[]>([]);
  /** '' for none. */
  chosenId = $state('');
  /** What the `<track>` reads. */
  shown = $state.raw<{ readonly address: string; readonly label: string; readonly language: string }>();

  /** A film is seen without them, too. */
  async look(film: FileEntry): Promise<void> {
    try {
      const beside = await filesNamedAs(parentOf(film.path), stemOf(film.name));
      this.offered = subtitlesOf(film, beside).map(({ entry, language }) => ({
        id: String(entry.id),
        label: language === '' ? entry.name : `${languageName(language)} (${entry.name})`,
        language,
        read: () => readBeginning(entry, MAX_BYTES),
      }));
    } catch (error) {
      tellProblem(error);
    }
  }

  async choose(id: string): Promise<void> {
    this.chosenId = id;
    this.#forget();
    const subtitles = this.offered.find((one) => one.id === id);
    if (!subtitles) return;
    try {
      const { text } = decodeText(await subtitles.read());
      if (this.chosenId !== id) return;
      const address = URL.createObjectURL(new Blob([asVtt(text)], { type: 'text/vtt' }));
      this.shown = { address, label: subtitles.label, language: subtitles.language };
    } catch (error) {
      this.chosenId = '';
      tellProblem(error);
    }
  }

  /** From this device; nothing is uploaded. */
  async bring(file: File): Promise<void> {
    const id = `own ${this.offered.length}`;
    const read = async (): Promise<Uint8Array> => new Uint8Array(await file.slice(0, MAX_BYTES).arrayBuffer());
    this.offered = [...this.offered, { id, label: t('viewer.subtitles-own', { name: file.name }), language: '', read }];
    await this.choose(id);
  }

  end(): void {
    this.chosenId = '';
    this.#forget();
  }

  #forget(): void {
    if (this.shown) URL.revokeObjectURL(this.shown.address);
    this.shown = undefined;
  }
}

function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(messages.language, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
