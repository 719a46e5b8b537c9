import { fold, foldText, type Folded } from './fold.ts';

/** How well a name fits, the best first. */
export const RANKS = ['exact', 'prefix', 'word', 'inside'] as const;
export type Rank = (typeof RANKS)[number];

/** Half-open ranges of UTF-16 units in the name itself, in order, apart from each other. */
export type Highlights = readonly (readonly [start: number, end: number])[];

/** What is searched for, folded: every word has to be in the name, wherever. */
export interface Wanted {
  readonly words: readonly string[];
  /** All of it, one space between words. */
  readonly phrase: string;
}

export function wantedOf(text: string): Wanted {
  const words = [
    ...new Set(
      foldText(text)
        .split(' ')
        .filter((word) => word !== ''),
    ),
  ];
  return {
    words,
    phrase: foldText(text)
      .split(' ')
      .filter((word) => word !== '')
      .join(' '),
  };
}

/** Undefined when a word is missing. Without words every name fits. */
export function rankOf(name: string, { words, phrase }: Wanted): Rank | undefined {
  const folded = fold(name);
  let isPrefix = false;
  let areStarts = true;
  for (const word of words) {
    const place = bestPlace(folded, word);
    if (place === 'none') return undefined;
    if (place === 'name') isPrefix = true;
    else if (place === 'inside') areStarts = false;
  }
  if (words.length === 0) return 'inside';
  if (folded.text === phrase || stemOf(folded.text) === phrase) return 'exact';
  if (isPrefix && areStarts) return 'prefix';
  return areStarts ? 'word' : 'inside';
}

/** Where the words stand in a name. */
export function highlight(name: string, { words }: Wanted): Highlights {
  const folded = fold(name);
  const found: [number, number][] = [];
  for (const word of words) {
    for (let at = folded.text.indexOf(word); at >= 0; at = folded.text.indexOf(word, at + word.length)) {
      found.push([folded.from[at] ?? 0, folded.to[at + word.length - 1] ?? 0]);
    }
  }
  return merged(found);
}

function merged(ranges: [number, number][]): Highlights {
  const apart: [number, number][] = [];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = apart.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

function bestPlace({ text, starts }: Folded, word: string): 'name' | 'word' | 'inside' | 'none' {
  let at = text.indexOf(word);
  if (at < 0) return 'none';
  if (at === 0) return 'name';
  for (; at >= 0; at = text.indexOf(word, at + 1)) if (starts[at] === true) return 'word';
  return 'inside';
}

/** Without the extension. */
function stemOf(text: string): string {
  const dot = text.lastIndexOf('.');
  return dot > 0 ? text.slice(0, dot) : text;
}
