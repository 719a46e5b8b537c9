import { readStored, store } from '../lib/stored.ts';
import { session } from '../state/session.svelte.ts';

const MOST = 8;

/** What somebody searched for in this browser, the last first; others who use it have their own. */
export function recentSearches(): string[] {
  const stored = readStored<unknown>(storedAs(), []);
  return Array.isArray(stored) ? stored.filter((text) => typeof text === 'string') : [];
}

export function rememberSearch(text: string): void {
  const wanted = text.trim();
  if (wanted === '') return;
  store(storedAs(), [wanted, ...recentSearches().filter((other) => other !== wanted)].slice(0, MOST));
}

export function forgetSearches(): void {
  store(storedAs(), undefined);
}

function storedAs(): string {
  return `searches.${session.account?.name ?? ''}`;
}
