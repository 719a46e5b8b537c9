import { childElements, textOf, type XmlElement } from '../../http/xml/element.ts';
import { DomainError } from '../../lib/errors.ts';
import { parseCondition } from '../search/parse-condition.ts';
import { orderedProperty, type Condition, type OrderedProperty } from '../search/condition.ts';
import { davChild, isDav } from '../xml/element.ts';
import { propertyNames, type PropfindRequest } from './propfind.ts';

const MAX_SCOPES = 16;
const MAX_ORDERS = 8;
const DEPTHS = ['0', '1', 'infinity'] as const;

export interface SearchScope {
  readonly href: string;
  readonly depth: (typeof DEPTHS)[number];
}

export interface OrderKey {
  /** Undefined for the score: how well the name fits. */
  readonly property: OrderedProperty | undefined;
  readonly isDescending: boolean;
}

export interface BasicSearch {
  readonly select: PropfindRequest;
  readonly scopes: readonly SearchScope[];
  readonly where: Condition | undefined;
  readonly order: readonly OrderKey[];
  readonly limit: number | undefined;
}

/** A `DAV:basicsearch`, RFC 5323 §5. Throws `bad-request`, `too-large`, and `Unprocessable` for what is not supported. */
export function parseBasicSearch(search: XmlElement): BasicSearch {
  const select = required(search, 'select');
  const where = davChild(search, 'where');
  const orderBy = davChild(search, 'orderby');
  const limit = davChild(search, 'limit');
  return {
    select: parseSelect(select),
    scopes: parseScopes(required(search, 'from')),
    where: where && parseCondition(onlyChild(where)),
    order: orderBy ? parseOrder(orderBy) : [],
    limit: limit && parseLimit(limit),
  };
}

function parseSelect(select: XmlElement): PropfindRequest {
  const prop = davChild(select, 'prop');
  if (prop) return { kind: 'prop', names: propertyNames(prop) };
  if (davChild(select, 'allprop')) return { kind: 'allprop', include: [] };
  throw new DomainError('bad-request', 'DAV:select takes DAV:prop or DAV:allprop');
}

/** RFC 5323 §5.4. */
export function parseScopes(from: XmlElement): SearchScope[] {
  const scopes = childElements(from).filter((child) => isDav(child, 'scope'));
  if (scopes.length === 0) throw new DomainError('bad-request', 'DAV:from takes at least one DAV:scope');
  if (scopes.length > MAX_SCOPES) throw new DomainError('too-large', `at most ${MAX_SCOPES} scopes at once`);
  return scopes.map((scope) => {
    const depthElement = davChild(scope, 'depth');
    const text = depthElement ? textOf(depthElement).toLowerCase() : 'infinity';
    const depth = DEPTHS.find((known) => known === text);
    if (!depth) throw new DomainError('bad-request', 'DAV:depth must be 0, 1 or infinity');
    return { href: textOf(required(scope, 'href')), depth };
  });
}

/** RFC 5323 §5.6. */
function parseOrder(orderBy: XmlElement): OrderKey[] {
  const orders = childElements(orderBy).filter((child) => isDav(child, 'order'));
  if (orders.length > MAX_ORDERS) throw new DomainError('too-large', `at most ${MAX_ORDERS} orders at once`);
  return orders.map((order) => {
    const prop = davChild(order, 'prop');
    const isScore = davChild(order, 'score') !== undefined;
    if (!prop && !isScore) throw new DomainError('bad-request', 'DAV:order takes DAV:prop or DAV:score');
    const isDescending = davChild(order, 'descending') !== undefined;
    return { property: prop && orderedProperty(onlyChild(prop)), isDescending };
  });
}

/** RFC 5323 §5.17. */
function parseLimit(limit: XmlElement): number {
  const text = textOf(required(limit, 'nresults'));
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) {
    throw new DomainError('bad-request', 'DAV:nresults must be a number above 0');
  }
  return Number(text);
}

export function required(parent: XmlElement, name: string): XmlElement {
  const [element, other] = childElements(parent).filter((child) => isDav(child, name));
  if (!element || other) throw new DomainError('bad-request', `DAV:${parent.name} takes exactly one DAV:${name}`);
  return element;
}

function onlyChild(parent: XmlElement): XmlElement {
  const [element, other] = childElements(parent);
  if (!element || other) throw new DomainError('bad-request', `DAV:${parent.name} takes exactly one element`);
  return element;
}
