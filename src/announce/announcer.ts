import { networkInterfaces } from 'node:os';
import { LinkFollower } from '../lib/link-follower.ts';
import { LinkResponder, type ResponderEvents } from './link-responder.ts';
import { linksOf, type Link, type Listener } from './links.ts';
import { OwnMessages } from './own-messages.ts';
import { labelOf, type Names } from './records.ts';

/** RFC 6762 §8.1: whoever meets this many conflicts goes slowly. */
const MANY_CONFLICTS = 15;
const MANY_CONFLICTS_DELAY_MS = 5000;
/** What a goodbye may take when the system does not even say that it failed. */
const STOP_LIMIT_MS = 500;

export interface AnnouncerOptions {
  /** Where the server listens; asked again and again. */
  readonly listeners: () => readonly Listener[];
  /** Of this machine, as the system knows it; what follows the first dot does not matter. */
  readonly hostName: string;
  readonly onAnnounced: (where: { interface: string; name: string }) => void;
  /** Told once for each interface until it works. */
  readonly onProblem: (problem: { interface?: string; error: unknown }) => void;
}

/**
 * Tells the networks that this machine stands in where the server is (`_webdav._tcp` and `_webdavs._tcp` by mDNS):
 * each of them its own address and nothing of the others. Follows interfaces as they come and go.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #events: ResponderEvents;
  readonly #follower: LinkFollower<Link, LinkResponder>;
  #numbers: Numbers = { service: 1, host: 1 };
  #conflicts = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#follower = new LinkFollower({
      links: () => {
        const links = linksOf(options.listeners(), networkInterfaces());
        return new Map(links.map((link) => [link.interfaceName, link]));
      },
      open: (link) => LinkResponder.open(link, this.#names, this.#events),
      close: async (responder, now) => {
        if (now && !losesService(responder.link, now)) responder.drop();
        else await responder.close();
      },
      onProblem: ({ link, error }) => options.onProblem({ ...(link && { interface: link.interfaceName }), error }),
    });
    let addresses: string[] = [];
    let readMs = -Infinity;
    this.#events = {
      ownMessages: new OwnMessages(),
      onFault: (error) => this.#follower.tellFault(error),
      onConflict: (what, names) => this.#rename(what, names),
      onAnnounced: ({ interfaceName }, { service }) => options.onAnnounced({ interface: interfaceName, name: service }),
      ownAddresses: () => {
        // Asked for with each message that names this machine: others may send as many as they like.
        if (performance.now() - readMs > 1000) {
          addresses = Object.values(networkInterfaces()).flatMap((infos = []) => infos.map(({ address }) => address));
          readMs = performance.now();
        }
        return addresses;
      },
    };
  }

  /** Returns at once; what fails is told, and tried again. */
  start(): void {
    this.#follower.start();
  }

  /** Says goodbye; done within half a second whatever happens. */
  async stop(): Promise<void> {
    const limit = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => limit.resolve(undefined), STOP_LIMIT_MS);
    await Promise.race([this.#follower.stop(), limit.promise]);
    clearTimeout(timer);
  }

  get #names(): Names {
    return namesFor(this.#options.hostName, this.#numbers);
  }

  #rename(what: keyof Names, taken: Names): void {
    if (taken[what] !== this.#names[what]) return;
    this.#conflicts++;
    this.#numbers = { ...this.#numbers, [what]: this.#numbers[what] + 1 };
    const waitMs = this.#conflicts > MANY_CONFLICTS ? MANY_CONFLICTS_DELAY_MS : 0;
    for (const responder of this.#follower.opened) responder.restart(this.#names, waitMs);
  }
}

interface Numbers {
  readonly service: number;
  readonly host: number;
}

/** `nosocial on box` and `box`; the second of a kind is `nosocial on box (2)` or `box-2`, as Avahi and Apple have it. */
function namesFor(hostName: string, { service, host }: Numbers): Names {
  const machine = hostName.split('.')[0] || 'this-machine';
  return {
    service: labelOf(`nosocial on ${machine}`, service === 1 ? '' : ` (${service})`),
    host: labelOf(machine, host === 1 ? '' : `-${host}`),
  };
}

function losesService(before: Link, after: Link): boolean {
  return before.services.some(
    ({ type, port }) => !after.services.some((service) => service.type === type && service.port === port),
  );
}
