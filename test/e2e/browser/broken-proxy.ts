import { once } from 'node:events';
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** What a proxy does wrong. */
export interface Faults {
  /** Answers in place of the server: the status, with a page of its own. */
  readonly answer?: (request: IncomingMessage) => { status: number; headers?: OutgoingHttpHeaders } | undefined;
  /** Changes what the server is sent. */
  readonly onRequest?: (headers: OutgoingHttpHeaders, request: IncomingMessage) => void;
  /** Changes what the client is sent. */
  readonly onResponse?: (headers: OutgoingHttpHeaders, request: IncomingMessage) => void;
  /** Changes the content that the client is sent. */
  readonly content?: (text: string, request: IncomingMessage) => string;
  /** Keeps the request back until this resolves. */
  readonly hold?: (request: IncomingMessage) => Promise<unknown>;
  /** Closes the connection without an answer. */
  readonly cuts?: (request: IncomingMessage) => boolean;
}

/** A reverse proxy before a server, with faults that may change from test to test. */
export class BrokenProxy {
  faults: Faults = {};
  readonly #upstream: URL;
  readonly #http: http.Server;

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#http = http.createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(upstream: string): Promise<BrokenProxy> {
    const proxy = new BrokenProxy(upstream);
    proxy.#http.listen(0, '127.0.0.1');
    await once(proxy.#http, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The page itself and its files come through as they are.
    const faults = request.url?.startsWith('/dav') ? this.faults : {};
    if (faults.cuts?.(request)) {
      request.socket.destroy();
      return;
    }
    await faults.hold?.(request);
    const own = faults.answer?.(request);
    if (own !== undefined) {
      request.resume();
      await once(request, 'end');
      response.writeHead(own.status, { 'Content-Type': 'text/html', ...own.headers });
      response.end('<html><h1>No</h1></html>');
      return;
    }
    await this.#forward(request, response, faults);
  }

  async #forward(request: IncomingMessage, response: ServerResponse, faults: Faults): Promise<void> {
    const headers: OutgoingHttpHeaders = { ...request.headers };
    faults.onRequest?.(headers, request);
    const { hostname, port } = this.#upstream;
    const sent = http.request({ hostname, port, method: request.method, path: request.url, headers });
    const [[answer]] = (await Promise.all([once(sent, 'response'), pipeline(request, sent)])) as [
      [IncomingMessage],
      void,
    ];
    const answered: OutgoingHttpHeaders = { ...answer.headers };
    faults.onResponse?.(answered, request);
    if (faults.content === undefined) {
      response.writeHead(answer.statusCode ?? 500, answered);
      await pipeline(answer, response);
      return;
    }
    const text = Buffer.concat(await answer.toArray()).toString();
    delete answered['content-length'];
    response.writeHead(answer.statusCode ?? 500, answered);
    response.end(faults.content(text, request));
  }
}
