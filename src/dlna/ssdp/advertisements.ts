import { DEVICE_TYPE, SERVICES } from '../device/services.ts';

/** One of the names that the device is found by. */
export interface Advertisement {
  /** `NT` where it is announced, `ST` where it is looked for. */
  readonly target: string;
  readonly usn: string;
}

/** All names of a root device without others in it, UDA 1.0 §1.1.2: the root, the device, its type, each service. */
export function advertisementsOf(udn: string): Advertisement[] {
  const types = [DEVICE_TYPE, ...Object.values(SERVICES).map((service) => service.type)];
  const named = ['upnp:rootdevice', ...types].map((target) => ({ target, usn: `${udn}::${target}` }));
  return [{ target: udn, usn: udn }, ...named];
}

/** Those that answer a search for `target`; UDA 1.0 §1.2.3. Names of types are compared to the letter (RFC 8141 §3). */
export function soughtBy(target: string, all: readonly Advertisement[]): readonly Advertisement[] {
  if (target === 'ssdp:all') return all;
  const sought = target.startsWith('uuid:') ? target.toLowerCase() : target;
  return all.filter((each) => each.target === sought);
}
