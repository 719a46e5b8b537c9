import type { IncomingHttpHeaders } from 'node:http';
import type { Core } from '../core/core.ts';
import type { Node } from '../core/node.ts';
import type { ByteRange } from '../core/ports/blob-store.ts';
import type { BlobLocation } from '../core/ports/operations.ts';
import { readSmallContent } from '../core/small-content.ts';
import { contentOf, readContent, SMALL_BYTES } from '../core/transfer.ts';
import { DomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import type { Answer, AnswerHeaders } from './answer.ts';
import { isRangeCurrent, judgeConditions } from './conditional.ts';
import { contentHeaders, servedType } from './content-headers.ts';
import { parseRange } from './ranges.ts';

/** What is asked for, and how it may be answered. */
export interface FileRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** In place of those that keep browsers from harm. */
  readonly contentHeaders?: AnswerHeaders;
  /** Whoever asks for several parts gets the whole: not everybody that asks can read them. */
  readonly isOnePartOnly?: boolean;
}

/**
 * The answer to GET or HEAD of a file: whole, in part (206), not modified (304) or not to be had in that range (416).
 * HEAD touches no disk. Throws `precondition-failed`, `unavailable`, `corrupt`, `bad-request`.
 */
export async function fileAnswer(core: Core, node: Node, request: FileRequest): Promise<Answer> {
  const { method, headers: asked, contentHeaders: headers = contentHeaders(node), isOnePartOnly = false } = request;
  const verdict = judgeConditions(asked, node, { isReading: true });
  if (verdict === 'failed') throw new DomainError('precondition-failed', 'the file is not the one that was asked for');
  if (verdict === 'not-modified') return { status: 304, headers: validatorsOf(headers) };
  if (method === 'HEAD') return { status: 200, headers: { ...headers, 'Content-Length': node.sizeBytes } };

  const isCurrent = isRangeCurrent(asked['if-range']?.toString(), node, core.clock.nowMs());
  const ranges = isCurrent ? parseRange(asked.range, node.sizeBytes) : undefined;
  if (!ranges) return wholeAnswer(core, node, headers);
  const [first, ...more] = ranges;
  if (!first) {
    return { status: 416, headers: { 'Content-Range': `bytes */${node.sizeBytes}`, 'Accept-Ranges': 'bytes' } };
  }
  if (more.length === 0) return partAnswer(core, node, { headers, range: first });
  return isOnePartOnly ? wholeAnswer(core, node, headers) : multipartAnswer(core, node, { headers, ranges });
}

/** RFC 9110 §15.4.5: what the 200 would have said to a cache. */
function validatorsOf(headers: AnswerHeaders): AnswerHeaders {
  const kept = ['ETag', 'Last-Modified', 'Cache-Control'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name)));
}

async function wholeAnswer(core: Core, node: Node, headers: AnswerHeaders): Promise<Answer> {
  const location = await contentOf(core, node);
  if (!location) return { status: 200, headers, body: '' };
  const range = { start: 0, end: location.sizeBytes - 1 };
  const body = location.sizeBytes <= SMALL_BYTES ? await readSmallContent(core, location) : readContent(core, location);
  return { status: 200, headers: { ...headers, 'Content-Length': range.end + 1 }, body };
}

async function partAnswer(
  core: Core,
  node: Node,
  { headers, range }: { headers: AnswerHeaders; range: ByteRange },
): Promise<Answer> {
  const location = await storedContent(core, node);
  const length = range.end - range.start + 1;
  const body =
    length <= SMALL_BYTES ? await readSmallContent(core, location, range) : readContent(core, location, range);
  return {
    status: 206,
    headers: { ...headers, 'Content-Length': length, 'Content-Range': contentRange(range, node.sizeBytes) },
    body,
  };
}

/** RFC 9110 §14.6. The type of each part is the file's. */
async function multipartAnswer(
  core: Core,
  node: Node,
  { headers, ranges }: { headers: AnswerHeaders; ranges: readonly ByteRange[] },
): Promise<Answer> {
  const location = await storedContent(core, node);
  const boundary = randomId();
  const parts = ranges.map((range) => ({
    range,
    head:
      `\r\n--${boundary}\r\nContent-Type: ${servedType(node.mediaType)}\r\n` +
      `Content-Range: ${contentRange(range, node.sizeBytes)}\r\n\r\n`,
  }));
  const end = `\r\n--${boundary}--\r\n`;
  const length = parts.reduce((sum, { range, head }) => sum + head.length + range.end - range.start + 1, end.length);
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Type': `multipart/byteranges; boundary=${boundary}`,
      'Content-Length': length,
    },
    body: multipart(core, location, parts, end),
  };
}

async function* multipart(
  core: Core,
  location: BlobLocation,
  parts: readonly { range: ByteRange; head: string }[],
  end: string,
): AsyncGenerator<string | Uint8Array> {
  for (const { range, head } of parts) {
    const content = readContent(core, location, range)[Symbol.asyncIterator]();
    try {
      // Opened before the first byte goes out: a disk that is away can still be answered with 503.
      let next = await content.next();
      yield head;
      for (; !next.done; next = await content.next()) yield next.value;
    } finally {
      await content.return?.();
    }
  }
  yield end;
}

async function storedContent(core: Core, node: Node): Promise<BlobLocation> {
  const location = await contentOf(core, node);
  if (!location) throw new DomainError('corrupt', `the content of "${node.name}" is missing`);
  return location;
}

function contentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.start}-${range.end}/${sizeBytes}`;
}
