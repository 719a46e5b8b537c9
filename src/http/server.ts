import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { logAccess, type FinishedRequest } from './access-log.ts';
import { TrustedProxies } from './trusted-proxies.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { Listener, type Address, type ListenerEvents, type ListenerLimits, type TlsPair } from './listener.ts';
import {
  answerText,
  beginContext,
  hasBody,
  type Edge,
  type RequestContext,
  type RequestHandler,
} from './request-context.ts';
import { Pipelines } from './pipelines.ts';
import { checkTarget, pathOf } from './request-target.ts';
import { StrictTransport } from './strict-transport.ts';

export interface ServerOptions {
  /** Answers `/dav` and everything below. */
  readonly dav: RequestHandler;
  /** Answers OPTIONS and PROPFIND on `/`, where Windows asks. */
  readonly davRoot: RequestHandler;
  /** Answers `/healthz`, `/readyz` and `/metrics`. */
  readonly operations: RequestHandler;
  /** The Express application: everything else. */
  readonly site: (request: IncomingMessage, response: ServerResponse) => void;
  readonly limits: ListenerLimits;
  readonly trustedProxies: readonly string[];
  /** Where people reach the server, if the settings say. */
  readonly publicUrl?: string | undefined;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told of each request once it has been answered or broken off. */
  readonly onFinished?: (request: FinishedRequest) => void;
}

/** The HTTP server: judges what is common to all requests, then hands each to its edge. */
export class Server {
  readonly #options: ServerOptions;
  readonly #plain: Listener;
  #secure: Listener | undefined;
  readonly #proxies: TrustedProxies;
  readonly #watch: ConnectionWatch;
  readonly #pipelines = new Pipelines();
  readonly #strictTransport: StrictTransport;
  #isClosing = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#proxies = new TrustedProxies(options.trustedProxies, (address) =>
      options.log.warn(
        { address },
        'a proxy that is not in trustedProxies: all who come through it count as one client',
      ),
    );
    this.#strictTransport = new StrictTransport(options.publicUrl);
    this.#watch = new ConnectionWatch(options.limits.idleTimeoutSeconds * 1000);
    this.#plain = new Listener(options.limits, this.#events);
  }

  /** Starts to listen; as `Listener.listen`. */
  async listen(address: Address): Promise<Address> {
    return this.#plain.listen(address);
  }

  /** Listens for TLS in another place, too, and serves the same there; as `Listener.listen`. */
  async listenSecurely(address: Address, pair: TlsPair): Promise<Address> {
    const listener = new Listener(this.#options.limits, this.#events, pair);
    const bound = await listener.listen(address);
    this.#secure = listener;
    return bound;
  }

  /** The certificate of connections from now on; those that are there stay as they are. */
  usePair(pair: TlsPair): void {
    this.#secure?.usePair(pair);
  }

  /** As bound; undefined before it listens. */
  get address(): Address | undefined {
    return this.#plain.address;
  }

  /** Where it listens for TLS, as bound; undefined while it does not. */
  get secureAddress(): Address | undefined {
    return this.#secure?.address;
  }

  /** Stops accepting, lets running requests end for `graceMs`, then cuts them off. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#listeners.map((listener) => listener.close(graceMs)));
  }

  get #listeners(): Listener[] {
    return this.#secure === undefined ? [this.#plain] : [this.#plain, this.#secure];
  }

  get #events(): ListenerEvents {
    return {
      onRequest: (request, response) => this.#handle(request, response),
      onExpectation: (request, response) => {
        this.#begin(request, response);
        answerText(request, response, 417, {
          text: 'only 100-continue can be expected',
          headers: { Connection: 'close' },
        });
      },
      onTimeout: (socket, carrier) => this.#watch.onTimeout(socket, carrier),
      onFailure: (error) => this.#options.log.error({ error }, 'the server failed'),
    };
  }

  #begin(request: IncomingMessage, response: ServerResponse): RequestContext {
    const { socket } = request;
    const { address, host, scheme } = this.#proxies.seeThrough(socket.remoteAddress, request.headers);
    const isSecure = scheme === undefined ? socket instanceof TLSSocket : scheme === 'https';
    const context = beginContext(request, response, { remoteAddress: address, isSecure, forwardedHost: host });
    this.#strictTransport.apply(request);
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
    this.#pipelines.enter(request.socket, response, () => this.#start(request, response));
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
    return [path.startsWith('/api/') ? 'api' : 'site', async (...exchange) => site(...exchange)];
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
    if (this.#isClosing) setImmediate(() => this.#listeners.forEach((listener) => listener.closeIdleConnections()));
  }
}
