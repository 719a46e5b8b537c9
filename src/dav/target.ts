import { DomainError } from '../lib/errors.ts';
import { encodePath, parseEncodedPath, type NodePath } from '../lib/node-path.ts';

/**
 * The part of a raw request target that names a resource: without a query, and without the scheme and host of the
 * absolute form (RFC 9112 §3.2.2). Throws `bad-request` for a fragment: it must never be cut off, or a DELETE of `/a#b`
 * would remove `/a`.
 */
export function targetPath(rawTarget: string): string {
  if (rawTarget.includes('#')) throw new DomainError('bad-request', 'a request target holds no fragment');
  const absolute = /^https?:\/\/[^/?]*(.*)$/i.exec(rawTarget)?.[1];
  const target = absolute === undefined ? rawTarget : absolute.startsWith('/') ? absolute : `/${absolute}`;
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/**
 * The path below `prefix`, which is compared by whole segments; undefined when `target` lies elsewhere.
 * Throws `bad-name`, `bad-request`.
 */
export function pathBelowPrefix(target: string, prefix: string): NodePath | undefined {
  const path = targetPath(target);
  if (path === prefix) return parseEncodedPath('/');
  return path.startsWith(`${prefix}/`) ? parseEncodedPath(path.slice(prefix.length)) : undefined;
}

/** The href of a node: an absolute path without a host, so that no proxy and no `Host` header can falsify it. */
export function hrefOf(prefix: string, path: Pick<NodePath, 'segments'>, isCollection: boolean): string {
  const href = prefix + encodePath(path.segments);
  return isCollection ? `${href}/` : href;
}
