import { setImmediate } from 'node:timers/promises';
import type { PostingPlaces, SearchReads } from '../ports/search.ts';
import { ANY_NAME, beginningOf, endingOf, gramsOfWord, isShort, lengthOf, NAME_START, WORD_START } from './grams.ts';
import type { Rank, Wanted } from './matching.ts';
import { AllOf, anyOf, HeldIds, StoredPostings, takeAll, type Falling } from './postings.ts';

/** More grams of a long word leave hardly fewer nodes. */
const MAX_GRAMS = 12;
/** A list of this length is read once for all ranks. */
const MAX_COMMON = 16_384;
const NOTHING = new HeldIds([]);

/** A list, and how long it takes to read. */
interface Sized {
  readonly size: number;
  readonly ids: Falling;
}

/** The postings of one space in one segment, as far as they were read for a request. */
export class Place {
  readonly #postings = new Map<string, string>();
  /** What has all long words somewhere, when that is little: every rank begins with it. */
  #common: readonly number[] | undefined;

  put(gram: string, nodeIds: string): void {
    this.#postings.set(gram, nodeIds);
  }

  /** Nodes whose names may be of a rank. */
  ofRank(rank: Rank, { words, phrase }: Wanted): Falling {
    const [first] = words;
    if (first === undefined) return rank === 'inside' ? allOf([this.#any([ANY_NAME])]) : NOTHING;
    const lists = this.#commonTo(words);
    if (rank === 'prefix' || rank === 'word') {
      // Where names and words begin with a short word says all; anywhere else it is in a great many grams.
      for (const word of words) lists.push(this.#starting([NAME_START, WORD_START], [word]));
      if (rank === 'prefix') lists.push(this.#starting([NAME_START], words));
      return allOf(lists);
    }
    for (const word of words) if (isShort(word)) lists.push(this.#any(this.#known(word)));
    if (rank === 'exact') lists.push(this.#starting([NAME_START], [first]), this.#ending(phrase));
    return allOf(lists);
  }

  #commonTo(words: readonly string[]): Sized[] {
    if (this.#common) return [{ size: this.#common.length, ids: new HeldIds(this.#common) }];
    const grams = words.flatMap((word) => chosen(gramsOfWord(word)));
    const lists = grams.map((gram) => this.#any([gram]));
    const least = lists.reduce((size, list) => Math.min(size, list.size), Infinity);
    if (least > MAX_COMMON) return lists;
    this.#common = takeAll(allOf(lists));
    return [{ size: this.#common.length, ids: new HeldIds(this.#common) }];
  }

  #starting(marks: readonly string[], words: readonly string[]): Sized {
    const beginnings = marks.flatMap((mark) => words.map((word) => mark + beginningOf(word)));
    return this.#any(beginnings.flatMap((beginning) => this.#known(beginning)));
  }

  /** Names that end with the phrase, and those whose extension follows it. */
  #ending(phrase: string): Sized {
    const ending = endingOf(phrase);
    return this.#any([ending, ...this.#known(`${ending}.`)]);
  }

  #known(prefix: string): string[] {
    return [...this.#postings.keys()].filter((gram) => gram.startsWith(prefix));
  }

  #any(grams: readonly string[]): Sized {
    const texts = grams.map((gram) => this.#postings.get(gram)).filter((text) => text !== undefined);
    const size = texts.reduce((sum, text) => sum + text.length, 0);
    return { size, ids: anyOf(texts.map((text) => new StoredPostings(text))) };
  }
}

/** The shortest first: it says how far the others have to be read. */
function allOf(lists: readonly Sized[]): Falling {
  if (lists.some(({ size }) => size === 0)) return NOTHING;
  return new AllOf(lists.toSorted((a, b) => a.size - b.size).map(({ ids }) => ids));
}

/** Where the store answers at once, nobody else comes to anything meanwhile, not even to say that they gave up. */
async function turn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** Reads what the words need, in a query and one more for each short word. */
export async function readPlaces(
  search: SearchReads,
  { wanted, signal, ...where }: PostingPlaces & { readonly wanted: Wanted; readonly signal: AbortSignal },
): Promise<Place[]> {
  const { grams, prefixes } = neededFor(wanted);
  const postings = grams.length === 0 ? [] : await search.listPostings({ ...where, grams });
  for (const prefix of prefixes) {
    await turn(signal);
    for (const posting of await search.listPostingsFrom({ ...where, prefix })) postings.push(posting);
  }
  await turn(signal);
  const places = new Map<string, Place>();
  for (const { segmentId, spaceId, gram, nodeIds } of postings) {
    const key = `${segmentId} ${spaceId}`;
    const place = places.get(key) ?? new Place();
    places.set(key, place);
    place.put(gram, nodeIds);
  }
  return [...places.values()];
}

function neededFor({ words, phrase }: Wanted): { grams: string[]; prefixes: string[] } {
  if (words.length === 0) return { grams: [ANY_NAME], prefixes: [] };
  const grams = new Set<string>();
  const prefixes = new Set<string>();
  for (const word of words) {
    const beginning = beginningOf(word);
    const marked = lengthOf(word) === 1 ? prefixes : grams;
    for (const mark of [NAME_START, WORD_START]) marked.add(mark + beginning);
    if (isShort(word)) prefixes.add(word);
    else for (const gram of chosen(gramsOfWord(word))) grams.add(gram);
  }
  const ending = endingOf(phrase);
  grams.add(ending);
  // After a single letter the first of the extension would have to be known; those grams begin with the word itself.
  if (lengthOf(ending) > 1) grams.add(`${ending}.`);
  return { grams: [...grams], prefixes: [...prefixes] };
}

/** Some from everywhere in the word. */
function chosen(grams: readonly string[]): readonly string[] {
  if (grams.length <= MAX_GRAMS) return grams;
  const step = (grams.length - 1) / (MAX_GRAMS - 1);
  return Array.from({ length: MAX_GRAMS }, (_, index) => grams[Math.round(index * step)] ?? '');
}
