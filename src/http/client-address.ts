import net from 'node:net';

/** Finds out who is at the other end when proxies stand between. */
export class ClientAddresses {
  readonly #trusted = new net.BlockList();
  readonly #hasTrusted: boolean;

  /** `trustedProxies`: addresses and networks in CIDR notation whose `X-Forwarded-For` is believed. */
  constructor(trustedProxies: readonly string[]) {
    this.#hasTrusted = trustedProxies.length > 0;
    for (const entry of trustedProxies) {
      const [address = '', bits] = entry.split('/');
      const family = familyOf(address);
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  /**
   * The address of the client: the connection's own, or, behind proxies, the right-most one in `X-Forwarded-For` that
   * is not a trusted proxy itself. What stands left of that may be made up.
   */
  resolve(socketAddress: string | undefined, forwardedFor: string | undefined): string {
    let address = plainAddress(socketAddress ?? '');
    if (!this.#hasTrusted || forwardedFor === undefined) return address;
    for (const hop of forwardedFor.split(',').reverse()) {
      if (!this.#isTrusted(address)) return address;
      const next = plainAddress(hop.trim());
      if (net.isIP(next) === 0) return address;
      address = next;
    }
    return address;
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
