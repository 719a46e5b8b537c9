import { fold } from './fold.ts';

/**
 * What a name is found by: each run of three characters, and at its end the last two and the last one by themselves.
 * Names hold no control characters, so these can say where a run stands.
 */
const GRAM = 3;
/** Before the first two characters of a name. */
export const NAME_START = '\u0002';
/** Before the first two characters of any other word. */
export const WORD_START = '\u0001';
/** Every name has it. */
export const ANY_NAME = '';

/** Past every gram that begins with what stands before it. */
export const AFTER_ALL = '\u{10ffff}';

/** The grams of a name, some of them perhaps more than once. */
export function gramsOfName(name: string): string[] {
  const { text, starts } = fold(name);
  const grams = [ANY_NAME];
  const chars = charactersOf(text);
  let unit = 0;
  for (let at = 0; at < chars.length; at += 1) {
    grams.push(run(chars, at, GRAM));
    if (at === 0) grams.push(NAME_START + run(chars, 0, GRAM - 1));
    else if (starts[unit] === true) grams.push(WORD_START + run(chars, at, GRAM - 1));
    unit += (chars[at] ?? '').length;
  }
  return grams;
}

/** The grams that every name with `word` in it has; none for a word that is too short to have any of its own. */
export function gramsOfWord(word: string): string[] {
  const chars = charactersOf(word);
  const grams = new Set<string>();
  for (let at = 0; at + GRAM <= chars.length; at += 1) grams.add(run(chars, at, GRAM));
  return [...grams];
}

/** As much of a word as a gram that tells where it begins can hold. */
export function beginningOf(word: string): string {
  return run(charactersOf(word), 0, GRAM - 1);
}

/** The last two characters: a gram of their own in a name that ends with them. */
export function endingOf(word: string): string {
  const chars = charactersOf(word);
  return run(chars, Math.max(0, chars.length - GRAM + 1), GRAM - 1);
}

export function lengthOf(word: string): number {
  return charactersOf(word).length;
}

/** Without a gram of its own. */
export function isShort(word: string): boolean {
  return lengthOf(word) < GRAM;
}

/** Characters outside the basic plane count as one. */
function charactersOf(text: string): string | readonly string[] {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
}

function run(chars: string | readonly string[], from: number, length: number): string {
  return typeof chars === 'string' ? chars.slice(from, from + length) : chars.slice(from, from + length).join('');
}
