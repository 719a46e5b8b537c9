import { isLanguageWord, isReleaseWord, isVersionWord, withoutEnding } from './release-words.ts';

export interface Title {
  readonly title: string;
  readonly year: number | undefined;
}

interface Word {
  readonly text: string;
  readonly start: number;
}

/** Where a title ends, and what the year is that stands there. */
interface Cut {
  readonly at: number;
  readonly year: number | undefined;
}

const EPISODE =
  /(?<![\p{L}\p{N}])(?:s(?<season>\d{1,2})[ ._-]?e(?<episode>\d{1,4})(?<more>(?:[-+]?e\d{1,4})*)|(?<number>\d{1,2})x(?<of>\d{2,3}))(?![\p{L}\p{N}])/iu;
/** A programme of every day. */
const DAY =
  /(?<![\p{L}\p{N}])(?<year>(?:19|20)\d\d)[ ._-](?<month>0\d|1[0-2])[ ._-](?<day>[0-2]\d|3[01])(?![\p{L}\p{N}])/u;
/** Films on several discs have a name for all of them. */
const DISC = /(?<![\p{L}\p{N}])(?:cd|dis[ck]|part|pt|teil)[ ._-]?\d{1,2}(?![\p{L}\p{N}])/iu;
const YEAR_IN_BRACKETS = /[([](?<year>(?:19|20)\d\d)[)\]]/g;
/** Films of the future are called after years of the future. */
const YEAR = /^(?:19\d\d|20[0-3]\d)$/;
const SITE = /^(?:\[\s*)?www\.\S+?\.\w{2,6}(?:\s*\])?[\s._-]+/i;
/** Whoever released it stands in front; what follows tells that this is so. */
const GROUP = /^\[[^\]]*\][\s._-]*(?=[^\s._-])/;
const CHECKSUM = /[[(][\da-f]{8}[\])]/i;

/**
 * What a film is called by the name of its file, without the noise of releases; and of which year it is, if that is said.
 * Where there is no noise for sure, the name is the title.
 */
export function filmTitle(name: string): Title {
  const stem = withoutEnding(name);
  const text = stem
    .replace(/[（【]/g, (bracket) => (bracket === '（' ? '(' : '['))
    .replace(/）/g, ')')
    .replace(/】/g, ']');
  const found = dated(text) ?? episode(text) ?? film(text);
  return /[\p{L}\p{N}]/u.test(found.title) ? found : { title: stem, year: undefined };
}

function episode(text: string): Title | undefined {
  const match = EPISODE.exec(text);
  if (!match?.groups) return undefined;
  const { season, number = '', episode: first, of = '', more = '' } = match.groups;
  const mark = `S${(season ?? number).padStart(2, '0')}E${(first ?? of).padStart(2, '0')}${more.toUpperCase()}`;
  const show = plain(withoutGroup(text.slice(0, match.index), text));
  const rest = text.slice(match.index + match[0].length).replace(/^[\s._-]+/, '');
  const { at } = endOfTitle(wordsOf(rest), rest, 0);
  const called = plain(at < rest.length ? withoutVersion(rest.slice(0, at), { least: 0, hasYear: false }) : rest);
  return { title: [show, mark, called].filter((part) => part !== '').join(' '), year: undefined };
}

function dated(text: string): Title | undefined {
  const match = DAY.exec(text);
  if (!match?.groups || match.index === 0) return undefined;
  const { year = '', month = '', day = '' } = match.groups;
  const show = plain(withoutGroup(text.slice(0, match.index), text));
  return show === '' ? undefined : { title: `${show} ${year}-${month}-${day}`, year: Number(year) };
}

function film(text: string): Title {
  const words = wordsOf(text);
  const { at, year } = endOfTitle(words, text, 1);
  const before = text.slice(0, at);
  const own = at < text.length ? withoutVersion(before, { least: 1, hasYear: year !== undefined }) : before;
  const title = plain(withoutGroup(own, text));
  const disc = at < text.length ? DISC.exec(text.slice(at))?.[0] : undefined;
  return { title: disc === undefined ? title : `${title} ${plain(disc)}`, year };
}

/** `least`: so many words are the title at least. */
function endOfTitle(words: readonly Word[], text: string, least: number): Cut {
  const whole = { at: text.length, year: undefined };
  const hard = words.findIndex((word, at) => at >= least && isReleaseWord(word.text));
  const noise = hard < 0 ? undefined : words[hard];
  const bracketed = yearInBrackets(text, noise?.start ?? text.length);
  if (bracketed) return bracketed;
  const years = words.filter((word, at) => at > 0 && at >= least && YEAR.test(word.text));
  if (noise) {
    const year = years.findLast(({ start }) => start < noise.start);
    return year ? { at: year.start, year: Number(year.text) } : { at: noise.start, year: undefined };
  }
  // `Wonder Woman 1984` is of 2020: where people write blanks, they write brackets, too.
  const last = /\s/.test(text) ? undefined : years.at(-1);
  if (last === undefined || !words.slice(words.indexOf(last) + 1).every(isVersion)) return whole;
  return { at: last.start, year: Number(last.text) };
}

function isVersion({ text }: Word): boolean {
  return isVersionWord(text) || isLanguageWord(text);
}

function yearInBrackets(text: string, before: number): Cut | undefined {
  const all = [...text.matchAll(YEAR_IN_BRACKETS)].filter(({ index }) => index > 0 && index < before);
  const match = all.at(-1);
  return match && { at: match.index, year: Number(match.groups?.['year']) };
}

/** What is said of the version in front of the year, or of all noise. */
function withoutVersion(title: string, { least, hasYear }: { least: number; hasYear: boolean }): string {
  const words = wordsOf(title);
  let kept = words.length;
  while (kept > least) {
    const text = words[kept - 1]?.text ?? '';
    if (!isVersionWord(text) && (hasYear || !isLanguageWord(text))) break;
    kept -= 1;
  }
  return kept === words.length ? title : title.slice(0, words[kept]?.start);
}

/** `[REC]` is a title, unless something else in brackets is no word of one. */
function withoutGroup(title: string, text: string): string {
  const own = title.replace(SITE, '');
  const bracketed = [...text.matchAll(/[[(]([^\])]*)[\])]/g)].slice(1);
  const isRelease = bracketed.some(([, inner = '']) => wordsOf(inner).some((word) => isReleaseWord(word.text)));
  return isRelease || CHECKSUM.test(text) ? own.replace(GROUP, '') : own;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[^\s._,[\](){}]+/g)].map((match) => ({ text: match[0], start: match.index }));
}

/** Without what is left of brackets and dashes at its ends; where there are no blanks, dots and low lines stand for them. */
function plain(text: string): string {
  const inner = text.replace(/[\s([{_+-]+$/, '').replace(/^[\s)\]}_+-]+/, '');
  const title = /\s/.test(inner) ? inner : withBlanks(inner);
  return title.replace(/\s+/g, ' ').trim();
}

function withBlanks(text: string): string {
  const words = text.replaceAll('_', ' ').split('.');
  let title = '';
  for (const [at, word] of words.entries()) {
    const isLetter = /^\p{Lu}$/u.test(word);
    const isInitials = isLetter && (isSingle(words[at - 1]) || isSingle(words[at + 1]));
    // `S.W.A.T.` keeps its dots, the last one as well.
    if (isInitials) title += isSingle(words[at + 1]) ? `${word}.` : `${word}. `;
    else title += `${word} `;
  }
  return title.replace(/[\s-]+$/, '');
}

function isSingle(word: string | undefined): boolean {
  return word !== undefined && /^\p{Lu}$/u.test(word);
}
