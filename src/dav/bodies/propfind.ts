import { childElements, nameOf, type XmlElement, type XmlName } from '../../http/xml/element.ts';
import { readXml } from '../../http/xml/reader.ts';
import { DomainError } from '../../lib/errors.ts';
import { MAX_PROPERTIES } from '../xml/body.ts';
import { davChild, isDav } from '../xml/element.ts';

export type PropfindRequest =
  | { readonly kind: 'prop'; readonly names: readonly XmlName[] }
  /** `include`: properties that are named besides (RFC 4918 §9.1.5). */
  | { readonly kind: 'allprop'; readonly include: readonly XmlName[] }
  | { readonly kind: 'propname' };

/** RFC 4918 §14.20; no body asks for everything (§9.1). Throws `bad-request`, `too-large`. */
export function parsePropfind(bytes: Uint8Array): PropfindRequest {
  if (bytes.length === 0) return { kind: 'allprop', include: [] };
  const root = readXml(bytes);
  if (!isDav(root, 'propfind')) throw new DomainError('bad-request', 'the body is no DAV:propfind');

  const kinds = childElements(root).filter((child) =>
    ['prop', 'allprop', 'propname'].some((kind) => isDav(child, kind)),
  );
  const [kind, other] = kinds;
  if (!kind || other) {
    throw new DomainError('bad-request', 'DAV:propfind takes exactly one of prop, allprop and propname');
  }
  if (kind.name === 'prop') return { kind: 'prop', names: propertyNames(kind) };
  if (kind.name === 'propname') return { kind: 'propname' };
  const include = davChild(root, 'include');
  return { kind: 'allprop', include: include ? propertyNames(include) : [] };
}

/** Throws `too-large`. */
export function propertyNames(element: XmlElement): XmlName[] {
  const named = new Map(childElements(element).map((child) => [nameOf(child), plainName(child)]));
  if (named.size > MAX_PROPERTIES) {
    throw new DomainError('too-large', `at most ${MAX_PROPERTIES} properties can be named at once`);
  }
  return [...named.values()];
}

function plainName({ namespace, name }: XmlName): XmlName {
  return { namespace, name };
}
