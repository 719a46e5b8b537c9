import { Router, type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import * as z from 'zod';
import type { Caller } from '../../auth/caller.ts';
import type { Answer } from '../../http/answer.ts';
import { disconnectSignal } from '../../http/disconnect-signal.ts';
import { publicOrigin } from '../../http/public-origin.ts';
import { requestBody } from '../../http/request-body.ts';
import { contextOf } from '../../http/request-context.ts';
import { isClientGone, respond, type Exchange } from '../../http/respond.ts';
import { statusOf } from '../../http/statuses.ts';
import { isSame, whileGood } from '../../http/while-good.ts';
import { isAdministrator } from '../../core/permissions.ts';
import { DomainError } from '../../lib/errors.ts';
import { cors } from './cors.ts';
import { assertNotForeign, assertOwnPage, type OwnPlaces } from './cross-site.ts';
import { readBody } from './json-body.ts';
import { ACCOUNT_HEADER, assertOwnAccount } from './own-account.ts';
import { methodProblem, problemAnswer } from './problem.ts';
import type { ApiRequest, Route } from './route.ts';
import type { ApiServices } from './services.ts';

/** As much of the log as is needed here. */
export interface ApiLog {
  error(fields: object, message: string): void;
}

export interface ApiOptions extends OwnPlaces {
  readonly routes: readonly Route[];
  readonly services: ApiServices;
  readonly log: ApiLog;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The API: every route behind the same gate. What it does not know is a problem, too, and no page. */
export function apiRoutes(options: ApiOptions): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.use('/api', cors(options.corsOrigins));
  for (const [path, routes] of Map.groupBy(options.routes, (route) => route.path)) {
    const place = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of routes) place[route.method](handlerOf(route, options));
    place.all(handled(options, async (_exchange, request) => otherMethod(request, routes)));
  }
  return router;
}

/** What comes below `/api` and is nothing, or fails before its route is found: to be used behind everything else. */
export function noSuchRoute({ log }: Pick<ApiOptions, 'log'>): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const nothing = handled({ log }, async () => {
    throw new DomainError('not-found', 'the API has no such address; /api/docs shows what there is');
  });
  const malformed: ErrorRequestHandler = (error, request, response, next) => {
    void handled({ log }, async () => {
      throw error;
    })(request, response, next);
  };
  router.use('/api', nothing, malformed);
  return router;
}

function handlerOf(route: Route, options: ApiOptions): RequestHandler {
  const schemas = { ...route, query: querySchemaOf(route) };
  return handled(options, async (exchange, request) => {
    const caller = await admit(route, request, options);
    const checked = await check(schemas, exchange, request);
    const context = contextOf(request);
    const signal = disconnectSignal(exchange.response);
    const apiRequest: ApiRequest<unknown, unknown, unknown, 'anyone'> = {
      method: request.method,
      requestId: context.id,
      ...checked,
      content: exchange.body,
      caller,
      headers: request.headers,
      clientAddress: context.remoteAddress,
      userAgent: request.headers['user-agent'] ?? '',
      isSecure: context.isSecure,
      origin: publicOrigin(request, options.publicUrl),
      isStillGood: () => isStillGood(request, caller, options.services),
      get signal() {
        return signal();
      },
    };
    const answer = await route.handle(apiRequest as never, options.services);
    if (caller === undefined || route.endsItself === true) return answer;
    return whileGood(answer, () => mayGoOn(request, caller, options.services));
  });
}

/**
 * A parameter that is not known is refused like a member of a body: without its misspelt filter a request would do more
 * than it was meant to. Programs that were written for other servers may send theirs what they like.
 */
function querySchemaOf({ path, query = z.object({}) }: Route): z.ZodObject {
  return path.startsWith('/api/v1/') ? query.strict() : query;
}

/** The gate: who asks, whether they may, and whether it was they who asked. */
async function admit(
  { access }: Route,
  request: Request,
  { services, ...places }: ApiOptions,
): Promise<Caller | undefined> {
  const isUnsafe = !SAFE_METHODS.has(request.method);
  if (access === 'anyone') {
    if (isUnsafe) assertNotForeign(request, places);
    return undefined;
  }
  const caller = await services.identify(request);
  if (caller === undefined) throw new DomainError('not-authenticated', 'sign in first');
  if (isUnsafe && caller.by === 'session') assertOwnPage(request, places);
  assertOwnAccount(request.headers[ACCOUNT_HEADER], caller);
  services.enter(request, caller);
  if (access === 'admin' && !isAdministrator(caller.actor)) {
    throw new DomainError('forbidden', 'this is for administrators');
  }
  return caller;
}

/** With another role it begins anew: what is under way was made for the old one. */
async function isStillGood(
  request: Request,
  caller: Caller | undefined,
  { identify }: Pick<ApiServices, 'identify'>,
): Promise<boolean> {
  return isSame(caller?.actor, async () => (await identify(request))?.actor);
}

/** The same of an answer that has begun: it may outlast the token that asked for it, which the page renews, not the session. */
async function mayGoOn(request: Request, caller: Caller, services: ApiServices): Promise<boolean> {
  const { sessionId } = caller;
  return isSame(caller.actor, async () =>
    sessionId === undefined ? (await services.identify(request))?.actor : services.sessions.userOf(sessionId),
  );
}

async function check(route: Route, { body }: Exchange, request: Request) {
  return {
    params: judge(route.params, request.params, 'path'),
    query: judge(route.query, request.query, 'query'),
    body:
      route.body === undefined
        ? undefined
        : judge(route.body, await readBody(body, request.headers, { takesForms: route.takesForms ?? false }), 'body'),
  };
}

/** What `schema` makes of a value. Throws `bad-request` that says what is wrong with which part. */
function judge(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({
    path: [where, ...path.map(String)].join('.'),
    message,
  }));
  const [first] = errors;
  throw new DomainError('bad-request', first ? `${first.path}: ${first.message}` : 'the request is malformed', {
    members: { errors },
  });
}

function otherMethod(request: Request, routes: readonly Route[]): Answer {
  const methods = routes.map((known) => known.method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  const allow = [...new Set([...methods, 'OPTIONS'])].join(', ');
  if (request.method === 'OPTIONS') return { status: 204, headers: { Allow: allow } };
  return methodProblem(allow, { requestId: contextOf(request).id });
}

/** Sends what `handle` answers, or what became of it. */
function handled(
  { log }: Pick<ApiOptions, 'log'>,
  handle: (exchange: Exchange, request: Request) => Promise<Answer>,
): RequestHandler {
  return async (request, response) => {
    const exchange = { request, response, body: requestBody(request, response) };
    try {
      await respond(exchange, await handle(exchange, request));
    } catch (error) {
      const requestId = contextOf(request).id;
      if (isFault(error)) log.error({ error, requestId, method: request.method }, 'an API request failed');
      if (response.headersSent) response.destroy();
      else await respond(exchange, problemAnswer(error, { requestId }));
    }
  };
}

function isFault(error: unknown): boolean {
  if (isClientGone(error)) return false;
  return statusOf(error) === 500;
}
