import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import type { Answer } from './answer.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Pace } from './pace.ts';
import type { RequestBody } from './request-body.ts';
import { paceOf } from './request-context.ts';

/** An unread body up to this size is read and dropped, so that the connection can go on. */
const DRAINED_BYTES = 256 * 1024;
/** How long a client may go on sending what was refused, before the connection is closed on it. */
const LINGER_MS = 1_000;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: RequestBody;
}

/**
 * Sends an answer, whole or streamed with backpressure. When the client goes away, the stream is ended and the promise
 * resolves. Rejects, with nothing sent, if a streamed body fails before its first piece; fails it later, the
 * connection is reset, so that nobody takes the part for the whole, and the promise rejects.
 */
export async function respond(exchange: Exchange, answer: Answer): Promise<void> {
  const { request, response } = exchange;
  if (response.destroyed) {
    await dispose(answer.body);
    return;
  }
  const closing = closingFor(exchange);
  const headers: OutgoingHttpHeaders = { ...answer.headers };
  if (closing !== 'none') headers['Connection'] = 'close';

  const pace = request.method === 'HEAD' ? undefined : paceOf(request)?.down;
  const { status, body } = answer;
  if (isStreamed(body)) {
    await sendStream(response, { status, headers, body: pace ? slowed(response, body, pace) : body });
    return;
  }
  if (body !== undefined) headers['Content-Length'] = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  else if (mayHaveContent(request, status)) headers['Content-Length'] ??= 0;
  if (closing === 'after-draining') await endAfterDraining(exchange, { status, headers, body });
  else await sendWhole(response, { status, headers, body }, pace);
}

interface Whole {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array | undefined;
}

async function sendWhole(response: ServerResponse, { status, headers, body }: Whole, pace?: Pace): Promise<void> {
  if (pace && body !== undefined) {
    await sendStream(response, { status, headers, body: slowed(response, [body], pace) });
    return;
  }
  response.writeHead(status, headers);
  response.end(body);
}

type Streamed = AsyncIterable<string | Uint8Array>;

function isStreamed(body: Answer['body']): body is Streamed {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
}

/** As fast as the one who asked may have it. */
function slowed(response: ServerResponse, body: Streamed | (string | Uint8Array)[], pace: Pace): Streamed {
  return pace.ofLeaving(body, disconnectSignal(response)());
}

function mayHaveContent(request: IncomingMessage, status: number): boolean {
  return request.method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
}

/** What must happen to the connection because the request's body was not read to its end. */
function closingFor({ request, body }: Exchange): 'none' | 'at-once' | 'after-draining' {
  if (!body.isPresent || request.readableEnded || request.complete) return 'none';
  // Whether it will still send the body is the client's choice: what comes next could be either.
  if (body.isAwaitingContinue && !request.readableDidRead) return 'at-once';
  return body.sizeBytes !== undefined && body.sizeBytes <= DRAINED_BYTES ? 'none' : 'after-draining';
}

/**
 * Closing while the client still sends would reset the connection, and it might never see the answer. So the answer
 * goes out complete, and what comes is thrown away for a while.
 */
async function endAfterDraining({ request, response }: Exchange, { status, headers, body }: Whole): Promise<void> {
  response.writeHead(status, headers);
  if (body === undefined) response.flushHeaders();
  else response.write(body);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', done).once('close', done).once('error', done);
    request.resume();
  });
  response.end();
}

async function sendStream(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: OutgoingHttpHeaders; body: AsyncIterable<string | Uint8Array> },
): Promise<void> {
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (response.destroyed) {
    await iterator.return?.();
    return;
  }
  response.writeHead(status, headers);
  if (first.done) {
    response.end();
    return;
  }
  try {
    // A blob's piece, whose memory is used again, is above the high-water mark: the next is asked for once it has gone.
    await pipeline(continued(first.value, iterator, response), response);
  } catch (error) {
    if (!isClientGone(error)) throw error;
  }
}

async function* continued<T>(first: T, iterator: AsyncIterator<T>, response: ServerResponse): AsyncGenerator<T> {
  try {
    yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } catch (error) {
    breakOff(response);
    throw error;
  } finally {
    await iterator.return?.();
  }
}

/**
 * An orderly end would do where the length was announced. But gvfs 1.50 takes that for the end of the file, and tells
 * of a failure only when the connection is reset. TLS tells the two ends apart by itself.
 */
function breakOff({ socket }: ServerResponse): void {
  if (socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
}

async function dispose(body: Answer['body']): Promise<void> {
  if (isStreamed(body)) await body[Symbol.asyncIterator]().return?.();
}

const GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE', 'ABORT_ERR']);

/** Whether an error only says that the client left. */
export function isClientGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || ('code' in error && typeof error.code === 'string' && GONE.has(error.code));
}
