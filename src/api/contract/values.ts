import * as z from 'zod';

/** A moment in a query, with any offset; its milliseconds since 1970. */
export const TIME = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** A number of bytes in a query. */
export const BYTES = z.coerce.number().int().min(0);
