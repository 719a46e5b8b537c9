interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor?: string | undefined;
}

type FetchPage<Item> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>;

/** A list of the API that comes page by page. */
export class PagedList<Item> {
  items = $state.raw<readonly Item[]>([]);
  /** Nothing has come yet. */
  isFresh = $state(true);
  isLoading = $state(false);
  hasMore = $state(false);
  /** Why the last page did not come. */
  error = $state.raw<unknown>();
  readonly #fetchPage: FetchPage<Item>;
  #cursor: string | undefined;
  #under = new AbortController();

  constructor(fetchPage: FetchPage<Item>) {
    this.#fetchPage = fetchPage;
  }

  /** From the beginning; what is shown stays until the first page is there. Whatever was under way is given up. */
  async load(): Promise<void> {
    await this.#read(undefined);
  }

  async more(): Promise<void> {
    if (this.hasMore && !this.isLoading) await this.#read(this.#cursor);
  }

  /** In place of one that was changed, or removed. */
  put(isIt: (item: Item) => boolean, changed: Item | undefined): void {
    this.items = this.items.flatMap((item) => (isIt(item) ? (changed ?? []) : item));
  }

  async #read(cursor: string | undefined): Promise<void> {
    this.#under.abort();
    const under = new AbortController();
    this.#under = under;
    this.isLoading = true;
    this.error = undefined;
    try {
      const page = await this.#fetchPage(cursor, under.signal);
      if (under.signal.aborted) return;
      this.items = cursor === undefined ? page.items : [...this.items, ...page.items];
      this.#cursor = page.nextCursor;
      this.hasMore = page.nextCursor !== undefined;
      this.isFresh = false;
    } catch (error) {
      if (!under.signal.aborted) this.error = error;
    } finally {
      if (this.#under === under) this.isLoading = false;
    }
  }
}
