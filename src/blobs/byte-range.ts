import { DomainError } from '../lib/errors.ts';
import type { ByteRange } from '../core/ports/blob-store.ts';

/** Where a part of a blob begins within it, and how many bytes it has. */
export interface Extent {
  start: number;
  sizeBytes: number;
}

/** The part of a blob of `sizeBytes` that `range` names; all of it without one. Throws `range-not-satisfiable`. */
export function extentOf(sizeBytes: number, range: ByteRange | undefined): Extent {
  if (range === undefined) return { start: 0, sizeBytes };
  const { start, end } = range;
  const isWithin = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
  if (!isWithin || end >= sizeBytes) {
    throw new DomainError('range-not-satisfiable', `bytes ${start} to ${end} are not within ${sizeBytes} bytes`);
  }
  return { start, sizeBytes: end - start + 1 };
}
