import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FinishedRequest } from '../http/access-log.ts';
import type { Answer, AnswerHeaders } from '../http/answer.ts';
import { ConnectionWatch } from '../http/connection-watch.ts';
import { InFlightLimiter } from '../http/in-flight.ts';
import { readWhole, requestBody } from '../http/request-body.ts';
import { beginContext } from '../http/request-context.ts';
import { pathOf } from '../http/request-target.ts';
import { isClientGone, respond, type Exchange } from '../http/respond.ts';
import { statusOf } from '../http/statuses.ts';
import { isDomainError } from '../lib/errors.ts';
import type { DlnaContext, DlnaExchange } from './context.ts';
import { serverHeader } from './device/server-header.ts';
import type { ServedInterface } from './interfaces.ts';
import { describeRequest, refusalOf, shownPath } from './judgement.ts';
import type { RecentRequests } from './recent-requests.ts';
import { refused } from './refused.ts';

/** What is asked in XML is much shorter. */
const MAX_BODY_BYTES = 64 * 1024;
/** A whole body is there at once, or somebody keeps the connection for its own sake. */
const BODY_WITHIN_MS = 5000;
const MOST_REQUESTS_OF_ONE = 16;
const MOST_PICTURES_OF_ONE = 16;
const DEFAULT_RETRY_SECONDS = 5;

/** Who answers what; what has GET has HEAD, too. */
export interface Route {
  readonly path: RegExp;
  readonly methods: readonly string[];
  /** Sets ask for a screen full of pictures, which wait while they are made: they take no room from other requests. */
  readonly isPicture?: boolean;
  readonly handler: (exchange: DlnaExchange, context: DlnaContext) => Promise<Answer>;
}

interface RouterOptions {
  readonly context: DlnaContext;
  readonly routes: readonly Route[];
  readonly recent: RecentRequests;
  /** A bug, or stored content that is damaged. */
  readonly onFailure: (error: unknown) => void;
  readonly onFinished: (request: FinishedRequest) => void;
}

type Arrived = Exchange & { readonly link: ServedInterface; readonly remarks: string[] };

/** Judges what is common to all requests, and hands each to the part that answers it. */
export class Router {
  readonly #options: RouterOptions;
  readonly #requests = new InFlightLimiter(MOST_REQUESTS_OF_ONE);
  readonly #pictures = new InFlightLimiter(MOST_PICTURES_OF_ONE, 'pictures');
  readonly #traffic = new ConnectionWatch(0);
  readonly #server: AnswerHeaders;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#server = { Server: serverHeader(options.context.device.version), 'X-Content-Type-Options': 'nosniff' };
  }

  /** `link` is the interface that the request came in by. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, link: ServedInterface): Promise<void> {
    // Whoever reads or writes at the time is told by the stream; sets probe with connections that they drop.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const exchange = { request, response, body: requestBody(request, response), link, remarks: [] };
    this.#record(exchange);
    try {
      await this.#respond(exchange, await this.#answer(exchange));
    } catch (error) {
      await this.#fail(exchange, error);
    }
  }

  async #answer(exchange: Arrived): Promise<Answer> {
    const { request, response, link, remarks } = exchange;
    const refusal = refusalOf(request);
    if (refusal) {
      remarks.push(refusal.reason);
      return refused(refusal.status, { Connection: 'close' });
    }
    const origin = `http://${request.socket.localAddress}:${request.socket.localPort}`;
    const path = pathOf(request);
    const route = this.#options.routes.find((known) => known.path.test(path));
    if (!route) return refused(404);
    const { method = '' } = request;
    if (!route.methods.includes(method === 'HEAD' ? 'GET' : method)) {
      return refused(405, { Allow: route.methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : each)).join() });
    }
    const remoteAddress = request.socket.remoteAddress ?? '';
    response.once('close', (route.isPicture ? this.#pictures : this.#requests).enter(remoteAddress));
    const { 'user-agent': userAgent = '' } = request.headers;
    const body = await wholeBody(exchange);
    const remark = (text: string): number => remarks.push(text);
    const common = { request, response, link, origin, path, remoteAddress, userAgent, body, remark };
    return route.handler(common, this.#options.context);
  }

  async #respond(exchange: Exchange, { headers, ...answer }: Answer): Promise<void> {
    await respond(exchange, { ...answer, headers: { ...this.#server, ...headers } });
  }

  async #fail(exchange: Arrived, error: unknown): Promise<void> {
    const { response, remarks } = exchange;
    if (response.destroyed || isClientGone(error)) return;
    remarks.push(isDomainError(error) ? error.message : 'a bug; see the log');
    if (!isDomainError(error) || error.code === 'corrupt') this.#options.onFailure(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = statusOf(error);
    const retryAfter = isDomainError(error) ? (error.details.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS) : undefined;
    await this.#respond(exchange, refused(status, status === 503 ? { 'Retry-After': retryAfter ?? '' } : {}));
  }

  #record({ request, response, remarks }: Arrived): void {
    const { socket, headers, method = '' } = request;
    const remoteAddress = socket.remoteAddress ?? '';
    const context = beginContext(request, response, { remoteAddress, isSecure: false, forwardedHost: undefined });
    const { 'user-agent': userAgent = '' } = headers;
    const atMs = Date.now();
    const noted = this.#options.recent.begin({
      atMs,
      address: remoteAddress,
      userAgent,
      what: describeRequest(request),
    });
    this.#traffic.begin(socket, context, request);
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : undefined;
      noted.end({ status, remarks });
      this.#options.onFinished({
        ...{ id: context.id, path: shownPath(request), edge: 'dlna', user: undefined, remoteAddress, method },
        // As nginx notes it when the other side left before it had an answer.
        status: status ?? 499,
        seconds: (performance.now() - context.startedAt) / 1000,
        ...this.#traffic.end(socket, context),
      });
    });
  }
}

/** Throws `too-large`; a body that does not come ends the connection. */
async function wholeBody({ request, body, remarks }: Arrived): Promise<Buffer> {
  if (!body.isPresent) return Buffer.alloc(0);
  const timer = setTimeout(() => {
    remarks.push('its body did not come');
    request.destroy();
  }, BODY_WITHIN_MS);
  try {
    return await readWhole(body, MAX_BODY_BYTES);
  } finally {
    clearTimeout(timer);
  }
}
