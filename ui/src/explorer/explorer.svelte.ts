import { getFile, type FileEntry } from '../api/files.ts';
import { isProblem } from '../api/problem.ts';
import { parentOf } from '../lib/paths.ts';
import { readStored, store } from '../lib/stored.ts';
import { live } from '../state/live.svelte.ts';
import { addressOf, router } from '../state/router.svelte.ts';
import { session } from '../state/session.svelte.ts';
import { tellProblem } from '../state/toasts.ts';
import { viewing } from '../viewer/viewing.svelte.ts';
import type { NameDraft } from './actions/name-draft.svelte.ts';
import type { EntriesView, Target } from './actions/target.ts';
import { FolderList } from './folder-list.svelte.ts';
import { isOfPictures } from './kinds.ts';
import { screen } from './screen.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { BY_NAME, keepLook, lookOf, type FolderLook } from './view-preferences.ts';

/** Folders that are shown at once when one comes back to them. */
const KEPT_LISTS = 8;
/** Addresses of which is known how far they were scrolled. */
const KEPT_TOPS = 200;

/** An entry whose name is being changed in its place; what was typed stays wherever the entry goes meanwhile. */
export interface Renaming {
  readonly entry: FileEntry;
  draft?: NameDraft;
  /** Where it was typed last, for the caret. */
  field?: HTMLInputElement;
}

/** The open folder: what is in it, what is chosen, where the keyboard is. */
class Explorer implements EntriesView {
  list = $state.raw(new FolderList('/', BY_NAME));
  /** Of the file that is viewed over its folder. */
  filePath = $state<string>();
  readonly selection = new Selection(() => this.list);
  /** A finger chooses: taps add and take away. */
  isChoosing = $state(false);
  /** Position of the entry that the keyboard is at. */
  focus = $state(0);
  /** The keyboard is in the list, or was in that of the folder before. */
  hasKeyboard = false;
  /** An entry to scroll to; another object each time. */
  wanted = $state.raw<{ readonly index: number }>();
  renaming = $state.raw<Renaming>();
  /** On a phone they cover the folder: there they are opened for once. */
  isDetailsOpen = $state<boolean>(!screen.isNarrow && readStored('details', false));
  #chosenLook = $state.raw<FolderLook>();
  readonly look: FolderLook = $derived(
    this.#chosenLook ?? { ...BY_NAME, view: isOfPictures(this.list) ? 'grid' : 'list' },
  );
  readonly target: Target = $derived({
    place: 'files',
    folder: this.list.folder,
    count: this.selection.count,
    known: this.selection.known,
    entries: () => this.selection.load(),
    view: this,
  });
  #focusId: number | undefined;
  /** Names that are to be chosen when they come. */
  #awaited = new Set<string>();
  /** How far folders were scrolled, by their addresses in the browser's history. */
  readonly #tops = new Map<string, number>();
  #key = '';
  /** By path; the one looked at last is the last. */
  readonly #lists = new Map<string, FolderList>();
  #userName: string | undefined;

  get path(): string {
    return this.list.path;
  }

  /** How far the open folder was scrolled when somebody was at this address before. */
  get keptTop(): number {
    return this.#tops.get(this.#key) ?? 0;
  }

  set keptTop(top: number) {
    this.#tops.delete(this.#key);
    this.#tops.set(this.#key, top);
    const [oldest] = this.#tops.keys();
    if (this.#tops.size > KEPT_TOPS && oldest !== undefined) this.#tops.delete(oldest);
  }

  /** While the page is shown; returns how to end it. */
  start(): () => void {
    this.wanted = undefined;
    if (this.#userName !== session.account?.name) this.#forget();
    this.#userName = session.account?.name;
    const ends = [live.on('change', (change) => this.list.apply(change)), live.on('reset', () => this.list.catchUp())];
    return () => {
      ends.forEach((end) => end());
      this.list.rest();
    };
  }

  /** Shows what is at an address: a folder, or a file over its folder. `reveal`: a name to choose there. */
  async show(path: string, { key, reveal }: { key: string; reveal: string | undefined }): Promise<void> {
    const isFile =
      viewing.entry?.path === path || this.list.known().some((one) => one.path === path && one.kind === 'file');
    this.filePath = isFile ? path : undefined;
    const list = this.#openFolder(isFile ? parentOf(path) : path, key);
    if (!list) return;
    await list.refresh();
    if (this.list !== list) return;
    if (isProblem(list.error, 'not-a-collection')) {
      this.#lists.delete(path);
      this.filePath = path;
      await this.#openFolder(parentOf(path), key)?.refresh();
    } else if (reveal !== undefined) {
      this.reveal([reveal]);
    }
  }

  /** Into a folder, or to the viewer of a file; both have addresses. */
  open(entry: FileEntry): void {
    if (entry.kind === 'file') void viewing.open(entry);
    else void router.go(addressOf(entry.path));
  }

  openParent(): void {
    if (this.path !== '/') void router.go(addressOf(parentOf(this.path)));
  }

  /** Another order or view of this folder, which it then keeps. */
  chooseLook(changes: Partial<FolderLook>): void {
    const look = { ...this.look, ...changes };
    this.#chosenLook = look;
    keepLook(this.path, look);
    const { sort, order } = this.list.sorting;
    if (look.sort === sort && look.order === order) return;
    this.#lists.delete(this.path);
    this.#use(this.#listOf(this.path, look));
    this.keptTop = 0;
    this.#place(0);
    void this.list.refresh();
  }

  toggleView(): void {
    this.chooseLook({ view: this.look.view === 'list' ? 'grid' : 'list' });
    this.wanted = { index: this.focus };
  }

  /** Puts the keyboard at a position, and scrolls there. */
  goTo(index: number): void {
    this.#place(index);
    this.wanted = { index };
  }

  /** The same, and chooses what is there, and nothing else. */
  chooseAt(index: number): void {
    const { list } = this;
    this.selection.only(index);
    this.goTo(index);
    if (list.at(index)) return;
    list.slice({ first: index, end: index + 1 }).then((entries) => {
      if (this.list === list && this.focus === index && this.selection.count === 0)
        this.selection.these(entries, index);
    }, tellProblem);
  }

  beginRename(entry: FileEntry): void {
    const index = this.list.indexOf(entry.id);
    if (index >= 0) this.goTo(index);
    this.renaming = { entry };
  }

  endRename(): void {
    this.renaming?.draft?.forget();
    this.renaming = undefined;
  }

  selectAll(): void {
    this.selection.all();
  }

  hide(ids: ReadonlySet<number>): () => void {
    return this.list.hide(ids);
  }

  /** Chooses what has these names as soon as it is there, and scrolls to it: after it was made, pasted, renamed. */
  reveal(names: readonly string[]): void {
    this.#awaited = new Set(names.map((name) => name.normalize('NFC')));
    this.#revealKnown();
    if (this.#awaited.size > 0) this.#revealFar().catch(tellProblem);
  }

  toggleDetails(): void {
    this.isDetailsOpen = !this.isDetailsOpen;
    if (!screen.isNarrow) store('details', this.isDetailsOpen);
  }

  clear(): void {
    this.selection.clear();
    this.isChoosing = false;
  }

  /** What is listed has changed: the keyboard stays at its entry, wherever that went. */
  keepFocus(): void {
    const index = this.#focusId === undefined ? -1 : this.list.indexOf(this.#focusId);
    if (index >= 0) this.focus = index;
    else this.#place(Math.min(this.focus, Math.max(0, this.list.count - 1)));
    this.#revealKnown();
  }

  #revealKnown(): void {
    if (this.#awaited.size === 0) return;
    const found = this.list.known().filter(({ name }) => this.#awaited.delete(name.normalize('NFC')));
    const [first] = found;
    if (!first) return;
    const index = this.list.indexOf(first.id);
    this.selection.these(found, index);
    this.goTo(index);
  }

  /** Somewhere in a long folder, where nobody has looked yet. */
  async #revealFar(): Promise<void> {
    const { list } = this;
    const [name] = this.#awaited;
    await list.refresh();
    this.#revealKnown();
    if (name === undefined || !this.#awaited.has(name) || list.isWhole) return;
    const { id } = await getFile(`${list.path === '/' ? '' : list.path}/${name}`);
    const position = await list.positionOf(id);
    if (position === undefined || this.list !== list) return;
    list.see({ first: position, end: position + 1 });
    await list.refresh();
    this.#revealKnown();
  }

  /** What somebody else saw in this tab is nobody's business. */
  #forget(): void {
    this.#lists.clear();
    this.#tops.clear();
    this.#use(new FolderList('/', BY_NAME));
    this.clear();
  }

  #place(index: number): void {
    this.focus = index;
    this.#focusId = this.list.at(index)?.id;
  }

  /** Undefined where it is open already, and nothing has to be asked for. */
  #openFolder(path: string, key: string): FolderList | undefined {
    if (this.filePath === undefined || this.path !== path) this.#key = key;
    if (this.path === path && this.list.folder) return this.filePath === undefined ? this.list : undefined;
    this.endRename();
    this.wanted = undefined;
    this.#awaited.clear();
    this.#chosenLook = lookOf(path);
    this.#use(this.#listOf(path, this.#chosenLook ?? BY_NAME));
    if (!router.isReturning) this.keptTop = 0;
    this.clear();
    this.#place(0);
    return this.list;
  }

  #listOf(path: string, { sort, order }: FolderLook): FolderList {
    const kept = this.#lists.get(path);
    const list =
      kept?.sorting.sort === sort && kept.sorting.order === order ? kept : new FolderList(path, { sort, order });
    const choose = (change: () => void): void => {
      change();
      if (this.selection.count === 0) this.isChoosing = false;
    };
    list.onleave = (ids) => {
      choose(() => this.selection.forget(ids));
      if (this.renaming && ids.has(this.renaming.entry.id)) this.endRename();
    };
    list.onlook = (isBehind) => {
      if (list === this.list) choose(() => this.selection.check(isBehind));
    };
    list.onenter = (entries) => this.selection.update(entries);
    this.#lists.delete(path);
    this.#lists.set(path, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > KEPT_LISTS && oldest !== undefined) this.#lists.delete(oldest);
    return list;
  }

  #use(list: FolderList): void {
    if (list !== this.list) this.list.rest();
    this.list = list;
  }
}

export const explorer = new Explorer();
