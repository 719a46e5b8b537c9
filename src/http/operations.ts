import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAdministrator } from '../core/permissions.ts';
import { isDomainError } from '../lib/errors.ts';
import { checkHealth, type HealthProbes } from '../observe/health.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { BasicAuthenticator } from './admission.ts';
import type { Arrivals } from './arrivals.ts';
import { answerText, contextOf, type RequestHandler } from './request-context.ts';
import { pathOf } from './request-target.ts';
import { isDirect, isLoopback } from './trusted-proxies.ts';

export interface OperationsOptions {
  readonly probes: HealthProbes;
  readonly metrics: Metrics;
  readonly authenticator: BasicAuthenticator;
  /** Told of each request to `/healthz`. */
  readonly arrivals: Pick<Arrivals, 'note'>;
}

/**
 * `/healthz` (alive), `/readyz` (able to work) and `/metrics`. The figures, and what is wrong when the server is not
 * ready, are for this machine and for administrators; others meet a 404, and a bare word.
 */
export function createOperations(options: OperationsOptions): RequestHandler {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answerText(request, response, 405, { text: 'method not allowed', headers: { Allow: 'GET, HEAD' } });
      return;
    }
    const path = pathOf(request);
    if (path === '/healthz') {
      options.arrivals.note(request);
      answerText(request, response, 200, { text: 'ok' });
    } else if (path === '/readyz') await answerReadiness(options, request, response);
    else await answerMetrics(options, request, response);
  };
}

async function answerReadiness(
  { probes }: OperationsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { isReady, problems } = await checkHealth(probes);
  const word = isReady ? 'ready' : 'not ready';
  const text = isFromHere(request) ? [word, ...problems].join('\n') : word;
  answerText(request, response, isReady ? 200 : 503, { text, ...(!isReady && { headers: { 'Retry-After': 5 } }) });
}

async function answerMetrics(
  { metrics, authenticator }: OperationsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isFromHere(request) && !(await isFromAdministrator(authenticator, request))) {
    answerText(request, response, 404, { text: 'there is nothing here' });
    return;
  }
  const body = await metrics.text();
  response.writeHead(200, {
    'Content-Type': metrics.contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** From this machine itself, and not through a proxy on it. */
function isFromHere(request: IncomingMessage): boolean {
  return isLoopback(contextOf(request).remoteAddress) && isDirect(request);
}

async function isFromAdministrator(authenticator: BasicAuthenticator, request: IncomingMessage): Promise<boolean> {
  const context = contextOf(request);
  try {
    context.user = await authenticator.basic(request.headers.authorization, context.remoteAddress);
    return isAdministrator(context.user);
  } catch (error) {
    if (isDomainError(error)) return false;
    throw error;
  }
}
