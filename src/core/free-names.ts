import { MAX_NAME_BYTES } from '../lib/node-path.ts';

/** What follows the last dot of a name and is longer says nothing of the kind of file. */
const MAX_ENDING_BYTES = 32;

/** `film.mkv` with ` (2)` added is `film (2).mkv`; of a long name as much stays as there is room for. */
export function nameWith(name: string, addition: string): string {
  const dot = name.lastIndexOf('.');
  const isEnding = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_ENDING_BYTES;
  const stem = isEnding ? name.slice(0, dot) : name;
  const added = `${addition}${isEnding ? name.slice(dot) : ''}`;
  return withinBytes(stem, MAX_NAME_BYTES - Buffer.byteLength(added)) + added;
}

function withinBytes(text: string, maxBytes: number): string {
  const characters = Array.from(text);
  while (Buffer.byteLength(characters.join('')) > maxBytes) characters.pop();
  return characters.join('');
}

/**
 * The first of `name`, `name (2)`, `name (3)`, … that is free, as far as one can tell from a few of them: where one is
 * free, those after it are taken to be.
 */
export async function freeName(name: string, isTaken: (name: string) => Promise<boolean>): Promise<string> {
  const numbered = (number: number): string => (number === 1 ? name : nameWith(name, ` (${number})`));
  let taken = 0;
  let free = 1;
  while (await isTaken(numbered(free))) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const middle = (taken + free) >> 1;
    if (await isTaken(numbered(middle))) taken = middle;
    else free = middle;
  }
  return numbered(free);
}
