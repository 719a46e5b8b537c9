import type { Located } from '../core/tree.ts';
import { Listing, type ListingReader } from './listing.ts';
import type { PropertyWriter } from './property-writer.ts';
import type { DavServices } from './request.ts';

/**
 * The listing of Depth 1 by the first of `writers` by which it has `maxBytes` at most; where none makes it that short,
 * by the first. No more than `maxBytes` are gathered.
 */
export async function fittingMembers(
  services: DavServices,
  { reader, located }: { reader: ListingReader; located: Located },
  { writers, maxBytes }: { writers: readonly PropertyWriter[]; maxBytes: number },
): Promise<Buffer | AsyncIterable<Buffer>> {
  const listings = writers.map((writer) => new Listing(services, reader, writer));
  // Kept is only what was sent last.
  for (const listing of listings) {
    const kept = listing.kept(located);
    if (kept) return kept;
  }
  for (const listing of listings) {
    const whole = await gather(await listing.members(located), maxBytes);
    if (whole) return whole;
  }
  const [fullest] = writers;
  if (!fullest) throw new TypeError('a listing needs a writer');
  return new Listing(services, reader, fullest).members(located);
}

async function gather(members: Buffer | AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | undefined> {
  if (Buffer.isBuffer(members)) return members.length <= maxBytes ? members : undefined;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of members) {
    bytes += piece.length;
    if (bytes > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}
