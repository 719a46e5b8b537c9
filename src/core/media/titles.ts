import type { MediaEntry } from '../ports/media-library.ts';
import type { MediaFacts } from './facts.ts';

export interface Title {
  readonly title: string;
  readonly year: number | undefined;
}

/** What people are shown instead of a file name. */
export function titleOf({ kind, name, facts }: TitleOf): Title {
  if (kind === 'folder') return { title: name, year: undefined };
  const stem = name.replace(/\.[^.]{1,5}$/, '') || name;
  if (kind === 'audio') return { title: facts?.title ?? stem, year: facts?.year };
  return { title: stem, year: undefined };
}

interface TitleOf {
  readonly kind: MediaEntry['kind'];
  readonly name: string;
  readonly facts: MediaFacts | undefined;
}
