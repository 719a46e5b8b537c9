import type { IncomingMessage } from 'node:http';
import { contextOf } from './request-context.ts';

/**
 * Whose page a request comes from. Browsers say it: by `Sec-Fetch-Site` over TLS, by `Origin` everywhere. What says
 * neither is no browser, or a navigation.
 */
export function pageBehind(request: IncomingMessage, publicUrl: string | undefined): 'own' | 'foreign' | 'unknown' {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'own' : 'foreign';
  const { origin } = request.headers;
  if (origin === undefined) return 'unknown';
  return origin === publicUrl || isOwnHost(request, origin) ? 'own' : 'foreign';
}

function isOwnHost(request: IncomingMessage, origin: string): boolean {
  const host = URL.parse(origin)?.host;
  const hosts = [request.headers.host, contextOf(request).forwardedHost];
  return hosts.some((known) => known !== undefined && known.toLowerCase() === host);
}
