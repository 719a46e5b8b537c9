import type { FileEntry } from '../api/files.ts';
import { tellProblem } from '../state/toasts.ts';
import { idsBeyond, NONE, plus, these, toggled, without, type ChosenEntries } from './chosen-entries.ts';
import type { FolderList } from './folder-list.svelte.ts';
import { outside, type Span } from './known-entries.ts';

/** Above that, a range that is most of the folder is kept as all but the rest. */
const LONG = 2000;

/** The chosen entries of a folder: some, or all but some; by their ids, so that they stay chosen wherever they go. */
export class Selection {
  /** The chosen ones, or those that are not. */
  #entries = $state.raw(NONE);
  #isAllBut = $state(false);
  /** Where ranges begin: an entry, and its position for when that is not known any more. */
  #anchor: { readonly id: number | undefined; readonly index: number } | undefined;
  #settling: AbortController | undefined;
  readonly #list: () => FolderList;
  /** Those that are known. */
  readonly known: readonly FileEntry[] = $derived.by(() => {
    if (!this.#isAllBut) return [...this.#entries.values()];
    return this.#list()
      .known()
      .filter(({ id }) => !this.#entries.has(id));
  });

  constructor(list: () => FolderList) {
    this.#list = list;
  }

  has(id: number): boolean {
    return this.#entries.has(id) !== this.#isAllBut;
  }

  get count(): number {
    return this.#isAllBut ? Math.max(0, this.#list().count - this.#entries.size) : this.#entries.size;
  }

  /** What is chosen one by one, for what adds to it. */
  get marked(): ChosenEntries {
    return this.#isAllBut ? NONE : this.#entries;
  }

  /** All of them. Throws `Problem`. */
  async load(): Promise<readonly FileEntry[]> {
    if (!this.#isAllBut) return this.known;
    const excepted = this.#entries;
    const entries = await this.#list().slice({ first: 0, end: this.#list().count });
    return entries.filter(({ id }) => !excepted.has(id));
  }

  clear(): void {
    this.#set(NONE);
    this.#anchor = undefined;
  }

  all(): void {
    this.#set(NONE, true);
  }

  /** This one and no other. */
  only(index: number): void {
    const entry = this.#list().at(index);
    this.these(entry ? [entry] : [], index);
  }

  /** `index` of the first one. */
  these(entries: readonly FileEntry[], index: number): void {
    this.#anchor = { id: entries[0]?.id, index };
    this.#set(these(entries));
  }

  toggle(index: number): void {
    const entry = this.#list().at(index);
    if (!entry) return;
    this.#anchor = { id: entry.id, index };
    this.#set(toggled(this.#entries, entry), this.#isAllBut);
  }

  /** From where the last one was chosen alone up to here. */
  extendTo(index: number, { isAdding = false } = {}): void {
    const list = this.#list();
    this.#anchor ??= { id: list.at(index)?.id, index };
    const known = this.#anchor.id === undefined ? -1 : list.indexOf(this.#anchor.id);
    const from = known >= 0 ? known : this.#anchor.index;
    const span = { first: Math.min(from, index), end: Math.max(from, index) + 1 };
    this.spans([span], isAdding ? this.marked : NONE);
    this.settle([span]);
  }

  /** What is in these spans, as far as it is known, and what was chosen before. */
  spans(spans: readonly Span[], before: ChosenEntries): void {
    const entries: FileEntry[] = [];
    for (const { first, end } of spans) {
      for (let index = first; index < end; index += 1) {
        const entry = this.#list().at(index);
        if (entry) entries.push(entry);
      }
    }
    this.#set(plus(before, entries));
  }

  /** Asks for what is not known of the spans, and chooses that, too. */
  settle(spans: readonly Span[]): void {
    if (this.#list().isWhole) return;
    const abort = new AbortController();
    this.#settling = abort;
    this.#settle(spans, abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) tellProblem(error);
    });
  }

  /** They are not in the folder any more. */
  forget(ids: ReadonlySet<number>): void {
    this.#entries = without(this.#entries, ids);
  }

  /** They are others now: renamed, or grown. */
  update(entries: readonly FileEntry[]): void {
    const chosen = entries.filter(({ id }) => this.#entries.has(id));
    if (chosen.length > 0) this.#entries = plus(this.#entries, chosen);
  }

  /** The folder was listed anew; `isBehind`: nobody told what went away, so that what is not listed may be elsewhere. */
  check(isBehind: boolean): void {
    if (this.#entries.size === 0) return;
    const list = this.#list();
    const listed = list.known();
    this.update(listed);
    if (!isBehind && !list.isWhole) return;
    const missing = idsBeyond(this.#entries, listed);
    // What is not chosen and may yet be there must not become so.
    if (this.#isAllBut && missing.size > 0 && !list.isWhole) this.clear();
    else this.forget(missing);
  }

  async #settle(spans: readonly Span[], signal: AbortSignal): Promise<void> {
    const list = this.#list();
    const length = spans.reduce((sum, { first, end }) => sum + end - first, 0);
    const [only] = spans;
    const most = spans.length === 1 && only && length > LONG && length > list.count / 2 ? only : undefined;
    let found = NONE;
    for (const span of most ? outside(most, list.count) : spans) {
      found = plus(found, await list.slice(span, signal));
    }
    // Some of those that were chosen may have gone away meanwhile.
    if (!signal.aborted) this.#set(most ? found : plus(this.#entries, found.values()), most !== undefined);
  }

  #set(entries: ChosenEntries, isAllBut = false): void {
    this.#settling?.abort();
    this.#settling = undefined;
    this.#entries = entries;
    this.#isAllBut = isAllBut;
  }
}
