import type { Socket } from 'node:net';
import { InFlightLimiter } from '../http/in-flight.ts';
import { isOnLink, type ServedInterface } from './interfaces.ts';
import type { RecentRequests } from './recent-requests.ts';

/** Sets open ten and drop them; whoever wants more than this wants the server's descriptors. */
const CONNECTIONS_OF_ONE = 64;

/** Lets connections in, before anything is read of them. */
export class Door {
  readonly #recent: RecentRequests;
  readonly #connections = new InFlightLimiter(CONNECTIONS_OF_ONE, 'connections');

  constructor(recent: RecentRequests) {
    this.#recent = recent;
  }

  /** False for whoever came by way of a router, and for whoever has enough connections. */
  mayEnter(socket: Socket, link: ServedInterface): boolean {
    const { remoteAddress: address = '' } = socket;
    if (!isOnLink(link, address)) return this.#refuse(address, `it is not in the network ${link.network}`);
    try {
      socket.once('close', this.#connections.enter(address));
      return true;
    } catch {
      return this.#refuse(address, 'it has too many connections');
    }
  }

  #refuse(address: string, remark: string): false {
    const noted = this.#recent.begin({ atMs: Date.now(), address, userAgent: '', what: 'connection' });
    noted.end({ status: undefined, remarks: [remark] });
    return false;
  }
}
