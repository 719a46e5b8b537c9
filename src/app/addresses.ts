import type { NetworkInterfaceInfo } from 'node:os';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export interface Listening {
  readonly host: string;
  readonly port: number;
}

const WILDCARDS = new Set(['', '::', '0.0.0.0']);

/**
 * The origins under which people of the same network reach the server, IPv4 first. Addresses of this machine alone
 * are given only when there are no others.
 */
export function reachableOrigins({ host, port }: Listening, interfaces: Interfaces): string[] {
  if (!WILDCARDS.has(host)) return [origin(host, port)];
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
  const origins = [...new Set(ordered.map(({ address }) => origin(address, port)))];
  return origins.length > 0 ? origins : [localOrigin({ host, port })];
}

/** The origin under which this machine itself reaches the server. */
export function localOrigin({ host, port }: Listening): string {
  return origin(WILDCARDS.has(host) ? '127.0.0.1' : host, port);
}

/** Link-local addresses need the interface's name with them, which no browser takes. */
function isUsable(family: string, address: string): boolean {
  return family === 'IPv4' ? !address.startsWith('169.254.') : !/^fe[89ab]/i.test(address);
}

function origin(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
