import type { ByteRange } from '../core/ports/blob-store.ts';

/** Beyond so many, the whole file is cheaper than the parts (Apache's CVE-2011-3192). */
const MAX_RANGES = 16;

/**
 * Reads `Range` for content of `sizeBytes`, RFC 9110 §14: the parts to send, in the order asked, overlapping and
 * touching ones merged. Undefined: send the whole, since the header is missing, of another unit, malformed or asks for
 * too many parts. Empty: none of the parts exists (416).
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange[] | undefined {
  // As Go's net/http does: clients that put a Range on every request want a 200 for an empty file, not a 416.
  if (header === undefined || sizeBytes === 0) return undefined;
  const set = /^bytes[\t ]*=(.*)$/i.exec(header.trim())?.[1];
  if (set === undefined) return undefined;
  const members = set.split(',').map((member) => member.trim());
  const asked = members.filter((member) => member !== '');
  if (asked.length === 0 || asked.length > MAX_RANGES) return undefined;

  const ranges: ByteRange[] = [];
  for (const member of asked) {
    const range = parseMember(member, sizeBytes);
    if (range === 'malformed') return undefined;
    if (range) ranges.push(range);
  }
  return merged(ranges);
}

function parseMember(member: string, sizeBytes: number): ByteRange | 'malformed' | undefined {
  const match = /^(\d*)[\t ]*-[\t ]*(\d*)$/.exec(member);
  if (!match) return 'malformed';
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return 'malformed';
    const length = Number(last);
    return length === 0 ? undefined : { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Number(last);
  if (last !== '' && end < start) return 'malformed';
  return start >= sizeBytes ? undefined : { start, end: Math.min(end, sizeBytes - 1) };
}

/** RFC 9110 §14.2 lets a server join ranges that overlap; the order of the rest stays as asked. */
function merged(ranges: readonly ByteRange[]): ByteRange[] {
  let result: ByteRange[] = [];
  for (const range of ranges) {
    const touching = result.filter((other) => other.start <= range.end + 1 && range.start <= other.end + 1);
    const all = [...touching, range];
    const joined = {
      start: Math.min(...all.map(({ start }) => start)),
      end: Math.max(...all.map(({ end }) => end)),
    };
    const [first] = touching;
    const apart = result
      .map((other) => (other === first ? joined : other))
      .filter((other) => !touching.includes(other));
    result = first ? apart : [...apart, joined];
  }
  return result;
}
