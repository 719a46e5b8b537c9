import { isDomainError, type ErrorCode } from '../lib/errors.ts';

/** What pages and the API answer to each failure. WebDAV has a table of its own, since RFC 4918 says otherwise. */
export const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'bad-name': 400,
  'not-authenticated': 401,
  'second-factor-needed': 401,
  forbidden: 403,
  'registration-closed': 403,
  'account-waiting': 403,
  'not-found': 404,
  'no-preview': 404,
  'already-exists': 409,
  'parent-missing': 409,
  'not-a-collection': 409,
  'is-a-collection': 409,
  'into-itself': 409,
  locked: 423,
  'lock-conflict': 423,
  'lock-token-mismatch': 409,
  'lock-limit': 403,
  'precondition-failed': 412,
  'quota-exceeded': 507,
  'no-space': 507,
  unavailable: 503,
  busy: 503,
  'too-many-attempts': 429,
  'body-not-supported': 415,
  'too-large': 413,
  'checksum-mismatch': 400,
  'depth-refused': 403,
  'foreign-destination': 502,
  'protected-property': 403,
  'rule-violated': 403,
  'range-not-satisfiable': 416,
  'position-unknown': 410,
  corrupt: 500,
  refused: 409,
};

/** A `DomainError` by the table; what Express's own parsers refuse by the 4xx that they carry. */
export function statusOf(error: unknown): number {
  if (isDomainError(error)) return STATUS_OF[error.code];
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
