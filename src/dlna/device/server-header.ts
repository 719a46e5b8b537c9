import { release, type } from 'node:os';

/**
 * `SERVER` of all that is sent (UDA 1.0 §1.1.2). 1.0, as DLNA has it: 1.1 would bring BOOTID.UPNP.ORG and an
 * `ssdp:update` to every network whenever another one comes or goes, for nothing that a television makes use of.
 */
export function serverHeader(version: string): string {
  // The rest of the system's version is of use to nobody but those who look for holes.
  const [system = '1.0'] = /^\d+\.\d+/.exec(release()) ?? [];
  return `${type()}/${system} UPnP/1.0 DLNADOC/1.50 nosocial/${version}`;
}
