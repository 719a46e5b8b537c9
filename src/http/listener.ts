import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { DomainError } from '../lib/errors.ts';

const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 65_000;
const CHECK_INTERVAL_MS = 5000;
const OLDEST_TLS = 'TLSv1.2';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A certificate, with those that lead to its authority, and its private key, in PEM. */
export interface TlsPair {
  readonly certificate: string;
  readonly key: string;
}

/** What happens on a listener's connections. */
export interface ListenerEvents {
  /** A new connection, of which nothing has been read; it is let in unless it is destroyed. */
  onConnection?(socket: Socket): void;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  /** The client expects something that is not `100-continue`. */
  onExpectation(request: IncomingMessage, response: ServerResponse): void;
  /** Nothing moved on the connection for the idle timeout, as far as Node sees; `carrier` is what TLS goes over. */
  onTimeout(socket: Socket, carrier: Socket | undefined): void;
  /** After it began to listen. */
  onFailure(error: unknown): void;
}

export interface ListenerLimits {
  readonly headersTimeoutSeconds: number;
  readonly idleTimeoutSeconds: number;
}

/** One place where HTTP/1.1 is spoken, with TLS or without, under the same limits. */
export class Listener {
  readonly #server: http.Server | https.Server;
  readonly #carriers = new Carriers();
  #address: Address | undefined;

  constructor(limits: ListenerLimits, events: ListenerEvents, pair?: TlsPair) {
    const headersMs = limits.headersTimeoutSeconds * 1000;
    const options: http.ServerOptions = {
      insecureHTTPParser: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: headersMs,
      // A body may take as long as it makes progress.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, limits.headersTimeoutSeconds * 500),
    };
    if (pair === undefined) {
      this.#server = http.createServer(options);
    } else {
      const tls = { ...contextOptions(pair), ALPNProtocols: ['http/1.1'], handshakeTimeout: headersMs };
      const server = https.createServer({ ...options, ...tls });
      this.#carriers.watch(server);
      this.#server = server;
    }
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => events.onRequest(request, response);
    // Whoever reads the body sends 100 Continue (RFC 9110 §10.1.1), so that a refusal comes before the body does.
    this.#server.on('request', onRequest).on('checkContinue', onRequest);
    this.#server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
      events.onExpectation(request, response),
    );
    this.#server.on('connection', (socket: Socket) => events.onConnection?.(socket));
    this.#server.setTimeout(limits.idleTimeoutSeconds * 1000, (socket: Socket) =>
      events.onTimeout(socket, this.#carriers.of(socket)),
    );
    this.#server.once('listening', () => this.#server.on('error', (error) => events.onFailure(error)));
  }

  /** As bound; undefined before it listens. */
  get address(): Address | undefined {
    return this.#address;
  }

  /**
   * Starts to listen; gives the addresses that were bound (port 0 becomes a real one). `::` falls back to `0.0.0.0` on
   * a machine without IPv6. Throws `refused` when the address cannot be had.
   */
  async listen({ host, port }: Address): Promise<Address> {
    try {
      return await this.#listen(host, port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'))
        return this.listen({ host: '0.0.0.0', port });
      throw new DomainError(
        'refused',
        `cannot listen on ${host} port ${port}: ${LISTEN_PROBLEMS[code ?? ''] ?? code ?? ''}`,
        {
          cause: error,
        },
      );
    }
  }

  /** From the next handshake on; connections that are there stay as they are. Throws what OpenSSL says of the pair. */
  usePair(pair: TlsPair): void {
    if (this.#server instanceof https.Server) this.#server.setSecureContext(contextOptions(pair));
  }

  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  /** Stops accepting, lets running requests end for `graceMs`, then cuts them off. */
  async close(graceMs: number): Promise<void> {
    const closed = Promise.withResolvers<undefined>();
    this.#server.close(() => closed.resolve(undefined));
    this.#server.closeIdleConnections();
    this.#carriers.endHandshakes();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed.promise;
    clearTimeout(timer);
  }

  async #listen(host: string, port: number): Promise<Address> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#server.once('error', reject);
    this.#server.listen({ host, port }, () => resolve(undefined));
    try {
      await promise;
    } finally {
      this.#server.off('error', reject);
    }
    const address = this.#server.address() as AddressInfo;
    this.#address = { host: address.address, port: address.port };
    return this.#address;
  }
}

/** The TCP connections of a listener for TLS. */
class Carriers {
  /** On these no request can be yet; Node's `closeIdleConnections` does not know them. */
  readonly #inHandshake = new Map<string, Socket>();
  readonly #carriers = new WeakMap<Socket, Socket>();
  #isEnding = false;

  watch(server: https.Server): void {
    server.on('connection', (socket: Socket) => {
      if (this.#isEnding) socket.destroy();
      const ends = endsOf(socket);
      this.#inHandshake.set(ends, socket);
      socket.once('close', () => {
        if (this.#inHandshake.get(ends) === socket) this.#inHandshake.delete(ends);
      });
    });
    server.on('secureConnection', (socket) => {
      const ends = endsOf(socket);
      const carrier = this.#inHandshake.get(ends);
      if (carrier) this.#carriers.set(socket, carrier);
      this.#inHandshake.delete(ends);
    });
  }

  /** What a TLS connection goes over. */
  of(socket: Socket): Socket | undefined {
    return this.#carriers.get(socket);
  }

  endHandshakes(): void {
    this.#isEnding = true;
    for (const socket of this.#inHandshake.values()) socket.destroy();
  }
}

/** The same for a TCP connection and for the TLS on it. */
function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

function contextOptions({ certificate, key }: TlsPair): { cert: string; key: string; minVersion: typeof OLDEST_TLS } {
  return { cert: certificate, key, minVersion: OLDEST_TLS };
}

const LISTEN_PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this needs more rights; ports from 1024 on are free to all',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no such host',
};
