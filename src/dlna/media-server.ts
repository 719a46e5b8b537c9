import type { FinishedRequest } from '../http/access-log.ts';
import { LinkFollower } from '../lib/link-follower.ts';
import { networksTest } from '../lib/networks.ts';
import type { DlnaContext } from './context.ts';
import { describe } from './device/describe.ts';
import { Door } from './door.ts';
import { Events } from './events/events.ts';
import { servedInterfaces, type ServedInterface } from './interfaces.ts';
import { mediaRoutes } from './media/routes.ts';
import { Streams } from './media/streams.ts';
import { RecentRequests, type RecentRequest } from './recent-requests.ts';
import { Router, type Route } from './router.ts';
import { Searches, type HeardSearch } from './searches.ts';
import { ServedLink } from './served-link.ts';
import { Calls } from './soap/calls.ts';

/** A set goes on with a range once the server is back; nothing is gained by waiting for the end of its film. */
const GRACE_MS = 1000;

export interface MediaServerOptions {
  readonly context: DlnaContext;
  /** On each interface; 0 for any that is free. */
  readonly port: number;
  /** By name or by address; all with private addresses where there is none. */
  readonly interfaces: readonly string[];
  /** It can be found there from now on. */
  readonly onServed: (place: ServedPlace) => void;
  /** It could not be served there, and is tried again. Told once. */
  readonly onProblem: (problem: { interface?: string; error: unknown }) => void;
  /** A bug, or stored content that is damaged. */
  readonly onFailure: (error: unknown) => void;
  readonly onFinished: (request: FinishedRequest) => void;
}

/** Where televisions find it. */
export interface ServedPlace {
  readonly interface: string;
  /** `http://192.168.1.5:8200` */
  readonly origin: string;
}

/** How it is doing, for whoever wonders why a television does not find it. */
export interface MediaServerState {
  readonly places: readonly (ServedPlace & {
    readonly network: string;
    /** In epoch milliseconds; undefined before the first time. */
    readonly announcedAtMs: number | undefined;
  })[];
  /** Televisions and others that are told when something changes. */
  readonly subscribers: number;
  readonly streams: number;
  readonly searches: readonly HeardSearch[];
  /** The newest last. */
  readonly requests: readonly RecentRequest[];
}

/** Shows televisions what is in the media space, on each of the networks that they may stand in. */
export class MediaServer {
  readonly #options: MediaServerOptions;
  readonly #streams = new Streams();
  readonly #recent = new RecentRequests();
  readonly #searches = new Searches();
  readonly #door = new Door(this.#recent);
  readonly #events: Events;
  readonly #router: Router;
  readonly #follower: LinkFollower<ServedInterface, ServedLink>;
  #isStopping = false;

  constructor(options: MediaServerOptions) {
    const { context, interfaces, onFailure, onFinished, onProblem } = options;
    this.#options = options;
    this.#events = new Events(context.library, onFailure);
    const routes = [...routesOf(this.#events), ...mediaRoutes(this.#streams)];
    this.#router = new Router({ context, routes, recent: this.#recent, onFailure, onFinished });
    this.#follower = new LinkFollower({
      links: () => new Map(servedInterfaces(interfaces).map((link) => [`${link.name} ${link.address}`, link])),
      open: (link) => this.#open(link),
      // Where an interface or its address is gone, nobody can be answered any more.
      close: (served) => this.#close(served),
      wake: (served) => served.renew(),
      onProblem: ({ link, error }) => onProblem({ ...(link && { interface: link.name }), error }),
    });
  }

  /** Resolves when each interface was tried; what failed is told, and tried again. */
  async start(): Promise<void> {
    this.#follower.start();
    await this.#follower.settled();
  }

  /** Says goodbye, and ends what is being sent. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#events.stop();
    await this.#follower.stop();
  }

  /** What is being sent. */
  get streamCount(): number {
    return this.#streams.count;
  }

  get state(): MediaServerState {
    return {
      places: this.#follower.opened.map(({ link, origin, announcedMs }) => ({
        interface: link.name,
        origin,
        network: link.network,
        announcedAtMs: announcedMs,
      })),
      subscribers: this.#events.size,
      streams: this.#streams.count,
      searches: this.#searches.list(),
      requests: this.#recent.list(),
    };
  }

  async #open(link: ServedInterface): Promise<ServedLink> {
    const { port, context, onServed } = this.#options;
    const served = await ServedLink.open(link, {
      port,
      device: context.device,
      isServedOtherwise: () => this.#beside(link).length > 0,
      mayEnter: (socket) => this.#door.mayEnter(socket, link),
      onRequest: (request, response) => void this.#router.handle(request, response, link),
      mayPause: (socket) => this.#streams.mayPause(socket),
      onSearch: ({ address, target, answers }) => {
        if (answers > 0) this.#searches.note({ address, target, atMs: Date.now() });
      },
      onFault: (error) => this.#follower.tellFault(error),
    });
    onServed({ interface: link.name, origin: served.origin });
    return served;
  }

  async #close(served: ServedLink): Promise<void> {
    await served.close(this.#isStopping ? GRACE_MS : 0);
    if (this.#isStopping) return;
    // Who knew the device by the address that is gone is told another one.
    for (const other of this.#beside(served.link)) await other.renew();
  }

  /** Where else it is served in the same network: cable and Wi-Fi may lead there. */
  #beside(link: ServedInterface): ServedLink[] {
    const isOther = (other: ServedInterface): boolean => other.name !== link.name || other.address !== link.address;
    const reaches = (other: ServedInterface): boolean => networksTest([other.network])(link.address);
    return this.#follower.opened.filter((served) => isOther(served.link) && reaches(served.link));
  }
}

function routesOf(events: Events): Route[] {
  const calls = new Calls();
  return [
    { path: /^\/(?:device\.xml|icons\/|services\/)/, methods: ['GET'], handler: describe },
    { path: /^\/control\//, methods: ['POST'], handler: (exchange, context) => calls.answer(exchange, context) },
    {
      path: /^\/events\//,
      methods: ['SUBSCRIBE', 'UNSUBSCRIBE'],
      handler: (exchange) => events.answer(exchange),
    },
  ];
}
