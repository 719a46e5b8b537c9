/** Of a `DAV:like`, RFC 5323 §5.12: the runs between its `%`, as code points; at least one, which may be empty. */
export type Pattern = readonly (readonly number[])[];

/** Stands for any one character. */
const ONE = -1;

/** `%` is any run of characters, `_` any one; a backslash takes their meaning from both and from itself. */
export function readPattern(text: string): Pattern {
  let run: number[] = [];
  const pattern = [run];
  let isEscaped = false;
  for (const character of text) {
    if (!isEscaped && character === '\\') {
      isEscaped = true;
      continue;
    }
    if (!isEscaped && character === '%') pattern.push((run = []));
    else run.push(!isEscaped && character === '_' ? ONE : codeOf(character));
    isEscaped = false;
  }
  if (isEscaped) run.push(codeOf('\\'));
  return pattern;
}

/** In steps that are never more than the product of both lengths, whatever the pattern. */
export function isLike(text: string, pattern: Pattern): boolean {
  const codes = codesOf(text);
  const [first = [], ...others] = pattern;
  const last = others.pop();
  if (!last) return codes.length === first.length && standsAt(0, first, codes);
  const end = codes.length - last.length;
  if (end < first.length || !standsAt(0, first, codes) || !standsAt(end, last, codes)) return false;
  let at = first.length;
  // Where a run stands first, it leaves the most to those after it.
  for (const run of others) {
    while (at + run.length <= end && !standsAt(at, run, codes)) at += 1;
    at += run.length;
    if (at > end) return false;
  }
  return true;
}

function standsAt(at: number, run: readonly number[], codes: readonly number[]): boolean {
  for (let index = 0; index < run.length; index += 1) {
    const wanted = run[index];
    if (wanted !== ONE && wanted !== codes[at + index]) return false;
  }
  return true;
}

/** The stretches of plain characters, each of which every text has that is like it. */
export function stretchesOf(pattern: Pattern): string[] {
  return pattern.flatMap((run) => {
    const stretches = [''];
    for (const code of run) {
      if (code === ONE) stretches.push('');
      else stretches.push(`${stretches.pop() ?? ''}${String.fromCodePoint(code)}`);
    }
    return stretches.filter((stretch) => stretch !== '');
  });
}

function codesOf(text: string): number[] {
  const codes: number[] = [];
  for (const character of text) codes.push(codeOf(character));
  return codes;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
