import { once } from 'node:events';
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Issued } from '../../support/certificates.ts';

/** What a proxy may do that it should not. */
export interface Faults {
  /** Answers these itself. */
  methods?: readonly string[];
  maxBodyBytes?: number;
  /** Takes in a whole body before it asks the server. */
  buffers?: boolean;
  /** Another Host than the client's. */
  host?: string;
  drops?: readonly string[];
  /** Says nothing of the client. */
  isSilent?: boolean;
  /** Does not ask the server at all. */
  isStranger?: boolean;
  /** Asks for a password of its own. */
  isJealous?: boolean;
}

/** A reverse proxy with TLS, before a server that is named later. */
export class WaywardProxy {
  faults: Faults = {};
  target = '';
  readonly #server: https.Server;

  private constructor(server: https.Server) {
    this.#server = server;
  }

  static async start({ certificate, key }: Issued): Promise<WaywardProxy> {
    const server = https.createServer({ cert: certificate, key });
    const proxy = new WaywardProxy(server);
    const handle = (request: IncomingMessage, response: ServerResponse): void => proxy.#handle(request, response);
    server.on('request', handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  use({ certificate, key }: Issued): void {
    this.#server.setSecureContext({ cert: certificate, key });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { methods = [], maxBodyBytes = Infinity, isStranger, isJealous, buffers } = this.faults;
    if (isStranger) response.end('the page of a router');
    else if (isJealous) response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="proxy"' }).end();
    else if (methods.includes(request.method ?? '')) response.writeHead(405).end();
    else if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) response.writeHead(413).end();
    else if (buffers) this.#takeWhole(request, response).catch(() => response.destroy());
    else this.#pass(request, response).end();
  }

  async #takeWhole(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => undefined).resume();
    await once(request, 'end');
    this.#pass(request, response).end();
  }

  /** Bodies do not matter: what is looked at here is refused before one is read. */
  #pass(request: IncomingMessage, response: ServerResponse): http.ClientRequest {
    const { drops = [], host, isSilent } = this.faults;
    const headers: OutgoingHttpHeaders = { ...request.headers, 'content-length': 0 };
    if (!isSilent) Object.assign(headers, { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' });
    if (host !== undefined) headers.host = host;
    for (const name of drops) Reflect.deleteProperty(headers, name);
    const asked = http.request(this.target + (request.url ?? ''), { method: request.method ?? '', headers });
    asked.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    return asked.on('error', () => response.destroy());
  }
}
