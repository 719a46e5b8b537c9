import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { connect, type TLSSocket } from 'node:tls';
import { ADDRESS } from './stage.ts';

const ANSWER_TIMEOUT_MS = 20_000;

/** A TLS connection on which exactly the given bytes are sent, and everything that comes back is kept. */
export class RawTls {
  readonly #socket: TLSSocket;
  #received = '';

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text));
    socket.on('error', () => undefined); // a reset is one way to be refused
  }

  static async open(name: string): Promise<RawTls> {
    const socket = connect({ host: name, port: 443, servername: name, ALPNProtocols: ['http/1.1'] });
    await once(socket, 'secureConnect');
    return new RawTls(socket);
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** All that was received once `pattern` is in it. Rejects when the connection ends, or nothing comes, before that. */
  async until(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    while (!pattern.test(this.#received)) {
      if (this.#socket.closed) throw new Error(`the connection ended after: ${this.#received}`);
      await Promise.race([once(this.#socket, 'data', { signal }), once(this.#socket, 'close', { signal })]);
    }
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Speaks TLS to the proxy for a client that does not. */
export class TlsRelay {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(name: string): Promise<TlsRelay> {
    const server = createServer((client) => {
      const proxy = connect({
        host: name,
        port: 443,
        servername: name,
        ALPNProtocols: ['http/1.1'],
      });
      const ended = [pipeline(client, proxy), pipeline(proxy, client)];
      void Promise.allSettled(ended); // either may break off
    });
    server.listen(0, ADDRESS);
    await once(server, 'listening');
    return new TlsRelay(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}
