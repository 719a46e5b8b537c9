import type { Answer, AnswerHeaders } from '../../http/answer.ts';
import { parseRange } from '../../http/ranges.ts';

/** The answer with something small that was made for televisions: whole, or one part of it (RFC 9110 §14). */
export function bytesAnswer(bytes: Uint8Array, range: string | undefined, headers: AnswerHeaders): Answer {
  const ranges = parseRange(range, bytes.length);
  if (ranges?.length === 0) return { status: 416, headers: { 'Content-Range': `bytes */${bytes.length}` } };
  const all = { ...headers, 'Accept-Ranges': 'bytes' };
  const [part, ...more] = ranges ?? [];
  if (part === undefined || more.length > 0) return { status: 200, headers: all, body: bytes };
  return {
    status: 206,
    headers: { ...all, 'Content-Range': `bytes ${part.start}-${part.end}/${bytes.length}` },
    body: bytes.subarray(part.start, part.end + 1),
  };
}
