import type { IncomingHttpHeaders } from 'node:http';

/** What one proxy tells of the request that it got. */
export interface Hop {
  /** Who sent it: the text of an address, unchecked. */
  readonly from: string | undefined;
  /** The host, with its port, that was asked for. */
  readonly host: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
}

/**
 * The hops that `X-Forwarded-For`, `-Host` and `-Proto` tell of, the last proxy's first; of `Forwarded` (RFC 7239) only
 * without any of those: nearly every proxy sets them, and lets through whatever a stranger wrote into `Forwarded`.
 * What is malformed is left out.
 */
export function readHops(headers: IncomingHttpHeaders): Hop[] {
  const lists = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'].map((name) => listOf(headers[name]));
  const [from = [], hosts = [], schemes = []] = lists;
  const length = Math.max(from.length, hosts.length, schemes.length);
  if (length === 0) return readForwarded(headers.forwarded ?? '');
  return Array.from({ length }, (_, index) => ({
    from: from[index],
    host: hostOf(hosts[index]),
    scheme: schemeOf(schemes[index]),
  }));
}

/** The members of a list, from its end; proxies add at the end, if they do not set one value for all. */
function listOf(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return String(value)
    .split(',')
    .map((part) => part.trim())
    .reverse();
}

const TOKEN = String.raw`[!#$%&'*+\-.^_\`|~\w]+`;
const PAIR = String.raw`(${TOKEN})=(${TOKEN}|"(?:[^"\\]|\\.)*")`;
const ELEMENT = new RegExp(`^\\s*${PAIR}(?:;${PAIR})*\\s*$`);

/**
 * RFC 7239 §4, from the end: what stands further left may be a stranger's, with a quote that is never closed. An
 * element is the shortest text after a comma that is well-formed; reading ends where there is none.
 */
function readForwarded(value: string): Hop[] {
  const hops: Hop[] = [];
  let rest = value;
  while (rest !== '') {
    let comma = rest.lastIndexOf(',');
    while (comma >= 0 && !ELEMENT.test(rest.slice(comma + 1)))
      comma = comma === 0 ? -1 : rest.lastIndexOf(',', comma - 1);
    const element = rest.slice(comma + 1);
    if (!ELEMENT.test(element)) break;
    hops.push(readElement(element));
    rest = rest.slice(0, Math.max(comma, 0));
  }
  return hops;
}

function readElement(element: string): Hop {
  const pairs = new Map<string, string>();
  for (const [, name = '', value = ''] of element.matchAll(new RegExp(PAIR, 'g'))) {
    pairs.set(name.toLowerCase(), unquoted(value));
  }
  return { from: pairs.get('for'), host: hostOf(pairs.get('host')), scheme: schemeOf(pairs.get('proto')) };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

/** Only what can stand in a URL and in a header without further care. */
export function isPlainHost(text: string): boolean {
  return text.length <= 260 && /^(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:]+(?:\.\d+){0,3}\])(?::\d{1,5})?$/i.test(text);
}

function hostOf(text: string | undefined): string | undefined {
  return text !== undefined && isPlainHost(text) ? text : undefined;
}

function schemeOf(text: string | undefined): Hop['scheme'] {
  const scheme = text?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}
