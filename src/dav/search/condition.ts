import type { Located } from '../../core/tree.ts';
import { rankOf, type Wanted } from '../../core/search/matching.ts';
import { servedType } from '../../http/content-headers.ts';
import type { XmlName } from '../../http/xml/element.ts';
import { foldedName, nameKey } from '../../lib/node-path.ts';
import { isDav } from '../xml/element.ts';
import { isLike, type Pattern } from './pattern.ts';

/** A query that is understood and not supported, RFC 5323 §5.5 and others: 422. */
export class Unprocessable extends Error {
  override readonly name = 'Unprocessable';
}

export type Value = string | number;

/** A property whose values have an order, and what it is compared as. */
export interface OrderedProperty {
  readonly name: string;
  readonly type: 'text' | 'number' | 'time';
  /** Undefined where a node has none. Times are whole seconds, as they are shown. */
  readonly read: (entry: Located) => Value | undefined;
}

export const PROPERTIES: readonly OrderedProperty[] = [
  { name: 'displayname', type: 'text', read: ({ path }) => nameKey(path.segments.at(-1) ?? '') },
  { name: 'getcontenttype', type: 'text', read: ({ node }) => ofFile(node.kind, servedType(node.mediaType)) },
  { name: 'getcontentlength', type: 'number', read: ({ node }) => ofFile(node.kind, node.sizeBytes) },
  { name: 'getlastmodified', type: 'time', read: ({ node }) => Math.floor(node.modifiedAtMs / 1000) },
  { name: 'creationdate', type: 'time', read: ({ node }) => Math.floor(node.createdAtMs / 1000) },
  { name: 'getetag', type: 'text', read: ({ node }) => `"${node.etag}"` },
];

function ofFile(kind: string, value: Value): Value | undefined {
  return kind === 'file' ? value : undefined;
}

export function orderedProperty(name: XmlName): OrderedProperty {
  const property = PROPERTIES.find((known) => isDav(name, known.name));
  if (!property) throw new Unprocessable(`the property "${name.name}" can be selected, but not searched or sorted by`);
  return property;
}

export const COMPARISONS = {
  eq: (order: number) => order === 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
};

export type Comparison = keyof typeof COMPARISONS;

/** RFC 5323 §5.5 and following. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: Comparison;
      readonly property: OrderedProperty;
      readonly value: Value;
      readonly isCaseless: boolean;
    }
  | {
      readonly kind: 'like';
      readonly property: OrderedProperty;
      readonly pattern: Pattern;
      readonly isCaseless: boolean;
    }
  | { readonly kind: 'contains'; readonly wanted: Wanted }
  | { readonly kind: 'is-collection' }
  | { readonly kind: 'is-defined'; readonly property: OrderedProperty };

/** Whether it holds; undefined when nobody can tell, since a property is missing (RFC 5323 §5.5.1, appendix A). */
export function holds(condition: Condition, entry: Located): boolean | undefined {
  switch (condition.kind) {
    case 'and':
      return every(condition.parts, entry);
    case 'or':
      return some(condition.parts, entry);
    case 'not': {
      const held = holds(condition.part, entry);
      return held === undefined ? undefined : !held;
    }
    case 'contains':
      return rankOf(entry.path.segments.at(-1) ?? '', condition.wanted) !== undefined;
    case 'is-collection':
      return entry.node.kind === 'collection';
    case 'is-defined':
      return condition.property.read(entry) !== undefined;
    case 'like': {
      const value = condition.property.read(entry);
      return value === undefined ? undefined : isLike(caseOf(String(value), condition.isCaseless), condition.pattern);
    }
    default: {
      const value = condition.property.read(entry);
      if (value === undefined) return undefined;
      return COMPARISONS[condition.kind](compare(caseOf(value, condition.isCaseless), condition.value));
    }
  }
}

function every(parts: readonly Condition[], entry: Located): boolean | undefined {
  let outcome: boolean | undefined = true;
  for (const part of parts) {
    const held = holds(part, entry);
    if (held === false) return false;
    if (held === undefined) outcome = undefined;
  }
  return outcome;
}

function some(parts: readonly Condition[], entry: Located): boolean | undefined {
  let outcome: boolean | undefined = false;
  for (const part of parts) {
    const held = holds(part, entry);
    if (held === true) return true;
    if (held === undefined) outcome = undefined;
  }
  return outcome;
}

export function caseOf<V extends Value>(value: V, isCaseless: boolean): V {
  return typeof value === 'string' && isCaseless ? (foldedName(value) as V) : value;
}

/** What has no value comes first (RFC 5323 §5.6). */
export function compare(a: Value | undefined, b: Value | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  return a < b ? -1 : 1;
}
