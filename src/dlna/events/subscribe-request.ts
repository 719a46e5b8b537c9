import type { IncomingHttpHeaders } from 'node:http';

/** What a subscriber asks for. */
export type SubscribeRequest =
  | { readonly kind: 'new'; readonly callback: string; readonly seconds: number }
  | { readonly kind: 'renewal'; readonly sid: string; readonly seconds: number };

/** Why it gets nothing. */
export interface BadRequest {
  readonly kind: 'bad';
  readonly status: 400 | 412;
  readonly reason: string;
}

const MIN_SECONDS = 60;
/** A set that was switched off is told no longer than that. */
const MAX_SECONDS = 1800;

/** UDA 1.0 §4.1.1, §4.1.2. */
export function parseSubscribe(headers: IncomingHttpHeaders): SubscribeRequest | BadRequest {
  const { nt, callback, sid } = textsOf(headers);
  const seconds = parseTimeout(headers['timeout']);
  if (sid !== undefined) {
    if (nt !== undefined || callback !== undefined) return bad(400, 'SID beside NT or CALLBACK');
    return { kind: 'renewal', sid, seconds };
  }
  if (nt !== 'upnp:event') return bad(412, 'NT is not upnp:event');
  if (callback === undefined) return bad(412, 'no CALLBACK');
  return { kind: 'new', callback, seconds };
}

/** UDA 1.0 §4.1.3. */
export function parseUnsubscribe(headers: IncomingHttpHeaders): { kind: 'end'; sid: string } | BadRequest {
  const { nt, callback, sid } = textsOf(headers);
  if (sid === undefined) return bad(412, 'no SID');
  if (nt !== undefined || callback !== undefined) return bad(400, 'SID beside NT or CALLBACK');
  return { kind: 'end', sid };
}

export function bad(status: BadRequest['status'], reason: string): BadRequest {
  return { kind: 'bad', status, reason };
}

function parseTimeout(header: string | string[] | undefined): number {
  const [, seconds] = /^Second-(\d{1,10})$/i.exec(String(header)) ?? [];
  return seconds === undefined ? MAX_SECONDS : Math.min(Math.max(Number(seconds), MIN_SECONDS), MAX_SECONDS);
}

function textsOf(headers: IncomingHttpHeaders): Partial<Record<'nt' | 'callback' | 'sid', string>> {
  const text = (name: string) => {
    const value = headers[name];
    return value === undefined ? {} : { [name]: String(value) };
  };
  return { ...text('nt'), ...text('callback'), ...text('sid') };
}
