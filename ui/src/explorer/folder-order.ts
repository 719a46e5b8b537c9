import type { FileEntry, SortKey, SortOrder } from '../api/files.ts';
import type { KnownEntries, Span } from './known-entries.ts';

export interface Sorting {
  readonly sort: SortKey;
  readonly order: SortOrder;
}

const DIGITS = /\d+/g;

/** By code units, as the server sorts names: `a2` before `a10`, without case and accents. */
function naturalKey(name: string): string {
  const folded = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return folded.replaceAll(DIGITS, (digits) => {
    const number = digits.replace(/^0+/, '');
    return `0${String.fromCharCode(number.length)}${number}`;
  });
}

function ordered<Value extends string | number>(one: Value, other: Value): number {
  if (one < other) return -1;
  return one > other ? 1 : 0;
}

function valueOf(entry: FileEntry, sort: SortKey): string | number {
  if (sort === 'size') return entry.sizeBytes;
  if (sort === 'modified') return Date.parse(entry.modifiedAt);
  return sort === 'type' ? (entry.mediaType ?? '').toLowerCase() : '';
}

/** Folders come first either way, and among equals the name decides. */
export function compareEntries({ sort, order }: Sorting, one: FileEntry, other: FileEntry): number {
  if (one.kind !== other.kind) return one.kind === 'folder' ? -1 : 1;
  const direction = order === 'asc' ? 1 : -1;
  const byName =
    ordered(naturalKey(one.name), naturalKey(other.name)) ||
    ordered(one.name.normalize('NFC'), other.name.normalize('NFC'));
  if (sort === 'name') return direction * byName;
  return direction * ordered(valueOf(one, sort), valueOf(other, sort)) || byName;
}

/**
 * Where an entry belongs in a list of which only parts may be known; undefined where it is not sure: it belongs into a gap,
 * or beside one. `near` is a position in the part that is looked at.
 */
export function placeOf(known: KnownEntries, entry: FileEntry, sorting: Sorting, near: number): number | undefined {
  const run: Span = known.isWhole ? { first: 0, end: known.count } : known.run(Math.min(near, known.count));
  let low = run.first;
  for (let high = run.end; low < high;) {
    const middle = (low + high) >> 1;
    const other = known.at(middle);
    if (other && compareEntries(sorting, other, entry) <= 0) low = middle + 1;
    else high = middle;
  }
  const isBesideGap = (low === run.first && run.first > 0) || (low === run.end && run.end < known.count);
  return isBesideGap ? undefined : low;
}
