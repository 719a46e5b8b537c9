import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networksTest } from '../../lib/networks.ts';
import type { ServedInterface } from '../interfaces.ts';
import { SSDP_GROUP, SSDP_PORT } from './messages.ts';

/** UDA 1.1 §1.1.2: not far, and yet through a repeater that counts. */
const HOPS = 2;

export type Asker = Pick<RemoteInfo, 'address' | 'port'>;

export interface Heard {
  readonly bytes: Buffer;
  readonly from: Asker;
  /** It was said to everybody on the network, not to this machine alone. */
  readonly isMulticast: boolean;
}

/**
 * The ear for a network, and the mouth on it, which is also the ear for what is said to this machine alone. Others on
 * this machine (minidlna, a renderer) may have the port as well.
 */
export class SsdpSockets {
  readonly #ear: Socket;
  readonly #mouth: Socket;

  private constructor(ear: Socket, mouth: Socket) {
    this.#ear = ear;
    this.#mouth = mouth;
  }

  /** Throws when the system does not let it. `onHeard` gets only what comes from the interface's own network. */
  static async open(link: ServedInterface, onHeard: (heard: Heard) => void): Promise<SsdpSockets> {
    const isOnLink = networksTest([link.network]);
    const opened: Socket[] = [];
    try {
      // Linux alone knows how to bind to a group, which keeps away what is said to other programs on this machine.
      const ear = await bound(SSDP_PORT, process.platform === 'linux' ? SSDP_GROUP : undefined);
      opened.push(ear);
      ear.addMembership(SSDP_GROUP, link.address);
      // Where another keeps the port to itself only searches for this machine alone are not heard.
      const mouth = await bound(SSDP_PORT, link.address).catch(() => bound(0, link.address));
      opened.push(mouth);
      mouth.setMulticastInterface(link.address);
      mouth.setMulticastTTL(HOPS);
      mouth.setMulticastLoopback(true);
      for (const socket of opened) {
        socket.on('message', (bytes, from) => {
          // Linux hands what is said to the group on any network to all sockets that are in it on one of them.
          if (isOnLink(from.address)) onHeard({ bytes, from, isMulticast: socket === ear });
        });
      }
      return new SsdpSockets(ear, mouth);
    } catch (error) {
      for (const socket of opened) socket.close();
      throw error;
    }
  }

  /** To everybody on the network, unless `to` somebody. Resolves when it has left, or cannot. */
  async send(bytes: Buffer, to?: Asker): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    try {
      this.#mouth.send(bytes, to?.port ?? SSDP_PORT, to?.address ?? SSDP_GROUP, () => resolve(undefined));
    } catch {
      resolve(undefined); // closed meanwhile
    }
    return promise;
  }

  close(): void {
    this.#ear.close();
    this.#mouth.close();
  }
}

async function bound(port: number, address: string | undefined): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    socket.bind({ port, ...(address !== undefined && { address }) });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  // An interface that goes away is noticed by whoever follows the interfaces.
  return socket.on('error', () => undefined).unref();
}
