import { live } from '../../state/live.svelte.ts';
import { explorer } from '../explorer.svelte.ts';
import type { EntriesView } from './target.ts';

/** Takes these out of a list while `work` moves them away; what is still there afterwards comes back. */
export async function hiding<Result>(
  ids: readonly number[],
  work: () => Promise<Result>,
  view: EntriesView = explorer,
): Promise<Result> {
  const show = view.hide(new Set(ids));
  try {
    return await work();
  } finally {
    show();
  }
}

/** The open folder is looked at anew, where no event tells of what was done. */
export async function look(): Promise<void> {
  if (!live.isConnected) await explorer.list.refresh();
}
