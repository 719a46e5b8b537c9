import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError } from '../lib/errors.ts';

/** The content of a request, none of which has been read yet. */
export interface RequestBody {
  /** Something comes, or may come (chunked). */
  readonly isPresent: boolean;
  /** The announced length; undefined when the client does not say (chunked). */
  readonly sizeBytes: number | undefined;
  /** The client sends nothing before it is told to go on. */
  readonly isAwaitingContinue: boolean;
  /** Can be read once. Reading may stop anywhere without harm to the connection that carries the answer. */
  readonly source: AsyncIterable<Uint8Array>;
}

/**
 * A request that waits for `100 Continue` gets it when its body is first read, not before: the server must hand
 * `checkContinue` to the same handler as `request`, for otherwise Node sends it at once.
 */
export function requestBody(request: IncomingMessage, response: ServerResponse): RequestBody {
  const length = request.headers['content-length'];
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  const sizeBytes = isChunked || length === undefined ? undefined : Number(length);
  const isPresent = isChunked || (sizeBytes !== undefined && sizeBytes > 0);
  const isAwaitingContinue = isPresent && expectsContinue(request);
  return {
    isPresent,
    sizeBytes: isChunked ? undefined : (sizeBytes ?? 0),
    isAwaitingContinue,
    source: {
      [Symbol.asyncIterator]() {
        if (isAwaitingContinue) response.writeContinue();
        return request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
      },
    },
  };
}

function expectsContinue(request: IncomingMessage): boolean {
  const isModern = request.httpVersionMajor === 1 && request.httpVersionMinor >= 1;
  return isModern && request.headers.expect?.toLowerCase() === '100-continue';
}

/** The whole body of at most `limitBytes`. Throws `too-large`. */
export async function readWhole(body: RequestBody, limitBytes: number): Promise<Buffer> {
  if (!body.isPresent) return Buffer.alloc(0);
  const tooLarge = () => new DomainError('too-large', `the body of this request may have ${limitBytes} bytes at most`);
  if ((body.sizeBytes ?? 0) > limitBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body.source) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
