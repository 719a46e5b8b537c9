import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Listener } from '../http/listener.ts';
import type { DeviceIdentity } from './context.ts';
import { serverHeader } from './device/server-header.ts';
import type { ServedInterface } from './interfaces.ts';
import { SsdpLink, type SsdpEvents } from './ssdp/ssdp-link.ts';

const IDLE_SECONDS = 60;
const LIMITS = { headersTimeoutSeconds: 20, idleTimeoutSeconds: IDLE_SECONDS };

export interface ServedLinkOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly device: DeviceIdentity;
  readonly isServedOtherwise: () => boolean;
  /** Whether a connection is let in. */
  readonly mayEnter: (socket: Socket) => boolean;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Whether a connection on which nothing moves may go on. */
  readonly mayPause: (socket: Socket) => boolean;
  readonly onSearch: SsdpEvents['onSearch'];
  /** After it was opened. */
  readonly onFault: (error: unknown) => void;
}

/** The media server on one network: it listens there, and is announced there. */
export class ServedLink {
  readonly link: ServedInterface;
  /** `http://192.168.1.5:8200` */
  readonly origin: string;
  readonly #listener: Listener;
  readonly #ssdp: SsdpLink;

  private constructor(link: ServedInterface, origin: string, parts: { listener: Listener; ssdp: SsdpLink }) {
    this.link = link;
    this.origin = origin;
    this.#listener = parts.listener;
    this.#ssdp = parts.ssdp;
  }

  /** Throws `refused` when the port is taken, and what the system says of the announcements. */
  static async open(link: ServedInterface, options: ServedLinkOptions): Promise<ServedLink> {
    const { port, device, isServedOtherwise, onSearch, onFault } = options;
    const listener = listenerFor(options);
    const bound = await listener.listen({ host: link.address, port });
    const origin = `http://${link.address}:${bound.port}`;
    try {
      // Whoever is told where it is finds it there, since it listens by now.
      const location = `${origin}/device.xml`;
      const told = { udn: device.udn, server: serverHeader(device.version), location, isServedOtherwise };
      const ssdp = await SsdpLink.open(link, told, { onSearch, onFault });
      return new ServedLink(link, origin, { listener, ssdp });
    } catch (error) {
      await listener.close(0);
      throw error;
    }
  }

  /** When it was announced last, in epoch milliseconds. */
  get announcedMs(): number | undefined {
    return this.#ssdp.announcedMs;
  }

  /** Announces it anew, after the machine slept. Throws as `open`. */
  async renew(): Promise<void> {
    await this.#ssdp.renew();
  }

  /** Says goodbye; what is being sent may go on for `graceMs`. */
  async close(graceMs: number): Promise<void> {
    await this.#ssdp.close();
    await this.#listener.close(graceMs);
  }
}

function listenerFor({ mayEnter, onRequest, mayPause, onFault }: ServedLinkOptions): Listener {
  return new Listener(LIMITS, {
    onConnection: (socket) => {
      if (!mayEnter(socket)) socket.destroy();
    },
    onRequest,
    // RFC 9110 §10.1.1 lets what is not known be ignored.
    onExpectation: onRequest,
    onTimeout: (socket) => {
      if (mayPause(socket)) socket.setTimeout(IDLE_SECONDS * 1000);
      else socket.destroy();
    },
    onFailure: onFault,
  });
}
