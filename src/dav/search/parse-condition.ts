import { wantedOf } from '../../core/search/matching.ts';
import { parseHttpDate } from '../../http/http-date.ts';
import { childElements, textOf, type XmlElement } from '../../http/xml/element.ts';
import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import { davChild, DAV, isDav } from '../xml/element.ts';
import {
  caseOf,
  COMPARISONS,
  orderedProperty,
  Unprocessable,
  type Comparison,
  type Condition,
  type OrderedProperty,
  type Value,
} from './condition.ts';
import { readPattern } from './pattern.ts';

/** Each is asked of every node that is looked at. Clients (Nextcloud's apps, scripts) send a dozen at most. */
const MAX_CONDITIONS = 24;
/** Names are shorter; so are the other values. */
const MAX_TEXT = 1024;

/** What stands in a `DAV:where`. Throws `bad-request`, `too-large`, `Unprocessable`. */
export function parseCondition(element: XmlElement): Condition {
  return new ConditionParser().parse(element);
}

class ConditionParser {
  #count = 0;

  parse(element: XmlElement): Condition {
    if (++this.#count > MAX_CONDITIONS)
      throw new DomainError('too-large', `at most ${MAX_CONDITIONS} conditions at once`);
    const { name } = element;
    if (element.namespace !== DAV) throw notSupported(name);
    if (name === 'and' || name === 'or') return { kind: name, parts: this.#parts(element) };
    if (name === 'not') {
      const [part, other] = this.#parts(element);
      if (!part || other) throw new DomainError('bad-request', 'DAV:not takes exactly one condition');
      return { kind: 'not', part };
    }
    return parseTerm(element);
  }

  #parts(element: XmlElement): Condition[] {
    const parts = childElements(element).map((child) => this.parse(child));
    if (parts.length === 0) throw new DomainError('bad-request', `DAV:${element.name} takes at least one condition`);
    return parts;
  }
}

function parseTerm(element: XmlElement): Condition {
  const { name } = element;
  if (name === 'is-collection') return { kind: 'is-collection' };
  if (name === 'is-defined') return { kind: 'is-defined', property: propertyIn(element) };
  if (name === 'contains') return { kind: 'contains', wanted: wantedOf(short(textOf(element))) };
  if (name === 'like') return parseLike(element);
  if (Object.hasOwn(COMPARISONS, name)) return parseComparison(element, name as Comparison);
  throw notSupported(name);
}

function parseLike(element: XmlElement): Condition {
  const property = propertyIn(element);
  if (property.type !== 'text') throw new Unprocessable(`DAV:like does not go with the property "${property.name}"`);
  const isCaseless = readCaseless(element);
  // An escaped character stays the one that it is in any case.
  const pattern = readPattern(caseOf(nameKey(literalIn(element)), isCaseless));
  return { kind: 'like', property, pattern, isCaseless };
}

function parseComparison(element: XmlElement, kind: Comparison): Condition {
  const property = propertyIn(element);
  const isCaseless = readCaseless(element);
  return { kind, property, value: caseOf(readValue(property, literalIn(element)), isCaseless), isCaseless };
}

/** RFC 5323 §5.5.2: where the client does not say, case does not matter, as in every search here. */
function readCaseless({ attributes }: XmlElement): boolean {
  return attributes.find(({ name }) => name === 'caseless')?.value.trim() !== 'no';
}

function propertyIn(element: XmlElement): OrderedProperty {
  const prop = davChild(element, 'prop');
  const [property, other] = prop ? childElements(prop) : [];
  if (!property || other) throw new DomainError('bad-request', `DAV:${element.name} takes one property in a DAV:prop`);
  return orderedProperty(property);
}

/** Space in a literal counts (RFC 5323 §5.9). */
function literalIn(element: XmlElement): string {
  const literal = childElements(element).find((child) => isDav(child, 'literal') || isDav(child, 'typed-literal'));
  if (!literal) throw new DomainError('bad-request', `DAV:${element.name} takes a DAV:literal`);
  return short(literal.children.filter((child) => typeof child === 'string').join(''));
}

function short(text: string): string {
  if (text.length > MAX_TEXT) throw new DomainError('too-large', `a literal may have ${MAX_TEXT} characters at most`);
  return text;
}

function readValue({ name, type }: OrderedProperty, literal: string): Value {
  if (type === 'text') return nameKey(literal);
  const text = literal.trim();
  const value = type === 'number' ? readNumber(text) : readTime(text);
  if (value === undefined) throw new Unprocessable(`"${text}" is nothing that "${name}" can be compared with`);
  return value;
}

function readNumber(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** As `DAV:creationdate` is written, or as `DAV:getlastmodified`; in whole seconds. */
function readTime(text: string): number | undefined {
  const isIso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const epochMs = isIso ? Date.parse(text) : (parseHttpDate(text) ?? NaN);
  return Number.isNaN(epochMs) ? undefined : Math.floor(epochMs / 1000);
}

function notSupported(name: string): Unprocessable {
  return new Unprocessable(`the operator "${name}" is not supported`);
}
