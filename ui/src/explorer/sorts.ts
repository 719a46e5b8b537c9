import type { SortKey } from '../api/files.ts';
import type { MessageKey } from '../lib/messages.svelte.ts';
import type { Sorting } from './folder-order.ts';

/** In the order of the columns. */
export const SORTS: readonly { readonly sort: SortKey; readonly label: MessageKey }[] = [
  { sort: 'name', label: 'explorer.name' },
  { sort: 'type', label: 'explorer.kind' },
  { sort: 'size', label: 'explorer.size' },
  { sort: 'modified', label: 'explorer.modified' },
];

/** The other way round where it is sorted by that already; the largest and latest first otherwise. */
export function sortedBy(sort: SortKey, now: Sorting): Sorting {
  if (sort === now.sort) return { sort, order: now.order === 'asc' ? 'desc' : 'asc' };
  return { sort, order: sort === 'size' || sort === 'modified' ? 'desc' : 'asc' };
}
