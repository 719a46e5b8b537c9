import { domainToASCII } from 'node:url';
import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { DomainError } from '../../lib/errors.ts';
import { isUsable } from '../addresses.ts';
import { shortAddress } from './pair.ts';

/** What a certificate can be for. */
export interface Hosts {
  /** DNS names, the best one first. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

export interface Machine {
  readonly hostname: string;
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

/** kube-ipvs0 has an address for each service of a cluster, and some clients take 16 KiB of certificates. */
const MAX_OWN_ADDRESSES = 200;

/**
 * Everything under which the machine is reached in its networks: `box.local`, as mDNS has it, what somebody added, its
 * own name, and its addresses. Link-local addresses are left out: no client takes them without an interface.
 */
export function machineHosts({ hostname, interfaces }: Machine, added: readonly string[]): Hosts {
  const own = nameOrNothing(hostname);
  const [label = ''] = hostname.split('.');
  // Judged with its end: `12345` by itself is an address, and `12345.local` a name.
  const local = label === 'localhost' ? undefined : nameOrNothing(`${label}.local`);
  const names = [local, ...added.filter((host) => isIP(host) === 0), own, own?.split('.')[0], 'localhost'];
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(({ family, address }) => isUsable(family, address)).map(({ address }) => address);
  const addresses = [
    ...added.filter((host) => isIP(host) !== 0),
    ...usable.slice(0, MAX_OWN_ADDRESSES),
    '127.0.0.1',
    '::1',
  ];
  return { names: [...new Set(names.filter((name) => name !== undefined))], addresses: [...new Set(addresses)] };
}

/** A name or address as a certificate has it: `BÜRO.example` becomes `xn--bro-hoa.example`. Throws `bad-request`. */
export function readHost(text: string): string {
  const host = hostOrNothing(text);
  if (host !== undefined) return host;
  throw new DomainError(
    'bad-request',
    `"${text}" is no name or address; write one as in cloud.example.org or 10.0.0.5`,
  );
}

/** The same, and undefined for what no certificate can be for. */
export function hostOrNothing(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  // A zone means something on this machine only.
  if (isIP(bare) !== 0 && !bare.includes('%')) return shortAddress(bare);
  return nameOrNothing(text);
}

/** A star may stand for the first label. What looks like an address is no name. */
function nameOrNothing(text: string): string | undefined {
  const [, star = '', rest = ''] = /^(\*\.)?(.*)$/.exec(text.replace(/\.$/, '')) ?? [];
  const ascii = domainToASCII(rest);
  const isName = /^(?=.{1,253}$)[a-z\d_]([\w-]{0,61}[a-z\d])?(\.[a-z\d_]([\w-]{0,61}[a-z\d])?)*$/.test(ascii);
  return isName && !/^[\d.]+$/.test(ascii) ? star + ascii : undefined;
}
