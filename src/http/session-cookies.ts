import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/**
 * The cookies of a page's session. Over TLS their names make browsers keep them from other hosts of the domain and from
 * plain connections (RFC 6265bis §4.1.3); over plain HTTP, where browsers refuse such names, they are called otherwise
 * and are never taken for these.
 */
const NAMES = {
  secure: { token: '__Host-nosocial', renewal: '__Secure-nosocial-renewal' },
  plain: { token: 'nosocial', renewal: 'nosocial-renewal' },
} as const;

/** The renewal is sent to nothing else. */
const RENEWAL_PATH = '/api/v1/session';

export interface PageCookies {
  readonly token: string;
  readonly tokenSeconds: number;
  /** Undefined: it stays as it is. */
  readonly renewal: string | undefined;
  readonly renewalSeconds: number;
}

export function sessionToken(headers: IncomingHttpHeaders, isSecure: boolean): string | undefined {
  return read(headers, namesFor(isSecure).token);
}

export function sessionRenewal(headers: IncomingHttpHeaders, isSecure: boolean): string | undefined {
  return read(headers, namesFor(isSecure).renewal);
}

/** Values of `Set-Cookie`. */
export function setSession({ token, tokenSeconds, renewal, renewalSeconds }: PageCookies, isSecure: boolean): string[] {
  const cookies = [written('token', token, tokenSeconds, isSecure)];
  if (renewal !== undefined) cookies.push(written('renewal', renewal, renewalSeconds, isSecure));
  return cookies;
}

/** Values of `Set-Cookie` that make a browser forget the session. */
export function clearSession(isSecure: boolean): string[] {
  return [written('token', '', 0, isSecure), written('renewal', '', 0, isSecure)];
}

function namesFor(isSecure: boolean): { token: string; renewal: string } {
  return isSecure ? NAMES.secure : NAMES.plain;
}

function read({ cookie }: IncomingHttpHeaders, name: string): string | undefined {
  return cookie === undefined ? undefined : parseCookie(cookie)[name] || undefined;
}

function written(which: 'token' | 'renewal', value: string, maxAge: number, isSecure: boolean): string {
  return stringifySetCookie({
    name: namesFor(isSecure)[which],
    value,
    maxAge: Math.max(0, Math.floor(maxAge)),
    path: which === 'token' ? '/' : RENEWAL_PATH,
    httpOnly: true,
    // The pages ask for everything by themselves, so nothing that another site leads to needs the cookie.
    sameSite: 'strict',
    secure: isSecure,
  });
}
