import { listFolder, positionOf, type FileEntry, type FolderPage } from '../api/files.ts';
import { isProblem } from '../api/problem.ts';
import type { Change } from '../state/live.svelte.ts';
import { ChangeBatch } from './change-batch.ts';
import { concerns, effectOf } from './change-effect.ts';
import { these } from './chosen-entries.ts';
import { PAGE } from './first-window.ts';
import { placeOf, type Sorting } from './folder-order.ts';
import { HiddenEntries } from './hidden-entries.ts';
import { idsOf, KnownEntries, type Span } from './known-entries.ts';
import { Pace } from './pace.ts';

const LARGEST_PAGE = 1000;
/** More than so many are not kept: megabytes. */
const MOST_KNOWN = 20_000;
const KEPT_AROUND = 2000;
/** At least so long between two requests while somebody scrolls fast. */
const SCROLL_PACE_MS = 60;
/** At least so long between two looks at what others changed; longer where the server needs long for one. */
const LOOK_PACE_MS = 1000;
/** At least so long between two changes of what is shown: others may change a folder a thousand times a second. */
const APPLY_PACE_MS = 100;
/** More than so many at once come with the next look. */
const MOST_APPLIED = 20;
/** What was taken out before the server has is shown again when the server is no further after so long. */
const HIDDEN_MS = 8000;

/** What is in a folder, by position: asked for in parts as they come into view, and kept true to what others change. */
export class FolderList {
  readonly path: string;
  readonly sorting: Sorting;
  /** The folder itself; undefined until the first answer. */
  folder = $state.raw<FileEntry>();
  /** Why it, or a part of it, could not be loaded. */
  error = $state.raw<unknown>();
  /** It is not there any more; where it was moved to, if one may know. */
  gone = $state.raw<{ readonly path: string | undefined }>();
  /** Told of entries that went away, and of those that came or are others now. */
  onleave: (ids: ReadonlySet<number>) => void = () => undefined;
  onenter: (entries: readonly FileEntry[]) => void = () => undefined;
  /** It was looked at anew; `isBehind`: what went away since the look before was not told. */
  onlook: (isBehind: boolean) => void = () => undefined;
  readonly #known = new KnownEntries();
  /** Goes up when what is known changes. */
  #version = $state(0);
  /** Parts of what is known are of different times. */
  #isMixed = false;
  #seen: Span = { first: 0, end: PAGE };
  #asking: { readonly span: Span; readonly abort: AbortController } | undefined;
  #movedTo: string | undefined;
  readonly #hidden = new HiddenEntries();
  readonly #scrollPace = new Pace(() => void this.#ask());
  readonly #lookPace = new Pace(() => void this.refresh());
  readonly #changes = new ChangeBatch();
  readonly #applyPace = new Pace(() => this.#applyChanges());
  /** Looks that were begun, and the latest that was answered: an older answer that comes later tells nothing. */
  #looks = 0;
  #answered = 0;
  /** The first look that shows what changed and was not told. */
  #behindUntil = Infinity;

  constructor(path: string, sorting: Sorting) {
    this.path = path;
    this.sorting = sorting;
  }

  get version(): number {
    return this.#version;
  }

  get count(): number {
    return this.#now.count;
  }

  /** All of it is known. */
  get isWhole(): boolean {
    return this.folder !== undefined && this.#now.isWhole;
  }

  /** Undefined where it was not asked for yet. */
  at(index: number): FileEntry | undefined {
    return this.#now.at(index);
  }

  /** Its position as far as it is known, else -1. */
  indexOf(id: number): number {
    return this.#now.indexOf(id);
  }

  known(): FileEntry[] {
    return this.#now.known();
  }

  /** These positions are in view. */
  see(span: Span): void {
    this.#seen = span;
    const { span: asked, abort } = this.#asking ?? {};
    // Scrolled past before the answer was there.
    if (asked && (asked.end < span.first || asked.first > span.end)) abort?.abort();
    if (this.#known.gap(span, 1)) this.#scrollPace.soon(SCROLL_PACE_MS);
  }

  /** The entries of a span; those that are missing are asked for, and not kept. Throws `Problem`. */
  async slice({ first, end }: Span, signal?: AbortSignal): Promise<FileEntry[]> {
    const found: FileEntry[] = [];
    for (let at = first; at < Math.min(end, this.#known.count);) {
      const gap = this.#known.gap({ first: at, end }, LARGEST_PAGE);
      const stop = Math.min(gap?.first ?? end, this.#known.count);
      for (; at < stop; at += 1) found.push(...[this.#known.at(at)].filter((entry) => entry !== undefined));
      if (!gap) break;
      found.push(...(await this.#get(gap, signal)).items);
      at = gap.end;
    }
    // What moved to another place meanwhile came twice.
    return [...these(found).values()];
  }

  /** The same folder in the order of names: this list, or one of which nothing is known. */
  byName(): FolderList {
    if (this.sorting.sort === 'name') return this;
    const list = new FolderList(this.path, { sort: 'name', order: 'asc' });
    list.#known.resize(this.#known.count);
    return list;
  }

  /** Where the server has an entry; undefined when it is not there. Throws `Problem`. */
  positionOf(id: number): Promise<number | undefined> {
    return positionOf(id, { path: this.path, ...this.sorting });
  }

  /** Looks anew at what is in view; what is elsewhere is asked for when it comes into view. */
  async refresh(): Promise<void> {
    if (!this.#hidden.isEmpty) return;
    const startedMs = performance.now();
    const span = pagesOf(this.#seen);
    this.#looks += 1;
    const look = this.#looks;
    try {
      const page = await this.#get(span);
      if (look < this.#answered) return;
      this.#answered = look;
      const isSame = page.folder.etag === this.folder?.etag && !this.#isMixed;
      this.#isMixed = false;
      this.#put(span.first, page);
      if (!isSame) this.#known.keepOnly({ first: span.first, end: span.first + page.items.length });
      const isBehind = look >= this.#behindUntil;
      if (isBehind) this.#behindUntil = Infinity;
      this.onlook(isBehind);
      this.see(this.#seen);
    } catch (error) {
      if (look > this.#answered) this.#fail(error);
    }
    // A folder of a hundred thousand is sorted anew for each look, while somebody changes it.
    this.#lookPace.rest(Math.max(LOOK_PACE_MS, 5 * (performance.now() - startedMs)));
  }

  /** Takes over what somebody changed: at once where it is sure what that means, and by a look at the server soon. */
  apply(change: Change): void {
    if (!this.folder) {
      // The answer that is under way may be of the time before.
      if (concerns(change, this.path)) this.look();
      return;
    }
    const effect = effectOf(change, { id: this.folder.id, path: this.path });
    if (effect.kind === 'none') return;
    if (effect.kind === 'gone') this.#movedTo = effect.path;
    this.#changes.add(effect);
    this.#applyPace.soon(APPLY_PACE_MS);
    this.look();
  }

  retry(): Promise<void> {
    this.error = undefined;
    return this.refresh();
  }

  look(): void {
    this.#isMixed = true;
    this.#lookPace.soon(LOOK_PACE_MS);
  }

  /** The same after changes that nobody tells any more. */
  catchUp(): void {
    this.#behindUntil = this.#looks + 1;
    this.look();
  }

  /** Takes entries out before the server has; what is returned puts back those that are still there. */
  hide(ids: ReadonlySet<number>): () => void {
    // Most of a long folder is not known, nor where it stands: but when all of it goes, nothing is left.
    const isAll = ids.size >= this.#known.count;
    this.#leave(ids);
    if (isAll) this.#known.resize(0);
    this.#hidden.add(ids);
    const show = (): void => {
      this.#hidden.delete(ids);
      this.look();
    };
    const wait = (before: number): void => {
      setTimeout(() => {
        const count = this.#hidden.countOf(ids);
        if (count > 0 && count < before) wait(count);
        else if (count > 0) show();
      }, HIDDEN_MS);
    };
    wait(ids.size);
    return show;
  }

  /** Nobody looks at it any more. */
  rest(): void {
    this.#behindUntil = this.#looks + 1;
    this.#asking?.abort.abort();
    this.#scrollPace.stop();
    this.#lookPace.stop();
    this.#applyPace.stop();
    this.#changes.take();
  }

  /** What is known, for one who wants to be told when that changes. */
  get #now(): KnownEntries {
    return this.#version >= 0 ? this.#known : new KnownEntries();
  }

  #leave(ids: ReadonlySet<number>): void {
    this.#known.remove(ids);
    this.#hidden.delete(ids);
    this.#version += 1;
    this.onleave(ids);
  }

  #applyChanges(): void {
    const { left, entered } = this.#changes.take();
    if (left.size > 0) this.#leave(left);
    if (entered.length <= MOST_APPLIED) entered.forEach(({ entry, isNew }) => this.#enter(entry, isNew));
    this.onenter(entered.map(({ entry }) => entry));
  }

  #enter(entry: FileEntry, isNew: boolean): void {
    const before = this.#known.indexOf(entry.id);
    if (this.#hidden.has(entry.id) || (before < 0 && !isNew)) return;
    if (before >= 0) this.#known.remove(idsOf(entry));
    const place = placeOf(this.#known, entry, this.sorting, before >= 0 ? before : this.#seen.first);
    if (place !== undefined) this.#known.insert(place, entry);
    // It went where nothing is known yet.
    else if (before >= 0) this.#known.resize(this.#known.count + 1);
    this.#version += 1;
  }

  #get({ first, end }: Span, signal?: AbortSignal): Promise<FolderPage> {
    return listFolder({ path: this.path, ...this.sorting, offset: first, limit: end - first }, signal);
  }

  async #ask(): Promise<void> {
    const gap = this.#known.gap(pagesOf(this.#seen), LARGEST_PAGE);
    if (!gap || this.#asking || !this.#hidden.isEmpty) return;
    const abort = new AbortController();
    this.#asking = { span: gap, abort };
    try {
      const page = await this.#get(gap, abort.signal);
      if (page.folder.etag !== this.folder?.etag) this.look();
      this.#put(gap.first, page);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    } finally {
      this.#asking = undefined;
    }
    if (this.error === undefined && this.#known.gap(this.#seen, 1)) this.#scrollPace.soon(SCROLL_PACE_MS);
  }

  #put(first: number, page: FolderPage): void {
    // Positions are others as long as what is hidden here is still there.
    if (!this.#hidden.isEmpty) return;
    this.folder = page.folder;
    this.error = undefined;
    this.gone = undefined;
    this.#known.resize(page.totalCount);
    this.#known.put(first, page.items);
    if (this.#known.knownCount > MOST_KNOWN) {
      this.#known.keepOnly({ first: this.#seen.first - KEPT_AROUND, end: this.#seen.end + KEPT_AROUND });
    }
    this.#version += 1;
  }

  #fail(error: unknown): void {
    if (!this.folder || !isProblem(error, 'not-found', 'not-a-collection')) {
      this.error = error;
      return;
    }
    this.gone = { path: this.#movedTo };
    this.#known.resize(0);
    this.#version += 1;
    this.onlook(true);
  }
}

/** The pages that a span touches. */
function pagesOf({ first, end }: Span): Span {
  const start = first - (first % PAGE);
  const stop = Math.max(start + PAGE, Math.ceil(end / PAGE) * PAGE);
  return { first: start, end: Math.min(start + LARGEST_PAGE, stop) };
}
