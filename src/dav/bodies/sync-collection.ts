import type { SyncLevel } from '../../core/changes/sync-token.ts';
import { childElements, type XmlElement, type XmlName } from '../../http/xml/element.ts';
import { DomainError } from '../../lib/errors.ts';
import { davChild, isDav } from '../xml/element.ts';
import { propertyNames } from './propfind.ts';

export interface SyncCollectionRequest {
  /** Undefined for a client that begins. */
  readonly token: string | undefined;
  readonly level: SyncLevel;
  readonly limit: number | undefined;
  readonly names: readonly XmlName[];
}

/** RFC 6578 §6.1. Throws `bad-request`, `too-large`. */
export function parseSyncCollection(root: XmlElement): SyncCollectionRequest {
  const token = textOf(required(root, 'sync-token'));
  const level = textOf(required(root, 'sync-level')).toLowerCase();
  if (level !== '1' && level !== 'infinite') {
    throw new DomainError('bad-request', 'DAV:sync-level must be 1 or infinite');
  }
  const prop = davChild(root, 'prop');
  return {
    token: token === '' ? undefined : token,
    level,
    limit: limitOf(davChild(root, 'limit')),
    names: prop ? propertyNames(prop) : [],
  };
}

function required(root: XmlElement, name: string): XmlElement {
  const elements = childElements(root).filter((child) => isDav(child, name));
  const [element, other] = elements;
  if (!element || other) throw new DomainError('bad-request', `DAV:sync-collection takes exactly one DAV:${name}`);
  return element;
}

/** RFC 5323 §5.17. */
function limitOf(limit: XmlElement | undefined): number | undefined {
  if (!limit) return undefined;
  const text = textOf(required(limit, 'nresults'));
  const results = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (results < 1) throw new DomainError('bad-request', 'DAV:nresults must be a number above 0');
  return results;
}

function textOf(element: XmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
}
