import type { FileEntry } from '../api/files.ts';
import { tellProblem } from '../state/toasts.ts';
import type { FolderList } from './folder-list.svelte.ts';
import { outside, type Span } from './known-entries.ts';

type Entries = ReadonlyMap<number, FileEntry>;

/** Above that, a range that is most of the folder is kept as all but the rest. */
const LONG = 2000;

/** The chosen entries of a folder: some, or all but some; by their ids, so that they stay chosen wherever they go. */
export class Selection {
  /** The chosen ones, or those that are not. */
  #entries = $state.raw<Entries>(new Map());
  #isAllBut = $state(false);
  /** Where ranges begin. */
  #anchor: number | undefined;
  #settling: AbortController | undefined;
  readonly #list: () => FolderList;

  constructor(list: () => FolderList) {
    this.#list = list;
  }

  has(id: number): boolean {
    return this.#entries.has(id) !== this.#isAllBut;
  }

  get count(): number {
    return this.#isAllBut ? Math.max(0, this.#list().count - this.#entries.size) : this.#entries.size;
  }

  /** Those that are known. */
  get known(): readonly FileEntry[] {
    if (!this.#isAllBut) return [...this.#entries.values()];
    return this.#list()
      .known()
      .filter(({ id }) => !this.#entries.has(id));
  }

  /** All of them. Throws `Problem`. */
  async load(): Promise<readonly FileEntry[]> {
    if (!this.#isAllBut) return this.known;
    const entries = await this.#list().slice({ first: 0, end: this.#list().count });
    return entries.filter(({ id }) => this.has(id));
  }

  clear(): void {
    this.#set(new Map());
    this.#anchor = undefined;
  }

  all(): void {
    this.#set(new Map(), true);
  }

  /** This one and no other. */
  only(index: number): void {
    const entry = this.#begin(index);
    this.#set(new Map(entry && [[entry.id, entry]]));
  }

  these(entries: readonly FileEntry[]): void {
    this.#anchor = entries[0]?.id;
    this.#set(new Map(entries.map((entry) => [entry.id, entry])));
  }

  toggle(index: number): void {
    const entry = this.#begin(index);
    if (!entry) return;
    const entries = new Map(this.#entries);
    if (!entries.delete(entry.id)) entries.set(entry.id, entry);
    this.#set(entries, this.#isAllBut);
  }

  /** From where the last one was chosen alone up to here. */
  extendTo(index: number, { isAdding = false } = {}): void {
    const anchor = this.#anchor === undefined ? -1 : this.#list().indexOf(this.#anchor);
    const from = anchor < 0 ? index : anchor;
    if (anchor < 0) this.#anchor = this.#list().at(index)?.id;
    const span = { first: Math.min(from, index), end: Math.max(from, index) + 1 };
    this.spans([span], isAdding && !this.#isAllBut ? this.#entries : new Map());
    this.settle([span]);
  }

  /** What is chosen one by one, for a rubber band that adds to it. */
  get marked(): Entries {
    return this.#isAllBut ? new Map() : this.#entries;
  }

  /** What is in these spans, as far as it is known, and what was chosen before. */
  spans(spans: readonly Span[], before: Entries): void {
    const entries = new Map(before);
    for (const { first, end } of spans) {
      for (let index = first; index < end; index += 1) {
        const entry = this.#list().at(index);
        if (entry) entries.set(entry.id, entry);
      }
    }
    this.#set(entries);
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
    const entries = [...this.#entries].filter(([id]) => !ids.has(id));
    if (entries.length < this.#entries.size) this.#entries = new Map(entries);
  }

  /** It is another now: renamed, or grown. */
  update(entry: FileEntry): void {
    if (this.#entries.has(entry.id)) this.#entries = new Map(this.#entries).set(entry.id, entry);
  }

  async #settle(spans: readonly Span[], signal: AbortSignal): Promise<void> {
    const list = this.#list();
    const chosen = spans.reduce((sum, { first, end }) => sum + end - first, 0);
    const [only] = spans;
    const most = spans.length === 1 && only && chosen > LONG && chosen > list.count / 2 ? only : undefined;
    const entries = new Map(most ? [] : this.#entries);
    for (const span of most ? outside(most, list.count) : spans) {
      for (const entry of await list.slice(span, signal)) entries.set(entry.id, entry);
    }
    if (!signal.aborted) this.#set(entries, most !== undefined);
  }

  #begin(index: number): FileEntry | undefined {
    const entry = this.#list().at(index);
    this.#anchor = entry?.id;
    return entry;
  }

  #set(entries: Entries, isAllBut = false): void {
    this.#settling?.abort();
    this.#settling = undefined;
    this.#entries = entries;
    this.#isAllBut = isAllBut;
  }
}
