import type { FileEntry } from '../api/files.ts';
import { compareEntries, type Sorting } from './folder-order.ts';

/** Letters typed in quick succession are one beginning of a name. */
const PAUSE_MS = 1000;

interface Asked {
  readonly count: number;
  readonly sorting: Sorting;
  slice(span: { first: number; end: number }): Promise<readonly FileEntry[]>;
}

export interface Listed extends Asked {
  readonly isWhole: boolean;
  at(index: number): FileEntry | undefined;
  /** The same in the order of names. */
  byName(): Asked;
  /** Asks where an entry is; undefined when it is not there. */
  positionOf(id: number): Promise<number | undefined>;
}

interface Found {
  readonly id: number;
  readonly index: number;
}

/** Jumps to names by their first letters. */
export class TypeAhead {
  #typed = '';
  #lastMs = -Infinity;

  /** The position of the name that the letters typed until now lead to; undefined where there is none. */
  async type(letter: string, list: Listed, from: number, nowMs = performance.now()): Promise<number | undefined> {
    this.#typed = nowMs - this.#lastMs > PAUSE_MS ? letter : this.#typed + letter;
    this.#lastMs = nowMs;
    // The same letter again and again goes through the names that begin with it.
    const isRepeated = this.#typed === letter.repeat(this.#typed.length / letter.length);
    const beginning = isRepeated ? letter : this.#typed;
    const start = isRepeated ? from + 1 : from;
    const known = findKnown(list, beginning, start);
    if (known !== undefined || list.isWhole) return known;
    const byName = list.byName();
    const far = (await findFar(byName, beginning, 'folder')) ?? (await findFar(byName, beginning, 'file'));
    return byName === list || !far ? far?.index : list.positionOf(far.id);
  }

  /** What comes next is a beginning of its own. */
  end(): void {
    this.#lastMs = -Infinity;
  }

  /** A space belongs to the letters just typed, if there are any. */
  isTyping(nowMs = performance.now()): boolean {
    return nowMs - this.#lastMs <= PAUSE_MS;
  }
}

/** From a position on, around the end; not beyond what is known. */
function findKnown(list: Listed, beginning: string, from: number): number | undefined {
  for (let step = 0; step < list.count; step += 1) {
    const index = (from + step) % list.count;
    const entry = list.at(index);
    if (entry && begins(entry, beginning)) return index;
  }
  return undefined;
}

function begins({ name }: FileEntry, beginning: string): boolean {
  return fold(name).startsWith(fold(beginning));
}

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** In a list by name of which most is not known: some fifteen looks at one entry each. */
async function findFar(list: Asked, beginning: string, kind: FileEntry['kind']): Promise<Found | undefined> {
  // Backwards, names that begin so stand behind the beginning itself: they are looked for from behind it.
  const isBackwards = list.sorting.order === 'desc';
  const name = isBackwards ? `${beginning}\u{ffff}` : beginning;
  let low = 0;
  for (let high = list.count; low < high;) {
    const middle = (low + high) >> 1;
    const [entry] = await list.slice({ first: middle, end: middle + 1 });
    if (!entry) return undefined;
    if (compareEntries(list.sorting, entry, { ...entry, kind, name }) < 0) low = middle + 1;
    else high = middle;
  }
  const [found] = await list.slice({ first: low, end: low + 1 });
  return found?.kind === kind && begins(found, beginning) ? { id: found.id, index: low } : undefined;
}
