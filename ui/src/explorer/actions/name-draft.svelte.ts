import { entriesLike } from '../../api/folders.ts';
import { isProblem } from '../../api/problem.ts';
import { problemText, t } from '../../lib/messages.svelte.ts';
import { nameProblem, sameName, tidyName } from './names.ts';

/** While somebody writes, the server is not asked for every letter. */
const PAUSE_MS = 250;

/** A name while somebody writes it, and what is wrong with it. */
export class NameDraft {
  name = $state('');
  problem = $state<string>();
  isBusy = $state(false);
  readonly #folder: string;
  readonly #exceptId: number | undefined;
  readonly #was: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking = new AbortController();

  /** `exceptId`: the one that has the name now, and may go on having it. */
  constructor(folder: string, name: string, exceptId?: number) {
    this.#folder = folder;
    this.#exceptId = exceptId;
    this.name = name;
    this.#was = name;
  }

  /** It has the name that was there already. */
  get isUnchanged(): boolean {
    return this.#tidy === this.#was;
  }

  write(name: string): void {
    this.forget();
    this.name = name;
    const tidy = this.#tidy;
    const key = nameProblem(tidy);
    this.problem = key && t(key);
    if (key === undefined && tidy !== this.#was) this.#timer = setTimeout(() => void this.#look(tidy), PAUSE_MS);
  }

  /** Whether it was taken; else `problem` says why not. */
  async submit(send: (name: string) => Promise<unknown>): Promise<boolean> {
    this.forget();
    const name = this.#tidy;
    const key = nameProblem(name);
    this.problem = key && t(key);
    if (key !== undefined) return false;
    this.isBusy = true;
    try {
      if (await this.#isTaken(name)) return false;
      await send(name);
      return true;
    } catch (error) {
      this.problem = isProblem(error, 'already-exists') ? t('name.taken') : problemText(error);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  /** No answer is waited for any more. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#looking.abort();
    this.#looking = new AbortController();
  }

  get #tidy(): string {
    return tidyName(this.name, this.#was);
  }

  async #look(name: string): Promise<void> {
    try {
      await this.#isTaken(name);
    } catch {
      // The server says it again when it is asked to give the name.
    }
  }

  /** Whether something else in the folder has the name, as far as one can tell before the server is asked to give it. */
  async #isTaken(name: string): Promise<boolean> {
    const { signal } = this.#looking;
    const found = await entriesLike(this.#folder, name, signal);
    const taken = found.some((entry) => entry.id !== this.#exceptId && sameName(entry.name, name));
    if (taken && !signal.aborted) this.problem = t('name.taken');
    return taken;
  }
}
