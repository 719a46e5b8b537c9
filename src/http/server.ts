import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { DomainError } from '../lib/errors.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { logAccess, type FinishedRequest } from './access-log.ts';
import { TrustedProxies } from './trusted-proxies.ts';
import { ConnectionWatch } from './connection-watch.ts';
import {
  answerText,
  beginContext,
  hasBody,
  type Edge,
  type RequestContext,
  type RequestHandler,
} from './request-context.ts';
import { checkTarget, pathOf } from './request-target.ts';

const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 65_000;
const CHECK_INTERVAL_MS = 5000;

export interface ServerOptions {
  /** Answers `/dav` and everything below. */
  readonly dav: RequestHandler;
  /** Answers OPTIONS and PROPFIND on `/`, where Windows asks. */
  readonly davRoot: RequestHandler;
  /** Answers `/healthz`, `/readyz` and `/metrics`. */
  readonly operations: RequestHandler;
  /** The Express application: everything else. */
  readonly site: (request: IncomingMessage, response: ServerResponse) => void;
  readonly limits: { readonly headersTimeoutSeconds: number; readonly idleTimeoutSeconds: number };
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told of each request once it has been answered or broken off. */
  readonly onFinished?: (request: FinishedRequest) => void;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The HTTP server: judges what is common to all requests, then hands each to its edge. */
export class Server {
  readonly #options: ServerOptions;
  readonly #http: http.Server;
  readonly #proxies: TrustedProxies;
  readonly #watch: ConnectionWatch;
  #isClosing = false;
  #address: Address | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#proxies = new TrustedProxies(options.trustedProxies);
    const idleMs = options.limits.idleTimeoutSeconds * 1000;
    this.#watch = new ConnectionWatch(idleMs);
    this.#http = http.createServer({
      insecureHTTPParser: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: options.limits.headersTimeoutSeconds * 1000,
      // A body may take as long as it makes progress.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, options.limits.headersTimeoutSeconds * 500),
    });
    const handle = (request: IncomingMessage, response: ServerResponse) => this.#handle(request, response);
    // Whoever reads the body sends 100 Continue (RFC 9110 §10.1.1), so that a refusal comes before the body does.
    this.#http.on('request', handle).on('checkContinue', handle);
    this.#http.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      this.#begin(request, response);
      answerText(request, response, 417, {
        text: 'only 100-continue can be expected',
        headers: { Connection: 'close' },
      });
    });
    this.#http.setTimeout(idleMs, (socket) => this.#watch.onTimeout(socket));
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

  /** As bound; undefined before it listens. */
  get address(): Address | undefined {
    return this.#address;
  }

  /** Stops accepting, lets running requests end for `graceMs`, then cuts them off. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const closed = Promise.withResolvers<undefined>();
    this.#http.close(() => closed.resolve(undefined));
    this.#http.closeIdleConnections();
    const timer = setTimeout(() => this.#http.closeAllConnections(), graceMs);
    await closed.promise;
    clearTimeout(timer);
  }

  async #listen(host: string, port: number): Promise<Address> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#http.once('error', reject);
    this.#http.listen({ host, port }, () => resolve(undefined));
    await promise;
    this.#http.off('error', reject);
    this.#http.on('error', (error) => this.#options.log.error({ error }, 'the server failed'));
    const address = this.#http.address() as AddressInfo;
    this.#address = { host: address.address, port: address.port };
    return this.#address;
  }

  #begin(request: IncomingMessage, response: ServerResponse): RequestContext {
    const { socket } = request;
    const { address, host, scheme } = this.#proxies.seeThrough(socket.remoteAddress, request.headers);
    const isSecure = scheme === undefined ? socket instanceof TLSSocket : scheme === 'https';
    const context = beginContext(request, response, { remoteAddress: address, isSecure, forwardedHost: host });
    this.#watch.begin(socket, context, request);
    const isUpload = hasBody(request);
    if (isUpload) this.#options.metrics.uploadStarted();
    if (this.#isClosing) response.setHeader('Connection', 'close');
    response.once('close', () => {
      if (isUpload) this.#options.metrics.uploadEnded();
      this.#finish(request, context, this.#watch.end(socket, context));
    });
    return context;
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    // A client that goes away is no fault of ours; whoever reads or writes at the time is told by the stream.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const { socket } = request;
    const earlier = this.#watch.latest(socket);
    if (earlier === undefined) {
      this.#start(request, response);
      return;
    }
    // RFC 9112 §9.3.2: pipelined requests are worked on in their order, since one may rest on what another changes.
    earlier.response.once('close', () => {
      if (socket.writable) this.#handle(request, response);
    });
  }

  #start(request: IncomingMessage, response: ServerResponse): void {
    const context = this.#begin(request, response);
    const problem = checkTarget(request);
    if (problem !== undefined || request.method === 'TRACE') {
      const status = problem === undefined ? 405 : 400;
      const text = problem === undefined ? 'TRACE is not supported' : 'the request target or Host is malformed';
      answerText(request, response, status, { text, headers: { Connection: 'close' } });
      return;
    }
    context.path = pathOf(request);
    const [edge, handler] = this.#route(request.method, context.path);
    context.edge = edge;
    handler(request, response).catch((error: unknown) => this.#onFailure(error, request, context));
  }

  #route(method: string | undefined, path: string): [Edge, RequestHandler] {
    const { dav, davRoot, operations, site } = this.#options;
    if (path === '/dav' || path.startsWith('/dav/')) return ['dav', dav];
    const isForWindows = method === 'OPTIONS' || method === 'PROPFIND';
    if (isForWindows && (path === '/' || path === '*')) return ['dav', davRoot];
    if (path === '/healthz' || path === '/readyz' || path === '/metrics') return ['operations', operations];
    return ['site', async (...exchange) => site(...exchange)];
  }

  /** A failure that no edge understood is a bug: told to the log, and nothing of it to the client. */
  #onFailure(error: unknown, request: IncomingMessage, context: RequestContext): void {
    const { response } = context;
    if (!request.socket.destroyed) {
      this.#options.log.error({ error, requestId: context.id, method: request.method }, 'a request failed');
    }
    if (response.headersSent) response.destroy();
    else answerText(request, response, 500, { text: 'internal error', headers: { Connection: 'close' } });
  }

  #finish(request: IncomingMessage, context: RequestContext, traffic: { bytesIn: number; bytesOut: number }): void {
    const { id, path, edge, user, remoteAddress, response } = context;
    const { log, metrics, onFinished } = this.#options;
    const finished: FinishedRequest = {
      ...{ id, path, edge, user, remoteAddress },
      method: request.method ?? '',
      // 499: the client went away before it had an answer (nginx's number; nobody sends it).
      status: response.headersSent ? response.statusCode : 499,
      seconds: (performance.now() - context.startedAt) / 1000,
      ...traffic,
    };
    metrics.observeRequest(finished);
    logAccess(log, finished);
    onFinished?.(finished);
    if (this.#isClosing) setImmediate(() => this.#http.closeIdleConnections());
  }
}

const LISTEN_PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this needs more rights; ports from 1024 on are free to all',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no such host',
};
