import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { contextOf } from './request-context.ts';

const NAME = 'Strict-Transport-Security';
const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * Has browsers come by TLS only, RFC 6797, once `publicUrl` promises it. For the host of `publicUrl` alone: for another
 * name of the same machine, as `box.local`, it would end what is reached without TLS, on every port.
 */
export class StrictTransport {
  readonly #host: string | undefined;

  constructor(publicUrl: string | undefined) {
    this.#host = publicUrl?.startsWith('https:') ? new URL(publicUrl).hostname : undefined;
  }

  /** §7.2: never in answers to requests that came without TLS. */
  apply(request: IncomingMessage): void {
    if (this.#host === undefined) return;
    const { isSecure, response } = contextOf(request);
    if (isSecure && this.#isAskedFor(request)) response.setHeader(NAME, `max-age=${YEAR_SECONDS}`);
  }

  /** A proxy that speaks TLS stands where `publicUrl` says, and may ask us under another name. */
  #isAskedFor(request: IncomingMessage): boolean {
    const { forwardedHost } = contextOf(request);
    if (forwardedHost === undefined && !(request.socket instanceof TLSSocket)) return true;
    const host = forwardedHost ?? request.headers.host ?? '';
    return URL.parse(`https://${host}`)?.hostname === this.#host;
  }
}
