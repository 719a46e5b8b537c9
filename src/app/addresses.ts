import type { NetworkInterfaceInfo } from 'node:os';
import { endpointAt, type Endpoint } from '../api/connect/places.ts';
import { isPlainHost } from '../http/forwarded.ts';
import { isLoopback } from '../http/trusted-proxies.ts';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** Where the server listens, and what for. */
export interface Reach {
  readonly publicUrl: string | undefined;
  readonly plain: Listening;
  readonly secure?: SecureReach | undefined;
}

export interface SecureReach {
  readonly listening: Listening;
  readonly certificate: {
    /** DNS names, the best one first. */
    readonly names: readonly string[];
    /** Whether it is for the address, too. */
    covers(address: string): boolean;
  };
}

const WILDCARDS = new Set(['', '::', '0.0.0.0']);

/**
 * The origins under which people of the same network reach the server, IPv4 first. Addresses of this machine alone
 * are given only when there are no others.
 */
export function reachableOrigins({ host, port }: Listening, interfaces: Interfaces): string[] {
  return reachableHosts(host, interfaces).map((address) => origin(address, port));
}

function reachableHosts(host: string, interfaces: Interfaces): string[] {
  if (!WILDCARDS.has(host)) return [host];
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(
    ({ family, address }) => isUsable(family, address) && (family === 'IPv4' || host !== '0.0.0.0'),
  );
  const outer = usable.filter(({ internal }) => !internal);
  const shown = outer.length > 0 ? outer : usable;
  const ordered = [
    ...shown.filter(({ family }) => family === 'IPv4'),
    ...shown.filter(({ family }) => family === 'IPv6'),
  ];
  const addresses = [...new Set(ordered.map(({ address }) => address))];
  return addresses.length > 0 ? addresses : [localHost(host)];
}

/**
 * Every place under which clients can reach the server, the best first: the public one, names by TLS, addresses by TLS
 * as far as the certificate is for them, addresses without.
 */
export function endpoints({ publicUrl, plain, secure }: Reach, interfaces: Interfaces): Endpoint[] {
  const all: Endpoint[] = [
    ...(publicUrl === undefined ? [] : endpointsAt(publicUrl, 'public')),
    ...(secure === undefined ? [] : secureEndpoints(secure, interfaces)),
    ...reachableOrigins(plain, interfaces).flatMap((url) => endpointsAt(url)),
  ];
  return all.filter(({ url }, index) => all.findIndex((other) => other.url === url) === index);
}

function secureEndpoints({ listening, certificate }: SecureReach, interfaces: Interfaces): Endpoint[] {
  const { host, port } = listening;
  const isForNames = WILDCARDS.has(host) || !isLoopback(host);
  // A single label is known to few networks, a star to none.
  const names = certificate.names.filter((name) => isForNames && name.includes('.') && isPlainHost(name));
  const addresses = reachableHosts(host, interfaces).filter((address) => certificate.covers(address));
  const hosts = [...names, ...addresses];
  if (hosts.length === 0 && certificate.names.includes('localhost')) hosts.push('localhost');
  return hosts.flatMap((each) => endpointsAt(origin(each, port, 'https')));
}

/** None for what a certificate has, but no URL can. */
function endpointsAt(url: string, scope?: Endpoint['scope']): Endpoint[] {
  const parsed = URL.parse(url);
  return parsed === null ? [] : [{ ...endpointAt(parsed), ...(scope && { scope }) }];
}

/**
 * The place for a link that somebody opens next: the public one, or one that other machines reach, too, and rather one
 * without TLS, since a browser may not know the local authority yet.
 */
export function linkOrigin(list: readonly Endpoint[]): string | undefined {
  const inOrder = [
    list.find(({ scope }) => scope === 'public'),
    list.find(({ scope, isSecure }) => scope === 'network' && !isSecure),
    list.find(({ scope }) => scope === 'network'),
    list.find(({ isSecure }) => !isSecure),
  ];
  return inOrder.find((endpoint) => endpoint !== undefined)?.url;
}

/** The origin under which this machine itself reaches the server. */
export function localOrigin({ host, port }: Listening): string {
  return origin(localHost(host), port);
}

function localHost(host: string): string {
  return WILDCARDS.has(host) ? '127.0.0.1' : host;
}

/** Link-local addresses need the interface's name with them, which no browser takes. */
export function isUsable(family: string, address: string): boolean {
  return family === 'IPv4' ? !address.startsWith('169.254.') : !/^fe[89ab]/i.test(address);
}

function origin(host: string, port: number, scheme = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
