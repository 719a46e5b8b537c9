import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { networksTest } from '../lib/networks.ts';
import type { Link } from './links.ts';

export const MDNS_PORT = 5353;
/** RFC 6762 §11: the sender's network must be able to tell that it comes from no further. */
const HOPS = 255;

const GROUPS = { udp4: '224.0.0.251', udp6: 'ff02::fb' } as const;
type Family = keyof typeof GROUPS;

export interface Received {
  readonly bytes: Buffer;
  readonly from: Pick<RemoteInfo, 'address' | 'port'>;
}

/** The ear and the mouth on one link, in one family of addresses. */
export class MulticastSocket {
  readonly #socket: Socket;
  readonly #group: string;

  private constructor(socket: Socket, group: string) {
    this.#socket = socket;
    this.#group = group;
  }

  /** One for each family in which the server is reached on the link. Throws when the system does not let it. */
  static async openAll(link: Link, onReceived: (received: Received, by: MulticastSocket) => void) {
    const opened: MulticastSocket[] = [];
    try {
      const families = new Set(link.addresses.map((address): Family => (net.isIPv4(address) ? 'udp4' : 'udp6')));
      for (const family of families) opened.push(await MulticastSocket.#open(family, link, onReceived));
      return opened;
    } catch (error) {
      for (const socket of opened) socket.close();
      throw error;
    }
  }

  static async #open(
    family: Family,
    link: Link,
    onReceived: (received: Received, by: MulticastSocket) => void,
  ): Promise<MulticastSocket> {
    const socket = createSocket({ type: family, reuseAddr: true, ipv6Only: family === 'udp6' });
    const group = family === 'udp6' ? `${GROUPS.udp6}%${link.zone}` : GROUPS.udp4;
    try {
      // On Linux to the group, so that what is sent to this machine's own responder alone still reaches that one;
      // other systems do not know such an address, or do not send from it.
      const address = process.platform === 'linux' ? group : undefined;
      socket.bind({ port: MDNS_PORT, ...(address !== undefined && { address }) });
      await once(socket, 'listening');
      const own = family === 'udp6' ? `::%${link.zone}` : (link.addresses.find(net.isIPv4) ?? '');
      socket.addMembership(GROUPS[family], own);
      socket.setMulticastInterface(own);
      socket.setMulticastTTL(HOPS);
      socket.setTTL(HOPS);
      socket.setMulticastLoopback(true);
    } catch (error) {
      socket.close();
      throw error;
    }
    // An interface that goes away is noticed by whoever follows the interfaces.
    socket.on('error', () => undefined).unref();
    const opened = new MulticastSocket(socket, group);
    const isOnLink = networksTest(link.networks);
    // Linux hands a group's packets of every interface to every socket in that group (IPv4). Who asks on another link
    // must not be told this one's addresses; and RFC 6762 §11 wants the rest ignored, too.
    socket.on('message', (bytes, from) => {
      if (isOnLink(from.address)) onReceived({ bytes, from }, opened);
    });
    return opened;
  }

  /** Resolves when it has left, or cannot. */
  async send(bytes: Buffer, to?: Received['from']): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    try {
      this.#socket.send(bytes, to?.port ?? MDNS_PORT, to?.address ?? this.#group, () => resolve(undefined));
    } catch {
      resolve(undefined); // closed meanwhile
    }
    return promise;
  }

  close(): void {
    this.#socket.close();
  }
}
