import type { NetworkInterfaceInfo } from 'node:os';

/** Where the server listens, as bound. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** What is told about one listener. */
export interface Service {
  readonly type: '_webdav' | '_webdavs';
  readonly port: number;
}

/** One interface of this machine, on whose network something can be told. */
export interface Link {
  readonly interfaceName: string;
  /** How the system names it in addresses: `fe80::1%eth0`, on Windows by number. */
  readonly zone: string;
  /** Where the server is reached through this interface; at least one. */
  readonly addresses: readonly string[];
  /** Networks in CIDR notation that the interface stands in: who is in none of them is not on this link. */
  readonly networks: readonly string[];
  readonly services: readonly Service[];
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** The links on which somebody else could reach one of the listeners, each with what is reached there. */
export function linksOf(listeners: readonly Listener[], interfaces: Interfaces): Link[] {
  return Object.entries(interfaces).flatMap(([interfaceName, infos = []]) => {
    const outer = infos.filter(({ internal }) => !internal);
    const reached = listeners.map((listener) => ({ listener, addresses: addressesOf(listener, outer) }));
    const addresses = [...new Set(reached.flatMap((each) => each.addresses))].sort();
    if (addresses.length === 0) return [];
    const services = reached
      .filter((each) => each.addresses.length > 0)
      .map(({ listener: { port, isTls } }): Service => ({ type: isTls ? '_webdavs' : '_webdav', port }));
    const networks = outer.flatMap(({ cidr }) => cidr ?? []).sort();
    return [{ interfaceName, zone: zoneOf(interfaceName, outer), addresses, networks, services }];
  });
}

function addressesOf({ host }: Listener, infos: readonly NetworkInterfaceInfo[]): string[] {
  const usable = infos.filter((info) => !isLinkLocal(info));
  // Without any server that gives addresses, two machines on one cable have only these; IPv4 needs no zone for them.
  const hasIpv4 = usable.some(({ family }) => family === 'IPv4');
  const chosen = hasIpv4 ? usable : [...usable, ...infos.filter((info) => info.family === 'IPv4')];
  return chosen
    .filter(({ family, address }) => {
      if (host === '::') return true;
      return host === '0.0.0.0' ? family === 'IPv4' : host === address;
    })
    .map(({ address }) => address);
}

function isLinkLocal({ family, address }: NetworkInterfaceInfo): boolean {
  return family === 'IPv4' ? address.startsWith('169.254.') : /^fe[89ab]/i.test(address);
}

function zoneOf(interfaceName: string, infos: readonly NetworkInterfaceInfo[]): string {
  if (process.platform !== 'win32') return interfaceName;
  const scope = infos.find((info) => info.family === 'IPv6' && info.scopeid !== 0);
  return scope?.family === 'IPv6' ? String(scope.scopeid) : interfaceName;
}
