import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../core/actor.ts';
import { disconnectSignal } from '../http/disconnect-signal.ts';
import { requestBody } from '../http/request-body.ts';
import { respond, type Exchange } from '../http/respond.ts';
import { whileGood } from '../http/while-good.ts';
import { DomainError } from '../lib/errors.ts';
import { errorResponse } from './errors.ts';
import { ListingCache } from './listing-cache.ts';
import { copy, move } from './methods/copy-move.ts';
import { remove } from './methods/delete.ts';
import { get } from './methods/get.ts';
import { lock } from './methods/lock.ts';
import { mkcol } from './methods/mkcol.ts';
import { ALLOW, options } from './methods/options.ts';
import { propfind } from './methods/propfind.ts';
import { proppatch } from './methods/proppatch.ts';
import { put } from './methods/put.ts';
import { report } from './methods/report.ts';
import { search } from './methods/search.ts';
import { unlock } from './methods/unlock.ts';
import type { DavContext } from './context.ts';
import type { DavMethod, DavResponse, DavServices } from './request.ts';
import { pathBelowPrefix, targetPath } from './target.ts';
import { WriterCache } from './writer-cache.ts';

export type { DavContext, DavLog, DavSettings } from './context.ts';

/** Memory for rendered listings. */
const LISTING_CACHE_BYTES = 64 * 1024 * 1024;

const METHODS: ReadonlyMap<string, DavMethod> = new Map([
  ['GET', get],
  ['HEAD', get],
  ['PUT', put],
  ['DELETE', remove],
  ['MKCOL', mkcol],
  ['COPY', copy],
  ['MOVE', move],
  ['PROPFIND', propfind],
  ['PROPPATCH', proppatch],
  ['REPORT', report],
  ['SEARCH', search],
  ['LOCK', lock],
  ['UNLOCK', unlock],
]);

export type DavHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Answers WebDAV, classes 1, 2 and 3, for request targets below the prefix. The server must hand it `checkContinue` as
 * well as `request`: it sends `100 Continue` itself, once nothing speaks against the body any more.
 */
export function createDavHandler(context: DavContext): DavHandler {
  const services: DavServices = {
    ...context,
    listings: new ListingCache(LISTING_CACHE_BYTES),
    writers: new WriterCache(),
  };
  return (request, response) => new DavExchange(services, request, response).run();
}

/** One request and its answer. */
class DavExchange {
  readonly #services: DavServices;
  readonly #exchange: Exchange;
  readonly #method: string;
  #actor: Actor | undefined;

  constructor(services: DavServices, request: IncomingMessage, response: ServerResponse) {
    this.#services = services;
    this.#exchange = { request, response, body: requestBody(request, response) };
    this.#method = request.method ?? '';
  }

  async run(): Promise<void> {
    const { request, response } = this.#exchange;
    try {
      await respond(this.#exchange, await this.#answer());
    } catch (error) {
      const failure = { request, response, actor: this.#actor, href: this.#href() };
      const answer = await errorResponse(this.#services, error, failure);
      if (response.headersSent) response.destroy();
      else if (answer) await respond(this.#exchange, answer);
    }
  }

  async #answer(): Promise<DavResponse> {
    const { request, response, body } = this.#exchange;
    const path = pathBelowPrefix(request.url ?? '', this.#services.settings.prefix);
    if (!path) throw new DomainError('not-found', 'there is nothing at this path');
    if (this.#method === 'OPTIONS') return options();
    const method = METHODS.get(this.#method);
    if (!method) return { status: 405, headers: { Allow: ALLOW } };

    const actor = await this.#services.authenticate(request);
    this.#actor = actor;
    const signal = disconnectSignal(response);
    const services = this.#services;
    const { headers, rawHeaders } = request;
    const answer = await method(
      {
        method: this.#method,
        path,
        actor,
        headers,
        rawHeaders,
        forwardedHost: services.forwardedHost(request),
        body,
        get clientAddress() {
          return services.clientAddress(request);
        },
        get signal() {
          return signal();
        },
      },
      services,
    );
    return whileGood(answer, () => services.mayGoOn(request, actor));
  }

  #href(): string {
    try {
      return targetPath(this.#exchange.request.url ?? '');
    } catch {
      return '';
    }
  }
}
