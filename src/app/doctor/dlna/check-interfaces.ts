import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { TelevisionPlace } from '../../../api/contract/television-status.ts';
import { isLan, servedInterfaces } from '../../../dlna/interfaces.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

interface Surroundings {
  /** As the settings name them. */
  readonly chosen: readonly string[];
  /** Where the server can be found; undefined while none runs. */
  readonly places: readonly TelevisionPlace[] | undefined;
  readonly nowMs: number;
  readonly interfaces?: Interfaces;
}

/** Where televisions are served, or will be, and why not anywhere else. */
export function checkInterfaces(surroundings: Surroundings): Finding[] {
  const { chosen, places, interfaces = networkInterfaces() } = surroundings;
  const wanted = servedInterfaces(chosen, interfaces);
  const served = wanted.map(({ name, address, network }) => {
    const subject = `network ${name}`;
    if (places === undefined) return ok(subject, `it will be found at ${address}, by whoever is in ${network}`);
    const place = places.find((each) => each.interface === name && new URL(each.origin).hostname === address);
    if (place)
      return ok(subject, `${place.origin}, for whoever is in ${network}; ${announced(place, surroundings.nowMs)}`);
    return fail(subject, `it is not served at ${address}`, "the server's log says why; it is tried again by itself");
  });
  const missing = chosen
    .filter((one) => !wanted.some(({ name, address }) => one === name || one === address))
    .map((one) =>
      warn(
        `network ${one}`,
        'there is none with an IPv4 address',
        'see `dlna.interfaces`; `ip address` shows what there is',
      ),
    );
  const others = Object.entries(interfaces)
    .filter(([name]) => !wanted.some((one) => one.name === name))
    .map(([name, infos = []]) => ok(`network ${name}`, `not served: ${whyNot(infos, chosen)}`));
  return [...nowhere(wanted.length), ...served, ...missing, ...others];
}

function nowhere(count: number): Finding[] {
  if (count > 0) return [];
  const advice = 'connect this machine to the network of the television, or name an interface: `dlna.interfaces`';
  return [fail('networks', 'there is none on which televisions could find it', advice)];
}

function announced({ announcedAt }: TelevisionPlace, nowMs: number): string {
  if (announcedAt === undefined) return 'not announced yet';
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(announcedAt)) / 1000));
  return `announced ${seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`} ago`;
}

function whyNot(infos: readonly NetworkInterfaceInfo[], chosen: readonly string[]): string {
  const [ipv4] = infos.filter(({ family }) => family === 'IPv4');
  if (!ipv4) return 'it has no IPv4 address';
  if (chosen.length > 0) return '`dlna.interfaces` does not name it';
  if (ipv4.internal) return 'nobody else is in it';
  if (!isLan(ipv4.address))
    return `${ipv4.address} is no private address; name it in \`dlna.interfaces\` if you mean it`;
  return 'it is a tunnel; name it in `dlna.interfaces` if you mean it';
}
