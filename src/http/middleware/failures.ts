import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { isDomainError, type ErrorCode } from '../../lib/errors.ts';
import type { Log } from '../../observe/log.ts';
import { html, plainPage } from '../html.ts';
import { contextOf } from '../request-context.ts';

/** What a page answers to each failure. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'bad-name': 400,
  'not-authenticated': 401,
  forbidden: 403,
  'not-found': 404,
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
  'range-not-satisfiable': 416,
  corrupt: 500,
  refused: 409,
};

/** What is told of a failure: never more than its kind. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'This request cannot be understood',
  403: 'This is not allowed',
  404: 'There is nothing here',
  413: 'That is too much',
  415: 'This kind of content is not taken here',
  429: 'Too many attempts',
  500: 'Something went wrong',
  503: 'The server is busy',
};

const DEFAULT_RETRY_SECONDS = 5;

export const notFound: RequestHandler = (_request, response) => {
  answerPage(response, 404);
};

/** Answers what no handler caught. An unknown failure is a bug: it goes to the log, and nothing of it to the client. */
export function failures(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = statusOf(error);
    if (status >= 500 && !isDomainError(error, 'busy', 'unavailable')) {
      log.error({ error, requestId: contextOf(request).id, method: request.method }, 'a request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (status === 429 || status === 503) {
      const seconds = isDomainError(error) ? error.details.retryAfterSeconds : undefined;
      response.set('Retry-After', String(seconds ?? DEFAULT_RETRY_SECONDS));
    }
    answerPage(response, status);
  };
}

/** A `DomainError` by the table; what Express's own parsers refuse by the 4xx that they carry. */
function statusOf(error: unknown): number {
  if (isDomainError(error)) return STATUS[error.code];
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

export function answerPage(response: Response, status: number): void {
  const title = TITLES[status] ?? (status < 500 ? TITLES[400] : TITLES[500]) ?? '';
  response
    .status(status)
    .type('html')
    .send(plainPage(title, html`<p><a href="/">To the start page</a></p>`));
}
