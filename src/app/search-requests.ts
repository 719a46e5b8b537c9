import type { Core } from '../core/core.ts';
import type { SearchIndex } from '../core/ports/search-index.ts';
import { indexState, rebuildIndex } from '../core/search/index-names.ts';
import type { AdminResult, Asker } from './requests.ts';

/** In a server the one that follows what changes; a command alone does the same work itself. */
interface Parts {
  readonly core: Core;
  readonly searchIndex?: SearchIndex | undefined;
}

export async function showSearchIndex({ core, searchIndex }: Parts): Promise<AdminResult<'searchStatus'>> {
  if (!searchIndex) return indexState(core);
  const { progress, ...state } = await searchIndex.state();
  return progress ? { ...state, doneCount: progress.doneCount } : state;
}

export async function rebuildSearchIndex(
  parts: Parts,
  _args: object,
  asker: Asker,
): Promise<AdminResult<'searchRebuild'>> {
  const { core, searchIndex } = parts;
  await (searchIndex ? searchIndex.rebuild(asker) : rebuildIndex(core, asker));
  return showSearchIndex(parts);
}
