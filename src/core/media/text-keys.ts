import { foldText } from '../search/fold.ts';

const KEY_BYTES = 255;
const TEXT_BYTES = 1024;
const MAX_DIGITS = 99;

/**
 * What a title is sorted by, byte by byte: without case and accents, numbers by their value (`Part 2` before `Part 10`).
 * Of long titles only the beginning counts.
 */
export function sortKeyOf(title: string): string {
  return cutBytes(foldText(title).trim().replace(/\d+/g, numberKey), KEY_BYTES);
}

/** How many digits it has, then the digits: the longer number is the greater one. */
function numberKey(digits: string): string {
  const value = digits.replace(/^0+/, '').slice(0, MAX_DIGITS);
  return `${String(value.length).padStart(2, '0')}${value}`;
}

/** What a title, or a tag, is searched in. */
export function searchTextOf(text: string): string {
  return cutBytes(foldText(text), TEXT_BYTES);
}

/** As much of a title or a tag as is kept. */
export function keptText(text: string): string {
  return cutBytes(text, TEXT_BYTES);
}

/** The beginning of a text, without half a character. */
function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
