import type { IncomingMessage } from 'node:http';
import { checkTarget, pathOf } from '../http/request-target.ts';

/** Why a request is turned down before anybody looks at what it wants. */
export interface Refusal {
  readonly status: number;
  /** For whoever looks for what is wrong; the other side is not told. */
  readonly reason: string;
}

/**
 * What is common to all requests. Pages from elsewhere that a browser shows can send requests here under names that lead
 * to this machine (DNS rebinding): `Host` is this address and port, as every television takes it from the description.
 * Only HTTP/1.0 knows requests without (RFC 9112 §3.2), and no browser speaks that.
 */
export function refusalOf(request: IncomingMessage): Refusal | undefined {
  const problem = checkTarget(request);
  if (problem !== undefined) return { status: 400, reason: `the request target is ${problem}` };
  const { host, origin } = request.headers;
  if (host === undefined ? request.httpVersion !== '1.0' : !isOwnHost(host, request)) {
    return { status: 403, reason: `Host is ${host ?? 'missing'}, which is not this address and port` };
  }
  if (origin !== undefined && request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 403, reason: `sent by a page of ${origin}` };
  }
  return undefined;
}

function isOwnHost(host: string, { socket: { localAddress, localPort } }: IncomingMessage): boolean {
  if (localAddress === undefined || localPort === undefined) return false;
  return host === `${localAddress}:${localPort}` || (localPort === 80 && host === localAddress);
}

/** What was asked for, as it may be shown. */
export function describeRequest(request: IncomingMessage): string {
  const { method = '', headers } = request;
  const action = /#([\w-]+)"?$/.exec(headers['soapaction']?.toString() ?? '')?.[1] ?? '';
  return [method, shownPath(request), action, headers.range ?? ''].filter((part) => part !== '').join(' ');
}

/** Links are secrets, and their signatures stay out. */
export function shownPath(request: IncomingMessage): string {
  return pathOf(request).replace(/^(\/[a-z]+\/\d+)-[\w-]{22}(?=[./])/, '$1');
}
