import type { IncomingHttpHeaders } from 'node:http';
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
  readonly #trusted = new net.BlockList();
  readonly #isEmpty: boolean;

  /** `proxies`: addresses and networks in CIDR notation whose `X-Forwarded-…` and `Forwarded` are believed. */
  constructor(proxies: readonly string[]) {
    this.#isEmpty = proxies.length === 0;
    for (const entry of proxies) {
      const [address = '', bits] = entry.split('/');
      const family = familyOf(address);
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  /**
   * The client: the connection's own end, or, behind proxies, the nearest one that is not a trusted proxy itself. What
   * that one sent may be made up, and is left aside; host and scheme are those that the outermost trusted proxy told.
   */
  seeThrough(socketAddress: string | undefined, headers: IncomingHttpHeaders): Client {
    let address = plainAddress(socketAddress ?? '');
    let told: Pick<Client, 'host' | 'scheme'> = { host: undefined, scheme: undefined };
    if (this.#isEmpty || !this.#isTrusted(address)) return { address, ...told };
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
    return net.isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }
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
