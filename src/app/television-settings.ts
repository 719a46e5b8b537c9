import { hostname } from 'node:os';

/** What televisions show in their list of sources, from the setting `dlna.name`. */
export function shownName(name: string | undefined): string {
  return name ?? `nosocial on ${hostname()}`;
}

/** Who watches at an address, from the setting `dlna.viewers`; undefined where that does not say. */
export function viewerOf(address: string, viewers: readonly string[]): string | undefined {
  return viewers.find((viewer) => viewer.startsWith(`${address}=`))?.slice(address.length + 1);
}
