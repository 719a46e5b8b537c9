import type { MediaCriterion, MediaEntry, MediaTextField } from '../../core/ports/media-library.ts';
import { OBJECT_CLASSES } from '../didl/object-class.ts';
import { UpnpError } from '../soap/upnp-error.ts';
import { parseObjectId } from './object-ids.ts';
import type { Relation, SearchExpression } from './search-expression.ts';

/** Whether what is searched are references in a view, or what they refer to. */
export interface SearchPlace {
  readonly viewId: string | undefined;
}

/** True and false: of all there is, and of nothing. */
export type Wanted = MediaCriterion | boolean;

type Term = Extract<SearchExpression, { property: string }>;
type ValueTerm = Exclude<Term, { relation: 'exists' }>;

export const SEARCH_CAPABILITIES =
  'dc:title,dc:creator,dc:date,upnp:class,upnp:artist,upnp:album,upnp:genre,@id,@parentID,@refID';

const TEXT_FIELDS: Readonly<Record<string, MediaTextField>> = {
  'dc:title': 'title',
  'dc:creator': 'artist',
  'upnp:artist': 'artist',
  'upnp:album': 'album',
  'upnp:genre': 'genre',
};

const PIECES: readonly MediaEntry['kind'][] = ['video', 'audio', 'image'];

/**
 * What an expression asks of the library. What an object does not have is not equal to, less than or different from
 * anything (ContentDirectory:1 §2.5.5.1), and a property that nobody has is had by none. Throws 708 for questions that
 * cannot be put to a property.
 */
export function criterionOf(expression: SearchExpression, place: SearchPlace): Wanted {
  if ('all' in expression)
    return joined(
      expression.all.map((part) => criterionOf(part, place)),
      'all',
    );
  if ('any' in expression)
    return joined(
      expression.any.map((part) => criterionOf(part, place)),
      'any',
    );
  return termOf(expression, place);
}

/** Without what has no say, which leaves the database less to look at. */
function joined(parts: readonly Wanted[], how: 'all' | 'any'): Wanted {
  const decisive = how === 'any';
  if (parts.includes(decisive)) return decisive;
  const left = parts.filter((part) => typeof part !== 'boolean');
  const [first] = left;
  if (first === undefined) return !decisive;
  if (left.length === 1) return first;
  return how === 'all' ? { all: left } : { any: left };
}

function negated(wanted: Wanted): Wanted {
  return typeof wanted === 'boolean' ? !wanted : { not: wanted };
}

function termOf(term: Term, place: SearchPlace): Wanted {
  const there = existenceOf(term.property, place);
  if (term.relation === 'exists') return term.value ? there : negated(there);
  if (there === false) return false;
  const field = Object.hasOwn(TEXT_FIELDS, term.property) ? TEXT_FIELDS[term.property] : undefined;
  if (field !== undefined) return textOf(term, field, there);
  switch (term.property) {
    case 'upnp:class':
      return classOf(term);
    case 'dc:date':
      return dateOf(term);
    case '@id':
      return sameOr(term, (id) => idOf(id, place));
    case '@parentID':
      return sameOr(term, (id) => parentOf(id, place));
    case '@refID':
      return sameOr(term, (id) => itemOf(id));
    case '@restricted':
      return sameOr(term, (value) => value === '1' || value.toLowerCase() === 'true');
    default:
      return false;
  }
}

/** Which objects have a property at all. */
function existenceOf(property: string, { viewId }: SearchPlace): Wanted {
  const field = Object.hasOwn(TEXT_FIELDS, property) ? TEXT_FIELDS[property] : undefined;
  if (field === 'title' || ['upnp:class', '@id', '@parentID', '@restricted'].includes(property)) return true;
  if (field !== undefined) return { field, how: 'there', value: '' };
  if (property === '@refID') return viewId !== undefined;
  if (property === 'dc:date') return { field: 'year', how: '>=', value: 0 };
  return ['res', 'res@protocolInfo', 'res@size'].includes(property) ? { kinds: PIECES } : false;
}

function textOf({ relation, value, property }: ValueTerm, field: MediaTextField, there: Wanted): Wanted {
  const condition = (how: 'is' | 'contains' | 'starts'): MediaCriterion => ({ field, how, value });
  switch (relation) {
    case '=':
      return condition('is');
    case 'contains':
      return condition('contains');
    case 'startsWith':
      return condition('starts');
    case '!=':
      return joined([there, { not: condition('is') }], 'all');
    case 'doesNotContain':
      return joined([there, { not: condition('contains') }], 'all');
    default:
      throw new UpnpError(708, `${property} ${relation} is not supported`);
  }
}

/** There are four classes: each is asked. */
function classOf({ relation, value }: ValueTerm): Wanted {
  const wanted = value.trim().toLowerCase();
  const kinds = Object.entries(OBJECT_CLASSES).filter(([, known]) => holds(known.toLowerCase(), relation, wanted));
  if (kinds.length === 0) return false;
  if (kinds.length === Object.keys(OBJECT_CLASSES).length) return true;
  return { kinds: kinds.map(([kind]) => kind as MediaEntry['kind']) };
}

/** Of texts without case. */
export function holds(one: string, relation: Relation, other: string): boolean {
  switch (relation) {
    case 'derivedfrom':
      return one === other || one.startsWith(other.endsWith('.') ? other : `${other}.`);
    case 'contains':
      return one.includes(other);
    case 'doesNotContain':
      return !one.includes(other);
    case 'startsWith':
      return one.startsWith(other);
    default:
      return compares(one, relation, other);
  }
}

function compares(one: string, relation: Relation, other: string): boolean {
  const order = one < other ? -1 : Number(one > other);
  const truth: Partial<Record<Relation, boolean>> = {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  };
  return truth[relation] ?? false;
}

/** A year is its first of January, since that is what is shown; so the year of the date itself may belong to either side. */
function dateOf({ relation, value }: ValueTerm): Wanted {
  const date = value.trim();
  const [, digits] = /^(\d{4})(?:-\d\d(?:-\d\d(?:T[\d:.+Z-]*)?)?)?$/.exec(date) ?? [];
  if (digits === undefined) throw new UpnpError(708, `"${value}" is no date`);
  const others = OTHER_YEARS[relation];
  if (others === undefined) throw new UpnpError(708, `dc:date ${relation} is not supported`);
  const first = `${digits}-01-01`;
  const isOwnYear = compares(first, relation, date.length === 4 ? first : date);
  return joined(
    [...others, ...(isOwnYear ? ['=' as const] : [])].map((how) => ({ field: 'year', how, value: Number(digits) })),
    'any',
  );
}

/** Which years but that of the date itself. */
const OTHER_YEARS: Partial<Record<Relation, readonly ('<' | '>')[]>> = {
  ...{ '=': [], '!=': ['<', '>'] },
  ...{ '<': ['<'], '<=': ['<'], '>': ['>'], '>=': ['>'] },
};

/** Of what can only be the same or another. */
function sameOr({ property, relation, value }: ValueTerm, same: (value: string) => Wanted): Wanted {
  if (relation === '=') return same(value);
  if (relation === '!=') return negated(same(value));
  throw new UpnpError(708, `${property} ${relation} is not supported`);
}

function idOf(id: string, { viewId }: SearchPlace): Wanted {
  const parsed = parseObjectId(id);
  if (parsed?.type === 'folder') return viewId === undefined && nodeOf(parsed.nodeId, ['folder']);
  return parsed?.type === 'item' && parsed.view?.id === viewId && nodeOf(parsed.nodeId, PIECES);
}

function itemOf(id: string): Wanted {
  const parsed = parseObjectId(id);
  return parsed?.type === 'item' && parsed.view === undefined && nodeOf(parsed.nodeId, PIECES);
}

function nodeOf(nodeId: number, kinds: readonly MediaEntry['kind'][]): Wanted {
  return { all: [{ nodeId }, { kinds }] };
}

function parentOf(id: string, { viewId }: SearchPlace): Wanted {
  if (viewId !== undefined) return id === viewId;
  const parsed = parseObjectId(id);
  return parsed?.type === 'folder' && { parentId: parsed.nodeId };
}
