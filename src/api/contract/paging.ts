import * as z from 'zod';
import { DomainError } from '../../lib/errors.ts';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

/** The part of a query that asks for a page. */
export const PAGE_QUERY = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('How many at most.'),
  cursor: z.string().max(4096).optional().describe('`nextCursor` of the page before; nothing for the first page.'),
};

/** A page of `item`s. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional().describe('Where the next page begins; missing on the last.'),
  });
}

/** Opaque to clients: they only send it back. */
export function writeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place that a cursor stands for, as `schema` has it. Throws `bad-request` for what is none. */
export function readCursor<Place extends z.ZodType>(
  cursor: string | undefined,
  schema: Place,
): z.output<Place> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw new DomainError('bad-request', 'this cursor is of no page; leave it out to begin again', { cause: error });
  }
}
