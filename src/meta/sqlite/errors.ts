import { DomainError } from '../../lib/errors.ts';

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** What callers can understand of a failure of SQLite's own; anything else comes back as it is. */
export function translateError(error: unknown): unknown {
  switch (primaryCode(error)) {
    case FULL:
      return new DomainError('no-space', 'the disk of the database is full', { cause: error });
    case BUSY:
    case LOCKED:
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return new DomainError('unavailable', 'the database cannot be reached', { cause: error, retryAfterSeconds: 5 });
    case CORRUPT:
    case NOTADB:
      return new DomainError('corrupt', 'the database file is damaged', { cause: error });
    default:
      return error;
  }
}

/** https://sqlite.org/rescode.html: the low byte of an extended code. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}
