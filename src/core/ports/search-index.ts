import type { Progress, Watcher } from '../maintenance/progress.ts';
import type { IndexState } from '../search/index-names.ts';

/** The index of names, as administrators see it. */
export interface SearchIndex {
  /** With how far it is while something is being indexed. */
  state(): Promise<IndexState & { readonly progress: Progress | undefined }>;
  /** Builds it anew; the old one serves until then. */
  rebuild(watcher: Watcher): Promise<void>;
}
