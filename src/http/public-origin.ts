import type { IncomingMessage } from 'node:http';
import { isPlainHost } from './forwarded.ts';
import { contextOf } from './request-context.ts';

/**
 * Where the one who asks reaches this server, `https://cloud.example.org`, for what is shown to that one alone: without
 * `publicUrl` it rests on a header of the request. Undefined when that header is no name or address.
 */
export function publicOrigin(request: IncomingMessage, publicUrl: string | undefined): string | undefined {
  if (publicUrl !== undefined) return publicUrl;
  const { isSecure, forwardedHost } = contextOf(request);
  const host = forwardedHost ?? request.headers.host ?? '';
  return isPlainHost(host) ? `${isSecure ? 'https' : 'http'}://${host}` : undefined;
}
