import { listRecent } from '../api/recent.ts';
import { EntryRows, type EntryRow } from '../rows/entry-rows.svelte.ts';
import { Kept } from '../rows/kept.ts';
import type { Change } from '../state/live.svelte.ts';

const PAGE = 100;

export interface RecentRow extends EntryRow {
  /** ISO, by the server's clock. */
  readonly changedAt: string;
}

export type RecentRows = EntryRows<RecentRow>;

const CHANGED: ReadonlySet<Change['action']> = new Set([
  'created',
  'changed',
  'renamed',
  'moved',
  'copied',
  'restored',
]);

/** What somebody changed just now comes first. */
export function arrive({ list }: RecentRows, { action, entry, at }: Pick<Change, 'action' | 'entry' | 'at'>): void {
  if (entry?.kind !== 'file' || !CHANGED.has(action) || list.isFresh) return;
  const row = { id: entry.id, file: entry, changedAt: at };
  list.items = [row, ...list.items.filter(({ id }) => id !== row.id)];
}

export const kept = new Kept((): RecentRows => {
  const rows: RecentRows = new EntryRows('recent', async (cursor, signal) => {
    const { items, ...page } = await listRecent({ limit: PAGE, cursor }, signal);
    return { ...page, items: items.map(({ changedAt, ...file }) => ({ id: file.id, file, changedAt })) };
  });
  queueMicrotask(() => void rows.list.load());
  return rows;
});
