import { networkInterfaces } from 'node:os';
import { LinkResponder, type ResponderEvents } from './link-responder.ts';
import { linksOf, type Link, type Listener } from './links.ts';
import { OwnMessages } from './own-messages.ts';
import { labelOf, type Names } from './records.ts';

/** How often the system's interfaces are looked at; cheap, and nothing tells of changes. */
const LOOK_MS = 3000;
/** More than this between two looks: the machine slept, and may have woken elsewhere. */
const SLEPT_MS = 5 * LOOK_MS;
/** A link that could not be opened is tried again after this many looks. */
const LOOKS_BEFORE_RETRY = 20;
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
  readonly #responders = new Map<string, LinkResponder>();
  /** Looks still to wait, by the interface that could not be opened. */
  readonly #failed = new Map<string, number>();
  #numbers: Numbers = { service: 1, host: 1 };
  #conflicts = 0;
  #lastLookMs = Date.now();
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #hasToldFault = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    let addresses: string[] = [];
    let readMs = -Infinity;
    this.#events = {
      ownMessages: new OwnMessages(),
      onFault: (error) => this.#tellOnce(error),
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
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.#look();
  }

  /** Says goodbye; done within half a second whatever happens. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    const limit = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => limit.resolve(undefined), STOP_LIMIT_MS);
    await Promise.race([this.#closeAll(), limit.promise]);
    clearTimeout(timer);
  }

  get #names(): Names {
    return namesFor(this.#options.hostName, this.#numbers);
  }

  async #closeAll(): Promise<void> {
    await this.#looking;
    await Promise.all([...this.#responders.values()].map((responder) => responder.close()));
  }

  #look(): void {
    // A system that keeps its interfaces from this process throws.
    this.#looking = this.#looking.then(() => this.#follow()).catch((error: unknown) => this.#tellOnce(error));
  }

  async #follow(): Promise<void> {
    const hasSlept = Date.now() - this.#lastLookMs > SLEPT_MS;
    this.#lastLookMs = Date.now();
    const links = new Map(
      linksOf(this.#options.listeners(), networkInterfaces()).map((link) => [link.interfaceName, link]),
    );
    for (const [name, responder] of this.#responders) {
      const link = links.get(name);
      if (link && isSameLink(link, responder.link) && !hasSlept) continue;
      this.#responders.delete(name);
      if (link && !losesService(responder.link, link)) responder.drop();
      else await responder.close();
    }
    for (const link of links.values()) if (!this.#isStopped) await this.#open(link);
  }

  async #open(link: Link): Promise<void> {
    const { interfaceName } = link;
    if (this.#responders.has(interfaceName)) return;
    const waiting = this.#failed.get(interfaceName) ?? 0;
    if (waiting > 0) {
      this.#failed.set(interfaceName, waiting - 1);
      return;
    }
    try {
      this.#responders.set(interfaceName, await LinkResponder.open(link, this.#names, this.#events));
      this.#failed.delete(interfaceName);
    } catch (error) {
      if (!this.#failed.has(interfaceName)) this.#options.onProblem({ interface: interfaceName, error });
      this.#failed.set(interfaceName, LOOKS_BEFORE_RETRY);
    }
  }

  #tellOnce(error: unknown): void {
    if (!this.#hasToldFault) this.#options.onProblem({ error });
    this.#hasToldFault = true;
  }

  #rename(what: keyof Names, taken: Names): void {
    if (taken[what] !== this.#names[what]) return;
    this.#conflicts++;
    this.#numbers = { ...this.#numbers, [what]: this.#numbers[what] + 1 };
    const waitMs = this.#conflicts > MANY_CONFLICTS ? MANY_CONFLICTS_DELAY_MS : 0;
    for (const responder of this.#responders.values()) responder.restart(this.#names, waitMs);
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

function isSameLink(one: Link, other: Link): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function losesService(before: Link, after: Link): boolean {
  return before.services.some(
    ({ type, port }) => !after.services.some((service) => service.type === type && service.port === port),
  );
}
