import type { PostingPlaces, SearchReads } from '../ports/search.ts';
import { ANY_NAME, beginningOf, endingOf, gramsOfWord, isShort, lengthOf, NAME_START, WORD_START } from './grams.ts';
import type { Rank, Wanted } from './matching.ts';
import { AllOf, anyOf, HeldIds, StoredPostings, type Falling } from './postings.ts';

/** More grams of a long word leave hardly fewer nodes. */
const MAX_GRAMS = 12;
const NOTHING = new HeldIds([]);

/** The postings of one space in one segment, as far as they were read for a request. */
export class Place {
  readonly #postings = new Map<string, string>();

  put(gram: string, nodeIds: string): void {
    this.#postings.set(gram, nodeIds);
  }

  /** Nodes whose names may be of a rank. */
  ofRank(rank: Rank, { words, phrase }: Wanted): Falling {
    const [first] = words;
    if (first === undefined) return rank === 'inside' ? this.#all([[ANY_NAME]]) : NOTHING;
    const parts = words.flatMap((word) => this.#partsOf(word, rank === 'inside' || rank === 'exact'));
    if (rank === 'exact') {
      parts.push(this.#starting(NAME_START, [first]), this.#ending(phrase));
    } else if (rank !== 'inside') {
      for (const word of words) parts.push([NAME_START, WORD_START].flatMap((mark) => this.#starting(mark, [word])));
      if (rank === 'prefix') parts.push(this.#starting(NAME_START, words));
    }
    return this.#all(parts);
  }

  /** Each part is a choice of grams. */
  #partsOf(word: string, isAnywhere: boolean): string[][] {
    if (!isShort(word)) return chosen(gramsOfWord(word)).map((gram) => [gram]);
    // Where a name or a word begins with it says all; anywhere else it is in a great many grams.
    return isAnywhere ? [this.#known(word)] : [];
  }

  #starting(mark: string, words: readonly string[]): string[] {
    return words.flatMap((word) => this.#known(mark + beginningOf(word)));
  }

  /** Names that end with the phrase, and those whose extension follows it. */
  #ending(phrase: string): string[] {
    const ending = endingOf(phrase);
    return [ending, ...this.#known(`${ending}.`)];
  }

  #known(prefix: string): string[] {
    return [...this.#postings.keys()].filter((gram) => gram.startsWith(prefix));
  }

  #all(parts: readonly (readonly string[])[]): Falling {
    const lists: { size: number; ids: Falling }[] = [];
    for (const grams of parts) {
      const texts = grams.map((gram) => this.#postings.get(gram)).filter((text) => text !== undefined);
      if (texts.length === 0) return NOTHING;
      const size = texts.reduce((sum, text) => sum + text.length, 0);
      lists.push({ size, ids: anyOf(texts.map((text) => new StoredPostings(text))) });
    }
    return new AllOf(lists.sort((a, b) => a.size - b.size).map(({ ids }) => ids));
  }
}

/** Reads what the words need, in a query and one more for each short word. */
export async function readPlaces(
  search: SearchReads,
  { wanted, ...where }: PostingPlaces & { readonly wanted: Wanted },
): Promise<Place[]> {
  const { grams, prefixes } = neededFor(wanted);
  const postings = grams.length === 0 ? [] : await search.listPostings({ ...where, grams });
  for (const prefix of prefixes) postings.push(...(await search.listPostingsFrom({ ...where, prefix })));
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
