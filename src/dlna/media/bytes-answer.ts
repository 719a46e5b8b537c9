import type { Answer, AnswerHeaders } from '../../http/answer.ts';
import { parseRange } from '../../http/ranges.ts';

/** The answer with something small that was made for televisions: whole, or one part of it (RFC 9110 §14). */
export function bytesAnswer(bytes: Uint8Array, range: string | undefined, headers: AnswerHeaders): Answer {
  const [part, ...more] = parseRange(range, bytes.length) ?? [{ start: 0, end: bytes.length - 1, isWhole: true }];
  if (part === undefined) return { status: 416, headers: { 'Content-Range': `bytes */${bytes.length}` } };
  const all = { ...headers, 'Accept-Ranges': 'bytes' };
  if ('isWhole' in part || more.length > 0) return { status: 200, headers: all, body: bytes };
  return {
    status: 206,
    headers: { ...all, 'Content-Range': `bytes ${part.start}-${part.end}/${bytes.length}` },
    body: bytes.subarray(part.start, part.end + 1),
  };
}
