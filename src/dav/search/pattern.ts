/** Of a `DAV:like`, RFC 5323 §5.12: single characters and what stands for others, which are longer. */
export type Pattern = readonly string[];

const ONE = 'any one';
const MANY = 'any run';

/** `%` is any run of characters, `_` any one; a backslash takes their meaning from both and from itself. */
export function readPattern(text: string): Pattern {
  const pattern: string[] = [];
  let isEscaped = false;
  for (const character of text) {
    if (!isEscaped && character === '\\') {
      isEscaped = true;
      continue;
    }
    const wildcard = character === '%' ? MANY : character === '_' ? ONE : character;
    pattern.push(isEscaped ? character : wildcard);
    isEscaped = false;
  }
  if (isEscaped) pattern.push('\\');
  return pattern;
}

/** In steps that are never more than the product of both lengths, whatever the pattern. */
export function isLike(text: string, pattern: Pattern): boolean {
  const characters = Array.from(text);
  let at = 0;
  let place = 0;
  let retry: { at: number; place: number } | undefined;
  while (at < characters.length) {
    const wanted = pattern[place];
    if (wanted === MANY) {
      place += 1;
      retry = { at, place };
    } else if (wanted === ONE || wanted === characters[at]) {
      at += 1;
      place += 1;
    } else if (retry) {
      retry = { at: retry.at + 1, place: retry.place };
      ({ at, place } = retry);
    } else return false;
  }
  return pattern.slice(place).every((rest) => rest === MANY);
}

/** The runs of plain characters, each of which every text has that is like it. */
export function runsOf(pattern: Pattern): string[] {
  const runs: string[] = [];
  let run = '';
  for (const part of [...pattern, MANY]) {
    if (part !== ONE && part !== MANY) run += part;
    else if (run !== '') {
      runs.push(run);
      run = '';
    }
  }
  return runs;
}
