import { httpDate } from '../../http/http-date.ts';
import type { Advertisement } from './advertisements.ts';

export const SSDP_GROUP = '239.255.255.250';
export const SSDP_PORT = 1900;
/** How long others may rely on what they were told; UDA 1.0 §1.1.2 wants half an hour at least. */
export const MAX_AGE_SECONDS = 1800;

/** Real searches have less than 300 bytes. */
const MAX_SEARCH_BYTES = 2048;
const REQUEST_LINE = 'M-SEARCH * HTTP/1.1';
/** The name of who asks (CPFN.UPNP.ORG) is in UTF-8. */
const HEADER = /^([!#$%&'*+.^_`|~\w-]+)[ \t]*:[ \t]*([\x20-\x7e\x80-\xff\t]*?)[ \t]*$/;
const TARGET = /^[\x20-\x7e]+$/;
/** UDA 1.1 §1.3.2: more is taken as this. */
const MAX_WAIT_SECONDS = 5;

/** What somebody looks for. */
export interface Search {
  readonly target: string;
  /** Answers may come within this time, so that not all come at once; undefined where it is not said. */
  readonly maxWaitSeconds: number | undefined;
}

/** What is the same in all that is said on one network. */
export interface Speaker {
  readonly server: string;
  readonly location: string;
}

/** A search that can be understood; undefined for anything else, which is met with silence (UDA 1.0 §1.2.2). */
export function parseSearch(bytes: Buffer): Search | undefined {
  if (bytes.length > MAX_SEARCH_BYTES) return undefined;
  const [requestLine, ...lines] = bytes.toString('latin1').split(/\r?\n/);
  if (requestLine !== REQUEST_LINE) return undefined;
  const headers = headersOf(lines);
  if (!headers) return undefined;
  // Some forget the quotes.
  if (headers.get('man')?.replaceAll('"', '') !== 'ssdp:discover') return undefined;
  const target = headers.get('st') ?? '';
  const wait = headers.get('mx');
  if (!TARGET.test(target) || (wait !== undefined && !/^\d{1,5}$/.test(wait))) return undefined;
  return { target, maxWaitSeconds: wait === undefined ? undefined : Math.min(Number(wait), MAX_WAIT_SECONDS) };
}

/** By their names in lower case; undefined when a line is none, or one comes twice. */
function headersOf(lines: readonly string[]): Map<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    if (line === '') break;
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (name === '' || headers.has(name.toLowerCase())) return undefined;
    headers.set(name.toLowerCase(), value);
  }
  return headers;
}

/** UDA 1.0 §1.2.3. */
export function answerMessage({ target, usn }: Advertisement, { server, location }: Speaker, nowMs: number): Buffer {
  return message('HTTP/1.1 200 OK', [
    ['CACHE-CONTROL', `max-age=${MAX_AGE_SECONDS}`],
    ['DATE', httpDate(nowMs)],
    ['EXT', ''],
    ['LOCATION', location],
    ['SERVER', server],
    ['ST', target],
    ['USN', usn],
    ['CONTENT-LENGTH', '0'],
  ]);
}

/** UDA 1.0 §1.1.2. */
export function aliveMessage({ target, usn }: Advertisement, { server, location }: Speaker): Buffer {
  return message('NOTIFY * HTTP/1.1', [
    ['HOST', `${SSDP_GROUP}:${SSDP_PORT}`],
    ['CACHE-CONTROL', `max-age=${MAX_AGE_SECONDS}`],
    ['LOCATION', location],
    ['NT', target],
    ['NTS', 'ssdp:alive'],
    ['SERVER', server],
    ['USN', usn],
  ]);
}

/** UDA 1.0 §1.1.3. */
export function byebyeMessage({ target, usn }: Advertisement): Buffer {
  return message('NOTIFY * HTTP/1.1', [
    ['HOST', `${SSDP_GROUP}:${SSDP_PORT}`],
    ['NT', target],
    ['NTS', 'ssdp:byebye'],
    ['USN', usn],
  ]);
}

function message(firstLine: string, headers: readonly (readonly [string, string])[]): Buffer {
  const lines = headers.map(([name, value]) => (value === '' ? `${name}:` : `${name}: ${value}`));
  return Buffer.from([firstLine, ...lines, '', ''].join('\r\n'), 'latin1');
}
