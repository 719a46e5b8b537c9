import type { SearchQuery } from '../api/found.ts';
import { FAMILIES } from '../lib/families.ts';

/** What is searched for: words, and what else must hold. An empty text asks for nothing. */
export interface Search {
  readonly text: string;
  readonly type: Type;
  readonly size: Size;
  readonly changed: Changed;
  /** Days, `2026-11-21`, both included; when `changed` is `between`. */
  readonly from: string;
  readonly to: string;
  /** `home`, or the name of a shared folder in the root. */
  readonly place: string;
  /** The path of a folder. */
  readonly below: string;
}

export const TYPES = ['', 'folder', 'file', ...FAMILIES] as const;
export type Type = (typeof TYPES)[number];

const MB = 1_000_000;
const SIZE_RANGES = {
  '': {},
  'to-1mb': { maxBytes: MB },
  'to-10mb': { minBytes: MB, maxBytes: 10 * MB },
  'to-100mb': { minBytes: 10 * MB, maxBytes: 100 * MB },
  'to-1gb': { minBytes: 100 * MB, maxBytes: 1000 * MB },
  'over-1gb': { minBytes: 1000 * MB },
} as const;
export type Size = keyof typeof SIZE_RANGES;
export const SIZES = Object.keys(SIZE_RANGES) as Size[];

const DAYS = { '': 0, day: 1, week: 7, month: 30, year: 365, between: 0 } as const;
export type Changed = keyof typeof DAYS;
export const CHANGED = Object.keys(DAYS) as Changed[];
const DAY_MS = 86_400_000;

export const NO_SEARCH: Search = {
  text: '',
  type: '',
  size: '',
  changed: '',
  from: '',
  to: '',
  place: '',
  below: '',
};

/** The page's address has each of them under a short name. */
const NAMES = {
  text: 'q',
  type: 'type',
  size: 'size',
  changed: 'changed',
  from: 'from',
  to: 'to',
  place: 'in',
  below: 'below',
} as const satisfies Record<keyof Search, string>;

/** As the address has it; what makes no sense there is left out. */
export function readSearch(query: URLSearchParams): Search {
  const day = (name: string): string => (isDay(query.get(name)) ? (query.get(name) ?? '') : '');
  return {
    text: query.get(NAMES.text) ?? '',
    type: oneOf(TYPES, query.get(NAMES.type)),
    size: oneOf(SIZES, query.get(NAMES.size)),
    changed: oneOf(CHANGED, query.get(NAMES.changed)),
    from: day(NAMES.from),
    to: day(NAMES.to),
    place: query.get(NAMES.place) ?? '',
    below: query.get(NAMES.below) ?? '',
  };
}

/** `/search?q=plan&type=image`. */
export function searchAddress(search: Search): string {
  const query = new URLSearchParams();
  for (const [key, name] of Object.entries(NAMES)) {
    const value = search[key as keyof Search];
    if (value !== '') query.set(name, value);
  }
  return `/search${query.size > 0 ? `?${query.toString()}` : ''}`;
}

export function isEmpty(search: Search): boolean {
  return search.text.trim() === '' && !isFiltered(search);
}

export function isFiltered({ type, size, changed, from, to, place, below }: Search): boolean {
  return [type, size, changed === 'between' ? `${from}${to}` : changed, place, below].some((value) => value !== '');
}

/** As the API takes it. */
export function queryOf(search: Search, nowMs: number): Omit<SearchQuery, 'limit' | 'cursor'> {
  const { text, type, size, place, below } = search;
  return {
    q: text.trim(),
    ...(type === 'file' || type === 'folder' ? { kind: type } : type !== '' && { type }),
    ...SIZE_RANGES[size],
    ...timesOf(search, nowMs),
    ...(place !== '' && { space: place }),
    ...(below !== '' && { below }),
  };
}

function timesOf({ changed, from, to }: Search, nowMs: number): Pick<SearchQuery, 'modifiedAfter' | 'modifiedBefore'> {
  if (changed === '') return {};
  if (changed !== 'between') return { modifiedAfter: new Date(nowMs - DAYS[changed] * DAY_MS).toISOString() };
  return {
    ...(from !== '' && { modifiedAfter: new Date(`${from}T00:00`).toISOString() }),
    // All of that day, as the clock of the one who asks has it; days may have 23 hours.
    ...(to !== '' && { modifiedBefore: nextDay(to).toISOString() }),
  };
}

function nextDay(day: string): Date {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + 1);
  return date;
}

function isDay(value: string | null): boolean {
  return value !== null && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
}

function oneOf<Value extends string>(values: readonly Value[], value: string | null): Value | '' {
  return values.find((each) => each === value) ?? '';
}
