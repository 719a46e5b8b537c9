import { endUpload, unfinishedUploads } from '../api/uploads.ts';
import { readStored, store } from '../lib/stored.ts';
import { live } from '../state/live.svelte.ts';
import { withoutArrived } from './arrived.ts';
import { batchIdsOf, interruptedOf, isAgain, isOf, recordsOf, type BatchRecord, type Interrupted } from './records.ts';
import { Tabs } from './tabs.ts';
import type { Batch, UploadItem } from './upload-item.ts';

const STORED_AS = 'uploads';

/** Uploads that ended with the page, the browser or the machine. */
export class Interruptions {
  list = $state.raw<readonly Interrupted[]>([]);
  readonly #items: () => readonly UploadItem[];
  readonly #tabs: Tabs;

  constructor(items: () => readonly UploadItem[]) {
    this.#items = items;
    this.#tabs = new Tabs(() => [...batchIdsOf(items())]);
    live.on('change', ({ path }) => this.#see(path));
  }

  /** Looks what there is. Throws `Problem`. */
  async load(user: string): Promise<void> {
    const [uploads, busy] = await Promise.all([unfinishedUploads(), this.#tabs.elsewhere()]);
    const items = this.#items();
    const own = batchIdsOf(items);
    const records = readStored<BatchRecord[]>(STORED_AS, []).filter((one) => one.user === user && !own.has(one.id));
    const others = uploads.filter((upload) => !items.some(({ location }) => location === upload.location));
    const list = await withoutArrived(interruptedOf(records, others, { busy, nowMs: Date.now() }));
    this.list = list;
    forget(({ id }) => records.some((one) => one.id === id) && !busy.has(id) && !list.some((one) => one.id === id));
  }

  /** Writes down what is under way in this tab, beside what others wrote. */
  remember(user: string): void {
    const own = batchIdsOf(this.#items());
    const others = readStored<BatchRecord[]>(STORED_AS, []).filter(({ id }) => !own.has(id));
    const records = [...others, ...recordsOf(this.#items(), user)];
    store(STORED_AS, records.length === 0 ? undefined : records);
  }

  /** The batch that is gone on with by bringing the same things to the same folder. */
  matching(batch: Pick<Batch, 'folder' | 'names'>): Interrupted | undefined {
    return this.list.find((one) => isAgain(one, batch));
  }

  /** Where the upload of a file goes on. */
  locationOf(path: string, file: File): string | undefined {
    const uploads = this.list.flatMap((one) => one.uploads);
    return uploads.find((upload) => upload.path === path && isOf(upload, file))?.location;
  }

  /** It goes on now, as another batch. */
  take(interrupted: Interrupted): void {
    this.#drop(interrupted);
  }

  /** What came of it goes. Throws `Problem`. */
  async discard(interrupted: Interrupted): Promise<void> {
    for (const { location } of interrupted.uploads) await endUpload(location);
    this.#drop(interrupted);
  }

  /** Those of other people of this browser stay. */
  clear(): void {
    this.list = [];
  }

  /** The server may have been at the last piece still when the page was loaded anew. */
  #see(path: string | undefined): void {
    if (!this.list.some(({ uploads }) => uploads.some((upload) => upload.path === path))) return;
    withoutArrived(this.list).then(
      (left) => this.list.filter(({ id }) => !left.some((one) => one.id === id)).forEach((one) => this.#drop(one)),
      // It is looked for again with the next page.
      () => undefined,
    );
  }

  #drop({ id }: Interrupted): void {
    this.list = this.list.filter((one) => one.id !== id);
    forget((record) => record.id === id);
  }
}

function forget(isOver: (record: BatchRecord) => boolean): void {
  const left = readStored<BatchRecord[]>(STORED_AS, []).filter((record) => !isOver(record));
  store(STORED_AS, left.length === 0 ? undefined : left);
}
