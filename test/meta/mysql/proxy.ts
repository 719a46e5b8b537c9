import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of the next COMMIT that goes through. */
export type CommitFate = 'pass' | 'lose request' | 'lose answer';

const COM_QUERY = 3;
const HEADER_BYTES = 4;

/** A host that stands before another one, and can lose connections and answers. */
export class Proxy {
  commitFate: CommitFate = 'pass';
  /** How many COMMITs were asked for. */
  commits = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(port: number): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connection', (client) => proxy.#join(client, port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections; new ones come about. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections stay, and nothing that is asked for on them reaches anybody any more. */
  silence(): void {
    for (const socket of this.#sockets) socket.pause().removeAllListeners('data');
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(client: Socket, port: number): void {
    const server = connect(port, '127.0.0.1');
    this.#sockets.add(client).add(server);
    const end = (): void => {
      client.destroy();
      server.destroy();
      this.#sockets.delete(client);
      this.#sockets.delete(server);
    };
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
    client.on('data', (bytes: Buffer) => {
      const fate = isCommit(bytes) ? this.commitFate : 'pass';
      if (isCommit(bytes)) {
        this.commits += 1;
        this.commitFate = 'pass';
      }
      if (fate === 'lose request') {
        end();
        return;
      }
      if (fate === 'lose answer') server.removeAllListeners('data').on('data', end);
      server.write(bytes);
    });
    server.on('data', (bytes) => client.write(bytes));
  }
}

/** The driver writes each command at once, so it comes in one piece. */
function isCommit(bytes: Buffer): boolean {
  return bytes[HEADER_BYTES] === COM_QUERY && bytes.toString('latin1', HEADER_BYTES + 1) === 'COMMIT';
}
