import { DomainError } from '../../lib/errors.ts';
import type { NodePath } from '../../lib/node-path.ts';
import { withoutUserinfo } from '../quirks/kio.ts';
import { pathBelowPrefix } from '../target.ts';

export interface Origin {
  /** The request's `Host` header. */
  readonly host: string | undefined;
  /** What a trusted proxy was asked for. */
  readonly forwardedHost: string | undefined;
  /** Where people reach the server, when a proxy sends another `Host`. */
  readonly publicUrl: string | undefined;
  readonly prefix: string;
}

/**
 * The path that a `Destination` header or a tag of an `If` header names, RFC 4918 §8.3: an absolute URI or an absolute
 * path. User information is ignored. The scheme is not compared, since
 * behind a proxy that speaks TLS ours differs from the client's.
 * Throws `bad-request` when malformed, `bad-name`, `foreign-destination` when it is not below our prefix on this host.
 */
export function parseReference(value: string, origin: Origin): NodePath {
  const reference = value.trim();
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([^]*)$/i.exec(reference);
  const target = absolute ? absolute[2] || '/' : reference;
  if (!target.startsWith('/') || target.startsWith('//') || /[#\s]/.test(target)) {
    throw new DomainError('bad-request', 'a URL in the headers is malformed');
  }
  if (absolute && !isOurs(absolute[0], absolute[1] ?? '', origin)) throw foreign();
  const path = pathBelowPrefix(target, origin.prefix);
  if (!path) throw foreign();
  return path;
}

function foreign(): DomainError {
  return new DomainError('foreign-destination', 'the destination is not on this server');
}

function isOurs(url: string, authority: string, { host, forwardedHost, publicUrl }: Origin): boolean {
  const scheme = url.slice(0, url.indexOf(':')).toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return false;
  const asked = comparable(withoutUserinfo(authority), scheme);
  const ours = [host, forwardedHost, publicUrl === undefined ? undefined : new URL(publicUrl).host];
  return ours.some((known) => known !== undefined && asked === comparable(known, scheme));
}

/** Lower case, without the port that the scheme implies. */
function comparable(host: string, scheme: string): string {
  const port = scheme === 'https' ? ':443' : ':80';
  const lower = host.trim().toLowerCase();
  return lower.endsWith(port) ? lower.slice(0, -port.length) : lower;
}

/** The one `Destination` of COPY and MOVE. Throws what `parseReference` does. */
export function parseDestination(rawHeaders: readonly string[], origin: Origin): NodePath {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isDestination(rawHeaders[index - 1]));
  const [value] = values;
  if (value === undefined || values.length > 1) {
    throw new DomainError('bad-request', 'COPY and MOVE take exactly one Destination header');
  }
  return parseReference(value, origin);
}

function isDestination(name: string | undefined): boolean {
  return name?.toLowerCase() === 'destination';
}
