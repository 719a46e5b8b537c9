import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../core/actor.ts';
import type { UserPace } from './bandwidth.ts';
import { randomId } from '../lib/ids.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The part of the server that answers. */
export type Edge = 'dav' | 'api' | 'site' | 'operations' | 'dlna' | 'refused';

/** A request under way, as far as logs, metrics and limits care. */
export interface RequestContext {
  readonly id: string;
  /** The client's, with trusted proxies seen through. */
  readonly remoteAddress: string;
  /** Whether the client speaks TLS, be it with this server or with a trusted proxy before it. */
  readonly isSecure: boolean;
  /** The host, with its port, that the client asked a trusted proxy for; undefined where none told it. */
  readonly forwardedHost: string | undefined;
  readonly startedAt: number;
  readonly response: ServerResponse;
  edge: Edge;
  /** Without the query, still encoded; '' for a request that was refused before it was looked at. */
  path: string;
  /** Set once it is known who asks. */
  user: Actor | undefined;
  /** What a user with a cap sends and gets goes through this. */
  pace: UserPace | undefined;
}

const CONTEXT = Symbol('context');

/** On the request itself: in a WeakMap it cost the garbage collector a sixth of all time (measured at 56,000 requests/s). */
type KnownRequest = IncomingMessage & { [CONTEXT]?: RequestContext };

export function beginContext(
  request: IncomingMessage,
  response: ServerResponse,
  client: Pick<RequestContext, 'remoteAddress' | 'isSecure' | 'forwardedHost'>,
): RequestContext {
  const startedAt = performance.now();
  const id = randomId().slice(0, 16);
  const context: RequestContext = {
    id,
    ...client,
    startedAt,
    response,
    edge: 'refused',
    path: '',
    user: undefined,
    pace: undefined,
  };
  (request as KnownRequest)[CONTEXT] = context;
  return context;
}

/** The context of a request that came through the server. */
export function contextOf(request: IncomingMessage): RequestContext {
  const context = (request as KnownRequest)[CONTEXT];
  if (!context) throw new Error('the request did not come through the server');
  return context;
}

/** What the bytes of a request and of its answer go through; undefined for most, and while nobody knows whose it is. */
export function paceOf(request: IncomingMessage): UserPace | undefined {
  return (request as KnownRequest)[CONTEXT]?.pace;
}

/** Whether a body follows the headers (RFC 9112 §6.3). */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
}

/** Answers with a line of text. A body that was not read ends the connection, rather than being read for nothing. */
export function answerText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { text, headers = {} }: { text: string; headers?: Record<string, string | number> },
): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(hasBody(request) && !request.complete && { Connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
