import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Passes TCP connections on to a server, and cuts them when it is told to: a network that fails in the middle of a
 * transfer, for a client that cannot be made to stop there.
 */
export class CuttingProxy {
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** How many bytes may still pass in that direction before the connection that carries them is cut. */
  #left = { up: Infinity, down: Infinity };
  #cuts = 0;
  #isOnce = false;
  #sent: string[] = [];

  private constructor(target: URL, server: Server) {
    this.#target = target;
    this.#server = server;
  }

  /** `url` is where the server is; its path is kept. */
  static async start(url: string): Promise<CuttingProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new CuttingProxy(new URL(url), server);
    server.on('connection', (client) => proxy.#join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Where clients find the same as at `url`. */
  get url(): string {
    const url = new URL(this.#target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** How many connections were cut so far. */
  get cuts(): number {
    return this.#cuts;
  }

  /** The requests that passed since it was told last: request line and headers of what did not share a packet. */
  get requests(): readonly string[] {
    return this.#sent;
  }

  /** From now on lets so many bytes pass, and cuts what then still comes: every connection, or `once` the first. */
  cut({ up = Infinity, down = Infinity, once: isOnce = false }: { up?: number; down?: number; once?: boolean }): void {
    this.#left = { up, down };
    this.#isOnce = isOnce;
    this.#sent = [];
  }

  /** Cuts no more. */
  pass(): void {
    this.cut({});
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    this.#forward(client, server, 'up');
    this.#forward(server, client, 'down');
  }

  #forward(from: Socket, to: Socket, direction: 'up' | 'down'): void {
    this.#sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('end', () => to.end());
    from.on('data', (data: Buffer) => {
      if (direction === 'up') this.#note(data);
      const passing = data.subarray(0, this.#left[direction]);
      this.#left[direction] -= data.length;
      if (!to.write(passing)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
      if (passing.length < data.length) this.#sever(from, to);
    });
    from.resume();
  }

  #note(data: Buffer): void {
    const head = /^[A-Z]{3,} \/[^\r\n]* HTTP\/1\.1\r\n(?:.+\r\n)*/.exec(data.subarray(0, 4096).toString('latin1'));
    if (head) this.#sent.push(head[0]);
  }

  /** By a reset, as networks and crashes end connections: gvfs 1.50.3 takes an orderly end for the end of the file. */
  #sever(from: Socket, to: Socket): void {
    this.#cuts += 1;
    if (this.#isOnce) this.#left = { up: Infinity, down: Infinity };
    else this.#left = { up: Math.max(0, this.#left.up), down: Math.max(0, this.#left.down) };
    from.resetAndDestroy();
    to.resetAndDestroy();
  }
}
