import net from 'node:net';
import { isLan, isOnLink, type ServedInterface } from '../interfaces.ts';

/** Where a subscriber wants to be told. */
export interface Callback {
  /** IPv4, in digits. */
  readonly address: string;
  readonly port: number;
  /** With the query. */
  readonly path: string;
}

/** Who subscribes, and where it came in. */
export interface Subscriber {
  readonly address: string;
  readonly link: ServedInterface;
  readonly ownPort: number;
}

const MAX_HEADER_CHARACTERS = 1024;
const MAX_CALLBACKS = 4;
const LIST = /^(?:[ \t]*<[^<>\s]+>)+[ \t]*$/;
/** Digits only: in other spellings (`0x7f.1`, `2130706433`) an address looks like none. */
const CALLBACK = /^http:\/\/(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?(\/[\x21-\x7e]*)?$/i;

/**
 * The list of a CALLBACK header, UDA 1.0 §4.1.1; undefined when it is none, or one of its URLs is not where the
 * subscriber could be. Otherwise anybody on the network could have this machine send requests wherever they like
 * (CVE-2020-12695, CallStranger).
 */
export function parseCallbacks(header: string, subscriber: Subscriber): Callback[] | undefined {
  if (header.length > MAX_HEADER_CHARACTERS || !LIST.test(header)) return undefined;
  const urls = [...header.matchAll(/<([^<>]+)>/g)].map(([, url = '']) => url);
  if (urls.length > MAX_CALLBACKS) return undefined;
  const callbacks = urls.flatMap((url) => parseCallback(url) ?? []);
  if (callbacks.length < urls.length) return undefined;
  return callbacks.every((callback) => isWhereItCouldBe(callback, subscriber)) ? callbacks : undefined;
}

function parseCallback(url: string): Callback | undefined {
  const [, address = '', portText = '80', path = '/'] = CALLBACK.exec(url) ?? [];
  const port = Number(portText);
  if (!net.isIPv4(address) || port === 0 || port > 65_535) return undefined;
  return { address, port, path };
}

/** At the address that it came from, or at another one in the same private network, but not at this machine's own. */
function isWhereItCouldBe({ address, port }: Callback, { address: from, link, ownPort }: Subscriber): boolean {
  if (address === from) return address !== link.address || port !== ownPort;
  return address !== link.address && isLan(address) && isOnLink(link, address);
}
