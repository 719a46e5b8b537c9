import type { MediaCriterion, MediaEntry, MediaOrder, MediaQuery, MediaScope } from '../../core/ports/media-library.ts';
import { searchTextOf } from '../../core/media/text-keys.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { SqlValue } from '../sql.ts';

/** As `media_entry.kind` has them: folders come first. */
export const KINDS: readonly MediaEntry['kind'][] = ['folder', 'video', 'audio', 'image'];

export function kindNumber(kind: MediaEntry['kind']): number {
  return KINDS.indexOf(kind);
}

/** More is asked by nobody who means it; each costs, for every entry. */
const MAX_CRITERIA = 100;

interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** What a query comes to in SQL, of entries `e` and, if `needsFacts`, the facts `f` of their contents. */
export interface Selection {
  /** In front of it all. */
  readonly prefix: Condition;
  readonly where: Condition;
  readonly order: string;
  readonly needsFacts: boolean;
}

const FACT_ORDERS: ReadonlySet<MediaOrder['by']> = new Set(['duration', 'artist', 'album', 'track']);

const ORDER_COLUMNS: Readonly<Record<MediaOrder['by'], string>> = {
  kind: 'e.kind',
  title: 'e.title_key',
  added: 'e.added_at_ms',
  year: 'e.year',
  size: 'e.size_bytes',
  duration: 'f.duration_ms',
  artist: 'f.artist_key',
  album: 'f.album_key',
  track: 'f.track',
};

/** Throws `too-large`. */
export function selectionOf(dialect: Dialect, { scope, criterion, order }: MediaQuery): Selection {
  const { prefix, where } = scopeOf(scope);
  const builder = new Criteria(dialect);
  const more = criterion && builder.of(criterion);
  return {
    prefix,
    where: more ? { sql: `${where.sql} AND ${more.sql}`, params: [...where.params, ...more.params] } : where,
    order: orderOf(order),
    needsFacts: builder.needsFacts || order.some(({ by }) => FACT_ORDERS.has(by)),
  };
}

const NOTHING: Condition = { sql: '', params: [] };

/** Folders below one, itself first; UNION, lest it goes round for ever should a folder be in itself for a moment. */
const BELOW = `WITH RECURSIVE below (id) AS (
    SELECT node_id FROM media_entry WHERE node_id = ?
    UNION
    SELECT c.node_id FROM below b CROSS JOIN media_entry c ON c.parent_id = b.id AND c.kind = 0
  ) `;

function scopeOf(scope: MediaScope): { prefix: Condition; where: Condition } {
  if ('in' in scope) return { prefix: NOTHING, where: { sql: 'e.parent_id = ?', params: [scope.in] } };
  if ('below' in scope) {
    const where = { sql: 'e.parent_id IN (SELECT id FROM below)', params: [] };
    return { prefix: { sql: BELOW, params: [scope.below] }, where };
  }
  const kind = kindNumber(scope.kind);
  if (scope.year === undefined) return { prefix: NOTHING, where: { sql: 'e.kind = ?', params: [kind] } };
  if (scope.year === null) {
    return { prefix: NOTHING, where: { sql: 'e.kind = ? AND e.year IS NULL', params: [kind] } };
  }
  return { prefix: NOTHING, where: { sql: 'e.kind = ? AND e.year = ?', params: [kind, scope.year] } };
}

/** A column named again has no say any more, and would only keep the database from using its indexes. */
function orderOf(order: readonly MediaOrder[]): string {
  const columns = new Map<string, string>();
  for (const { by, isDescending } of [...order, { by: 'title', isDescending: false } as const]) {
    const column = ORDER_COLUMNS[by];
    if (!columns.has(column)) columns.set(column, isDescending ? `${column} DESC` : column);
  }
  return [...columns.values(), 'e.node_id'].join(', ');
}

const TEXT_COLUMNS = { title: 'e.title_fold', artist: 'f.artist_fold', album: 'f.album_fold', genre: 'f.genre_fold' };

/** Nothing that comes from outside becomes a part of the text. */
const YEAR_COMPARED = {
  '<': 'e.year < ?',
  '<=': 'e.year <= ?',
  '=': 'e.year = ?',
  '>=': 'e.year >= ?',
  '>': 'e.year > ?',
};

class Criteria {
  readonly #dialect: Dialect;
  #count = 0;
  needsFacts = false;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  of(criterion: MediaCriterion): Condition {
    this.#count += 1;
    if (this.#count > MAX_CRITERIA) throw new DomainError('too-large', `more than ${MAX_CRITERIA} criteria at once`);
    if ('all' in criterion) return this.#joined(criterion.all, 'AND', '1 = 1');
    if ('any' in criterion) return this.#joined(criterion.any, 'OR', '1 = 0');
    if ('not' in criterion) {
      const { sql, params } = this.of(criterion.not);
      return { sql: `NOT ${sql}`, params };
    }
    return this.#leaf(criterion);
  }

  #joined(members: readonly MediaCriterion[], how: 'AND' | 'OR', none: string): Condition {
    const conditions = members.map((member) => this.of(member));
    const sql = conditions.length === 0 ? none : conditions.map((each) => each.sql).join(` ${how} `);
    return { sql: `(${sql})`, params: conditions.flatMap(({ params }) => params) };
  }

  #leaf(criterion: Exclude<MediaCriterion, { all: unknown } | { any: unknown } | { not: unknown }>): Condition {
    if ('kinds' in criterion) {
      const kinds = this.#dialect.oneOf(criterion.kinds.map(kindNumber));
      return { sql: `(e.kind ${kinds.sql})`, params: kinds.params };
    }
    if ('nodeId' in criterion) return { sql: '(e.node_id = ?)', params: [criterion.nodeId] };
    if ('parentId' in criterion) return { sql: '(e.parent_id = ?)', params: [criterion.parentId] };
    if (criterion.field === 'year') return known(YEAR_COMPARED[criterion.how], [Math.trunc(criterion.value)]);
    return this.#text(criterion);
  }

  #text({ field, how, value }: Extract<MediaCriterion, { how: 'is' | 'contains' | 'starts' | 'there' }>): Condition {
    const column = TEXT_COLUMNS[field];
    if (field !== 'title') this.needsFacts = true;
    if (how === 'there') return { sql: `(${column} IS NOT NULL)`, params: [] };
    const wanted = [searchTextOf(value)];
    if (how === 'is') return known(`${column} = ?`, wanted);
    return known(how === 'starts' ? `INSTR(${column}, ?) = 1` : `INSTR(${column}, ?) > 0`, wanted);
  }
}

/** What is not known is neither the one nor the other in SQL: here it is not so. */
function known(sql: string, params: readonly SqlValue[]): Condition {
  return { sql: `(COALESCE(${sql}, 0) = 1)`, params };
}
