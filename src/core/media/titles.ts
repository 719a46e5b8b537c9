import type { MediaEntry } from '../ports/media-library.ts';
import type { MediaFacts } from './facts.ts';
import { filmTitle, type Title } from './film-title.ts';
import { withoutEnding } from './release-words.ts';

export interface TitledFile {
  readonly kind: MediaEntry['kind'];
  readonly name: string;
  readonly facts: MediaFacts | undefined;
}

/** What people are shown in place of a file name. Of films nothing but the name counts: who makes them writes anything. */
export function titleOf({ kind, name, facts }: TitledFile): Title {
  if (kind === 'video') return filmTitle(name);
  if (kind === 'audio') return { title: tagged(facts) ?? trackTitle(name), year: facts?.year };
  return { title: kind === 'folder' ? name : withoutEnding(name), year: facts?.year };
}

function tagged(facts: MediaFacts | undefined): string | undefined {
  const title = facts?.title?.trim();
  return title === '' ? undefined : title;
}

/** `07 Song`, `7. Song`, `1-07 Song`; but `99 Luftballons`. */
const TRACK = /^(?:\d{1,2}-)?(?:0\d{1,2}[\s._-]+|\d{1,3}(?:\.\s*|\s*[_-]\s*))(?=.*\p{L})/u;

function trackTitle(name: string): string {
  const stem = withoutEnding(name);
  const text = /\s/.test(stem) ? stem : stem.replaceAll('_', ' ');
  return (
    text
      .replace(TRACK, '')
      .replace(/^[\s._-]+/, '')
      .trim() || stem
  );
}
