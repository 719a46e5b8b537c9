import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import net from 'node:net';
import { readHops } from './forwarded.ts';

/** The other end of a request, with trusted proxies seen through. */
export interface Client {
  readonly address: string;
  /** The host that the client asked for, where a trusted proxy told it. */
  readonly host: string | undefined;
  /** What the client speaks, where a trusted proxy told it. */
  readonly scheme: 'http' | 'https' | undefined;
}

/** Finds out who is at the other end when proxies stand between. */
export class TrustedProxies {
  readonly #trusted: net.BlockList;
  readonly #isEmpty: boolean;
  #onForgotten: ((address: string) => void) | undefined;

  /**
   * `proxies`: addresses and networks in CIDR notation whose `X-Forwarded-…` and `Forwarded` are believed.
   * `onForgotten` is told, once, of a neighbour that sends such headers and is not among them.
   */
  constructor(proxies: readonly string[], onForgotten?: (address: string) => void) {
    this.#isEmpty = proxies.length === 0;
    this.#trusted = blockListOf(proxies);
    this.#onForgotten = onForgotten;
  }

  /**
   * The client: the connection's own end, or, behind proxies, the nearest one that is not a trusted proxy itself. What
   * that one sent may be made up, and is left aside; host and scheme are those that the outermost trusted proxy told.
   */
  seeThrough(socketAddress: string | undefined, headers: IncomingHttpHeaders): Client {
    let address = plainAddress(socketAddress ?? '');
    let told: Pick<Client, 'host' | 'scheme'> = { host: undefined, scheme: undefined };
    if (this.#isEmpty || !this.#isTrusted(address)) {
      this.#lookForForgotten(address, headers);
      return { address, ...told };
    }
    for (const hop of readHops(headers)) {
      told = { host: hop.host ?? told.host, scheme: hop.scheme ?? told.scheme };
      const next = plainAddress(hop.from ?? '');
      if (net.isIP(next) === 0) break;
      address = next;
      if (!this.#isTrusted(address)) break;
    }
    return { address, ...told };
  }

  #isTrusted(address: string): boolean {
    return isAmong(address, this.#trusted);
  }

  #lookForForgotten(address: string, headers: IncomingHttpHeaders): void {
    // Strangers elsewhere write what they like into their headers.
    const isProxy = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
    if (this.#onForgotten === undefined || !isProxy || !isNeighbour(address)) return;
    this.#onForgotten(address);
    this.#onForgotten = undefined;
  }
}

/** What is no address of the public Internet; 100.64.0.0/10 is what Tailscale gives its machines. */
const NEIGHBOURS = blockListOf([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);

function blockListOf(entries: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isAmong(address: string, list: net.BlockList): boolean {
  return net.isIP(address) !== 0 && list.check(address, familyOf(address));
}

/** Whether somebody there is in a network of one's own, be it a proxy or a visitor. */
export function isNeighbour(address: string): boolean {
  return isAmong(address, NEIGHBOURS);
}

/** What proxies add, trusted or not. */
const SIGNS_OF_PROXIES = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
];

/**
 * Whether nothing tells of a proxy, behind which anybody may be. nginx adds nothing unless told to, but speaks HTTP/1.0
 * (1.22), which neither browsers nor curl do.
 */
export function isDirect({ headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>): boolean {
  return httpVersion !== '1.0' && SIGNS_OF_PROXIES.every((name) => headers[name] === undefined);
}

export function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/** Without the zone, brackets and port that proxies add, and with IPv4 in its own form. */
function plainAddress(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return net.isIPv6(address) ? 'ipv6' : 'ipv4';
}
