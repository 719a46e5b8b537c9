import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { FileEntry } from '../api/files.ts';
import { listSubfolders } from '../api/folders.ts';
import { parentOf } from '../lib/paths.ts';
import { live, type Change } from '../state/live.svelte.ts';
import { rowsOf, type Branch, type TreeRow } from './tree-rows.ts';

/** Many changes of one moment are looked at once. */
const LOOK_AFTER_MS = 300;

/** The folders, as far as somebody opened them. */
export class FolderTree {
  /** The root, once it is known. */
  root = $state.raw<FileEntry>();
  readonly rows: readonly TreeRow[] = $derived.by(() =>
    this.root ? rowsOf(this.root, { isRootShown: this.#isRootShown, open: this.#open, branches: this.#branches }) : [],
  );
  readonly #isRootShown: boolean;
  /** By path. */
  readonly #branches = new SvelteMap<string, Branch>();
  readonly #open = new SvelteSet<string>(['/']);
  #changed: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ isRootShown }: { isRootShown: boolean }) {
    this.#isRootShown = isRootShown;
  }

  /** While it is shown; returns how to end it. */
  start(): () => void {
    const ends = [live.on('change', (change) => this.#hear(change)), live.on('reset', () => void this.#loadAll())];
    return () => {
      ends.forEach((end) => end());
      clearTimeout(this.#timer);
    };
  }

  /** Throws `Problem`. */
  async open(path: string): Promise<void> {
    if (!this.#branches.has(path)) await this.load(path);
    this.#open.add(path);
  }

  close(path: string): void {
    this.#open.delete(path);
  }

  /** Opens all that is above `path`, as far as it is there. Throws `Problem`. */
  async show(path: string): Promise<void> {
    await this.open('/');
    const parents: string[] = [];
    for (let above = parentOf(path); above !== '/'; above = parentOf(above)) parents.unshift(above);
    for (const above of parents) {
      if (!this.#branches.get(parentOf(above))?.folders.some((folder) => folder.path === above)) return;
      await this.open(above);
    }
  }

  /** Asks anew for what is in a folder. Throws `Problem`. */
  async load(path: string): Promise<void> {
    const { folder, items, nextCursor } = await listSubfolders(path);
    if (path === '/') this.root = folder;
    this.#branches.set(path, { id: folder.id, folders: items, cursor: nextCursor });
  }

  /** What did not fit on one page. Throws `Problem`. */
  async loadMore(path: string): Promise<void> {
    const branch = this.#branches.get(path);
    if (branch?.cursor === undefined) return;
    const { items, nextCursor } = await listSubfolders(path, branch.cursor);
    this.#branches.set(path, { id: branch.id, folders: [...branch.folders, ...items], cursor: nextCursor });
  }

  #hear({ kind, parentId, from }: Change): void {
    if (kind !== 'folder') return;
    this.#changed.push(parentId, ...(from ? [from.parentId] : []));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#loadAll(this.#changed);
      this.#changed = [];
    }, LOOK_AFTER_MS);
  }

  async #loadAll(ids?: readonly number[]): Promise<void> {
    for (const [path, { id }] of [...this.#branches]) {
      if (ids && !ids.includes(id)) continue;
      try {
        await this.load(path);
      } catch {
        // It is gone, as the one above it tells.
        this.#branches.delete(path);
        this.#open.delete(path);
      }
    }
  }
}
