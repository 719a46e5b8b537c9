import type { IncomingMessage } from 'node:http';
import { publicOrigin } from '../../http/public-origin.ts';
import { contextOf } from '../../http/request-context.ts';
import { isDirect, isLoopback, isNeighbour } from '../../http/trusted-proxies.ts';

/** An address of this server that somebody may use. */
export interface Endpoint {
  /** An origin, without a slash at its end. */
  readonly url: string;
  readonly isSecure: boolean;
  /** Who can use it: everybody, the machine's own networks, or only programs on this machine. */
  readonly scope: 'public' | 'network' | 'this-machine';
}

/** The addresses that a visitor may see, and the one that the recipes are for. */
export interface Places {
  readonly shown: readonly Endpoint[];
  readonly chosen: Endpoint;
  /** The one that a phone should open. */
  readonly forPhones: Endpoint;
}

/** When nothing is known at all: what works on the machine itself. */
const FALLBACK: Endpoint = { url: 'http://localhost', isSecure: false, scope: 'this-machine' };

/**
 * Who comes from the networks of this machine is shown all its addresses, who comes from outside the public one only.
 * The address by which the visitor came stands first; `Host` names it, and is believed as far as it has the form of a
 * host, but never when there is a public address for those from outside. `asked` chooses one of those shown.
 */
export function placesFor(request: IncomingMessage, endpoints: readonly Endpoint[], asked: unknown): Places {
  const own = cameBy(request, endpoints);
  const shown = isFromNear(request, own) ? nearPlaces(own, endpoints) : farPlaces(own, endpoints);
  const chosen = shown.find(({ url }) => url === asked) ?? shown[0] ?? FALLBACK;
  return { shown, chosen, forPhones: phonePlace(shown, chosen) };
}

function nearPlaces(own: Endpoint | undefined, endpoints: readonly Endpoint[]): Endpoint[] {
  const others = endpoints.filter(({ url, scope }) => scope !== 'this-machine' && url !== own?.url);
  return [...(own === undefined ? [] : [own]), ...others];
}

function farPlaces(own: Endpoint | undefined, endpoints: readonly Endpoint[]): Endpoint[] {
  return [endpoints.find(({ scope }) => scope === 'public') ?? own ?? FALLBACK];
}

/** One that a phone reaches, and rather without TLS, since it may not know the server's own authority yet. */
function phonePlace(shown: readonly Endpoint[], chosen: Endpoint): Endpoint {
  const plain = [chosen, ...shown].find(({ scope, isSecure }) => scope === 'network' && !isSecure);
  const others = [chosen, ...shown].find(({ scope }) => scope === 'network');
  return shown.find(({ scope }) => scope === 'public') ?? plain ?? others ?? chosen;
}

/** The address in the visitor's browser; undefined when it is malformed. */
function cameBy(request: IncomingMessage, endpoints: readonly Endpoint[]): Endpoint | undefined {
  const asked = URL.parse(publicOrigin(request, undefined) ?? '');
  if (asked === null) return undefined;
  // A proxy with TLS that is not trusted hides the scheme, but not the host.
  const isPublic = ({ url, scope }: Endpoint) => scope === 'public' && new URL(url).host === asked.host;
  const known = endpoints.find(({ url }) => url === asked.origin) ?? endpoints.find(isPublic);
  return known ?? endpointAt(asked);
}

/** As a browser has it: in lower case, and without the port that goes without saying. */
export function endpointAt({ origin, protocol, hostname }: URL): Endpoint {
  const isHere = hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
  return { url: origin, isSecure: protocol === 'https:', scope: isHere ? 'this-machine' : 'network' };
}

/**
 * Whether the visitor is in a network of this machine. Behind a proxy that is not trusted everybody seems to be: what
 * proxies add to a request tells that, and so does the public address.
 */
function isFromNear(request: IncomingMessage, own: Endpoint | undefined): boolean {
  const { remoteAddress, forwardedHost } = contextOf(request);
  if (own?.scope === 'public' || !isNeighbour(remoteAddress)) return false;
  return forwardedHost !== undefined || isDirect(request);
}
