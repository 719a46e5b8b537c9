import { DomainError, isDomainError } from '../../lib/errors.ts';

const SHUTDOWN = 1053;
const DISK_FULL = 1021;
const TOO_MANY_CONNECTIONS = 1040;
const UNKNOWN_COMMAND = 1047;
const TABLE_FULL = 1114;
const ERROR_DURING_COMMIT = 1180;
const LOCK_WAIT_TIMEOUT = 1205;
const DEADLOCK = 1213;
const OPTION_PREVENTS = 1290;
const INTERRUPTED = 1317;
const READ_ONLY_MODE = 1836;
const CONNECTION_KILLED = 1927;
const STATEMENT_TIMEOUT_MARIADB = 1969;
const STATEMENT_TIMEOUT_MYSQL = 3024;
const ROLLED_BACK_BY_GROUP = 3101;
export const DUPLICATE = 1062;

/** The transaction is undone, or will be; the same again may succeed. */
const AGAIN = new Set([DEADLOCK, LOCK_WAIT_TIMEOUT, ERROR_DURING_COMMIT, ROLLED_BACK_BY_GROUP, INTERRUPTED]);

/**
 * The server is not the right one any more: it leaves, was cut off from its cluster (1047, Galera) or has become a
 * read-only copy (1290, 1836) after others took over.
 */
const ELSEWHERE = new Set([UNKNOWN_COMMAND, SHUTDOWN, OPTION_PREVENTS, READ_ONLY_MODE, CONNECTION_KILLED]);

const FULL = new Set([DISK_FULL, TABLE_FULL]);
const TOO_SLOW = new Set([STATEMENT_TIMEOUT_MARIADB, STATEMENT_TIMEOUT_MYSQL, TOO_MANY_CONNECTIONS]);

/** The connection ended, or was given up, before the answer came. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** What the server said; the driver's own error is the cause, its code stays out of the way of the domain's. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly errno: number;

  constructor(message: string, errno: number, options?: ErrorOptions) {
    super(message, options);
    this.errno = errno;
  }
}

/** An error of the driver as one of ours: what the server said, or that the connection is of no use any more. */
export function fromDriver(error: Error): ConnectionLost | ServerError {
  const { errno, fatal } = error as { errno?: unknown; fatal?: unknown };
  // Errors of the operating system have negative numbers.
  if (typeof errno === 'number' && errno > 0 && fatal !== true) {
    return new ServerError(error.message, errno, { cause: error });
  }
  return new ConnectionLost(error.message, { cause: error });
}

export function isDuplicate(error: unknown): boolean {
  return error instanceof ServerError && error.errno === DUPLICATE;
}

/** Whether another try, perhaps with another connection or host, can come to another end. */
export function isPassing(error: unknown): boolean {
  return error instanceof ConnectionLost || mustMove(error) || (error instanceof ServerError && AGAIN.has(error.errno));
}

/** Whether all connections to this host must be given up. */
export function mustMove(error: unknown): boolean {
  return error instanceof ServerError && ELSEWHERE.has(error.errno);
}

/** What callers can understand of a failure of the database's own; anything else comes back as it is. */
export function translateError(error: unknown): unknown {
  if (isDomainError(error)) return error;
  if (isPassing(error)) return unavailable(error);
  if (!(error instanceof ServerError)) return error;
  if (FULL.has(error.errno)) return new DomainError('no-space', 'the disk of the database is full', { cause: error });
  return TOO_SLOW.has(error.errno) ? unavailable(error) : error;
}

export function unavailable(cause: unknown): DomainError {
  return new DomainError('unavailable', 'the database cannot be reached', { cause, retryAfterSeconds: 2 });
}
