import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { networksTest } from '../lib/networks.ts';

/** An address of this machine at which televisions are served. */
export interface ServedInterface {
  readonly name: string;
  /** IPv4: televisions use nothing else. */
  readonly address: string;
  /** The network that it stands in, as `192.168.1.5/24`. */
  readonly network: string;
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** RFC 1918: what stands in one of these cannot be reached from the internet. */
const isPrivate = networksTest(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']);
/** RFC 3927: all that there is where nothing gives out addresses. */
const isLinkLocal = networksTest(['169.254.0.0/16']);
/** What a tunnel has: there is no network behind it that could be told anything. */
const NO_HARDWARE = '00:00:00:00:00:00';

/**
 * Where televisions are served: on the interfaces or at the addresses of `chosen`; without any on all with private
 * addresses. One address of each interface, unless others are chosen: what is told on a network reaches everybody there,
 * and whoever stands in another subnet could not use it.
 */
export function servedInterfaces(
  chosen: readonly string[],
  interfaces: Interfaces = networkInterfaces(),
): ServedInterface[] {
  return Object.entries(interfaces).flatMap(([name, infos = []]) => {
    const usable = infos.filter(({ family }) => family === 'IPv4').map((info) => served(name, info));
    const named = usable.filter(({ address }) => chosen.includes(address));
    if (named.length > 0) return named;
    if (chosen.length > 0) return chosen.includes(name) ? firstOf(usable) : [];
    const hasNetwork = infos.every(({ internal, mac }) => !internal && mac !== NO_HARDWARE);
    return hasNetwork ? firstOf(usable.filter(({ address }) => isLan(address))) : [];
  });
}

/** Whether an address is one of a local network: nobody in the internet has it. */
export function isLan(address: string): boolean {
  return isPrivate(address) || isLinkLocal(address);
}

/** Whether somebody at `address` stands in that network: everybody else came through a router, or pretends. */
export function isOnLink({ network }: Pick<ServedInterface, 'network'>, address: string): boolean {
  return networksTest([network])(address);
}

function served(name: string, { address, cidr }: NetworkInterfaceInfo): ServedInterface {
  return { name, address, network: cidr ?? `${address}/32` };
}

/** A link-local address is only for want of another. */
function firstOf(usable: readonly ServedInterface[]): readonly ServedInterface[] {
  return [...usable.filter(({ address }) => !isLinkLocal(address)), ...usable].slice(0, 1);
}
