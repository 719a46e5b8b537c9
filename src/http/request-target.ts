import type { IncomingMessage } from 'node:http';

export type TargetProblem = 'malformed' | 'not-for-asterisk' | 'several-hosts';

/**
 * Checks a raw request target before any routing and leaves the request with its origin form, `/path?query`.
 * RFC 9112 §3.2: a fragment never stands in one; Express would cut it off and act on what is before it.
 */
export function checkTarget(request: IncomingMessage): TargetProblem | undefined {
  const target = request.url ?? '';
  if (!/^[\x21\x22\x24-\x7e]+$/.test(target)) return 'malformed';
  if (hasSeveralHosts(request)) return 'several-hosts';
  if (target.startsWith('/')) return undefined;
  if (target === '*') return request.method === 'OPTIONS' ? undefined : 'not-for-asterisk';
  return takeAbsolute(request, target) ? undefined : 'malformed';
}

/** RFC 9112 §3.2: to be refused. Node takes the first, another server on the way may take the last. */
function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}

/** The absolute form, RFC 9112 §3.2.2: its authority stands above the Host header. */
function takeAbsolute(request: IncomingMessage, target: string): boolean {
  const match = /^https?:\/\/([^/?@]+)(\/[^?]*)?(\?.*)?$/i.exec(target);
  const authority = match?.[1];
  if (!match || authority === undefined) return false;
  request.url = `${match[2] ?? '/'}${match[3] ?? ''}`;
  request.headers.host = authority;
  return true;
}

/** The path of a checked target, still encoded. */
export function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/';
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
