import type { FileEntry } from '../api/files.ts';
import type { EntriesView, Target } from '../explorer/actions/target.ts';
import { live, type Change } from '../state/live.svelte.ts';
import { PagedList } from '../state/paged-list.svelte.ts';
import { NOTHING_CHOSEN, withAll, without } from './choosing.ts';
import { Chosen } from './chosen.svelte.ts';

/** A file or folder out of many places. */
export interface EntryRow {
  /** Of the file. */
  readonly id: number;
  readonly file: FileEntry;
}

type FetchPage<Row> = ConstructorParameters<typeof PagedList<Row>>[0];

/** Files and folders from many places, page by page: what the actions work on there, and what others change meanwhile. */
export class EntryRows<Row extends EntryRow> {
  readonly list: PagedList<Row>;
  readonly items: readonly Row[] = $derived.by(() =>
    this.list.items.filter(({ id }) => !this.#gone.has(id) && !this.#taken.has(id)),
  );
  readonly chosen = new Chosen<Row>(() => this.items);
  readonly scroll = { top: 0 };
  readonly target: Target = $derived.by(() => this.#targetNow());
  readonly #place: Target['place'];
  /** In the trash, as events tell; they may come back. */
  #gone = $state.raw(NOTHING_CHOSEN.ids);
  /** Being deleted or moved away by this page, before the server has. */
  #taken = $state.raw(NOTHING_CHOSEN.ids);
  readonly #view: EntriesView = {
    selectAll: () => this.chosen.all(),
    clear: () => this.chosen.clear(),
    reveal: () => undefined,
    hide: (ids) => this.#hide([...ids]),
  };

  constructor(place: Target['place'], fetchPage: FetchPage<Row>) {
    this.#place = place;
    this.list = new PagedList(fetchPage);
  }

  /** Somebody changed something, wherever. */
  take({ action, id, entry }: Pick<Change, 'action' | 'id' | 'entry'>): void {
    if (action === 'trashed' || action === 'expired') this.#gone = withAll(this.#gone, [id]);
    else if (action === 'removed') this.list.put((row) => row.id === id, undefined);
    else if (action === 'restored') this.#gone = without(this.#gone, [id]);
    const row = entry && this.list.items.find((each) => each.id === id);
    if (row) this.list.put((each) => each.id === id, { ...row, file: entry });
  }

  #hide(ids: readonly number[]): () => void {
    this.#taken = withAll(this.#taken, ids);
    return () => {
      this.#taken = without(this.#taken, ids);
      // No event tells which of them are gone.
      if (!live.isConnected) void this.list.load();
    };
  }

  #targetNow(): Target {
    const known = this.chosen.items.map(({ file }) => file);
    return {
      place: this.#place,
      folder: undefined,
      count: known.length,
      known,
      entries: () => Promise.resolve(known),
      view: this.#view,
    };
  }
}
