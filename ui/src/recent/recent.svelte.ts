import { listRecent } from '../api/recent.ts';
import { EntryRows, type EntryRow } from '../rows/entry-rows.svelte.ts';
import { Kept } from '../rows/kept.ts';

const PAGE = 100;

export interface RecentRow extends EntryRow {
  /** ISO, by the server's clock. */
  readonly changedAt: string;
}

export type RecentRows = EntryRows<RecentRow>;

export const kept = new Kept((): RecentRows => {
  const rows: RecentRows = new EntryRows('recent', async (cursor, signal) => {
    const { items, ...page } = await listRecent({ limit: PAGE, cursor }, signal);
    return { ...page, items: items.map(({ changedAt, ...file }) => ({ id: file.id, file, changedAt })) };
  });
  queueMicrotask(() => void rows.list.load());
  return rows;
});
