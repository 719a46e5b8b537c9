/**
 * Names as they are compared by a search: without case, accents and other ways to write the same (fullwidth, ligatures,
 * composed or not), so that `é` finds `e`, `ß` finds `ss` and a name from macOS finds the same name from Windows.
 */
export interface Folded {
  readonly text: string;
  /** Whether a word begins at a place of `text`; one entry for each UTF-16 unit. */
  readonly starts: readonly boolean[];
  /** Where in the name, in UTF-16 units, what stands at a place of `text` came from. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const PLAIN = /^[\x20-\x7e]*$/;
/**
 * A character with what belongs to it: marks, the vowels and final consonants of Hangul written in parts, and the
 * halfwidth voiced marks of Japanese. Normalising one such piece never depends on its neighbours.
 */
const PIECE = /[^](?:\p{M}|\p{Default_Ignorable_Code_Point}|[\u1160-\u11ff\ud7b0-\ud7fb]|\uff9e|\uff9f)*/gu;
/** Marks that change no letter: they are of no script of their own. The Japanese voiced marks do change it. */
const ACCENTS = /(?![\u3099\u309a])\p{Script=Inherited}/gu;
/** In Cyrillic й and ў are letters of their own, while ё is е to most who search. */
const ACCENTS_BUT_BREVE = /(?![\u3099\u309a\u0306])\p{Script=Inherited}/gu;
const CYRILLIC = /\p{Script=Cyrillic}/u;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** What Unicode does not take apart and people do. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['œ', 'oe'],
  ['æ', 'ae'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ŧ', 't'],
  ['ŋ', 'n'],
  ['ı', 'i'],
  ['ς', 'σ'],
  ['‘', "'"],
  ['’', "'"],
  ['ʼ', "'"],
  ['“', '"'],
  ['”', '"'],
  ['‐', '-'],
  ['‑', '-'],
  ['–', '-'],
  ['—', '-'],
  ['−', '-'],
]);

/** The folded text alone: all that is needed of what is searched for. */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  let folded = '';
  for (const [piece] of text.matchAll(PIECE)) folded += foldPiece(piece);
  return folded;
}

export function fold(name: string): Folded {
  return PLAIN.test(name) ? foldPlain(name) : foldPieces(name);
}

function foldPlain(name: string): Folded {
  const starts: boolean[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let before: Kind = Kind.other;
  for (let at = 0; at < name.length; at += 1) {
    const kind = plainKind(name.charCodeAt(at));
    starts.push(isStart(before, kind));
    from.push(at);
    to.push(at + 1);
    before = kind;
  }
  return { text: name.toLowerCase(), starts, from, to };
}

function foldPieces(name: string): Folded {
  const starts: boolean[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let text = '';
  let before: Kind = Kind.other;
  for (const match of name.matchAll(PIECE)) {
    const [piece] = match;
    const folded = foldPiece(piece);
    if (folded === '') continue;
    const kind = kindOf(piece);
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(unit === 0 && isStart(before, kind));
      from.push(match.index);
      to.push(match.index + piece.length);
    }
    text += folded;
    before = kind;
  }
  return { text, starts, from, to };
}

/** Names are written in few characters: most are met again and again. */
const MAX_KNOWN_PIECES = 10_000;
const knownPieces = new Map<string, string>();

function foldPiece(piece: string): string {
  const known = knownPieces.get(piece);
  if (known !== undefined) return known;
  const folded = foldAnew(piece);
  if (knownPieces.size >= MAX_KNOWN_PIECES) knownPieces.clear();
  knownPieces.set(piece, folded);
  return folded;
}

function foldAnew(piece: string): string {
  const parts = piece.normalize('NFKD').toLowerCase().normalize('NFKD');
  const letters = parts.replace(CYRILLIC.test(parts) ? ACCENTS_BUT_BREVE : ACCENTS, '').replace(IGNORABLE, '');
  let spelled = '';
  for (const letter of letters) spelled += SPELLINGS.get(letter) ?? letter;
  return spelled.normalize('NFC').replace(/\s/g, ' ');
}

const Kind = { other: 0, lower: 1, upper: 2, digit: 3 } as const;
type Kind = (typeof Kind)[keyof typeof Kind];

function plainKind(code: number): Kind {
  if (code >= 97 && code <= 122) return Kind.lower;
  if (code >= 65 && code <= 90) return Kind.upper;
  return code >= 48 && code <= 57 ? Kind.digit : Kind.other;
}

function kindOf(piece: string): Kind {
  if (piece.length === 1 && piece < '\u0080') return plainKind(piece.charCodeAt(0));
  if (/^\p{Lu}/u.test(piece)) return Kind.upper;
  if (/^\p{L}/u.test(piece)) return Kind.lower;
  return /^\p{N}/u.test(piece) ? Kind.digit : Kind.other;
}

/** `holidayPhoto 2024` has three words: case and digits part them, too. */
function isStart(before: Kind, kind: Kind): boolean {
  if (kind === Kind.other) return false;
  if (before === Kind.other) return true;
  if ((before === Kind.digit) !== (kind === Kind.digit)) return true;
  return before === Kind.lower && kind === Kind.upper;
}
