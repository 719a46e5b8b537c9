import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { isDomainError } from '../../lib/errors.ts';
import type { Log } from '../../observe/log.ts';
import { html, plainPage } from '../html.ts';
import { contextOf } from '../request-context.ts';
import { statusOf } from '../statuses.ts';

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

export function answerPage(response: Response, status: number): void {
  const title = TITLES[status] ?? (status < 500 ? TITLES[400] : TITLES[500]) ?? '';
  response
    .status(status)
    .type('html')
    .send(plainPage(title, html`<p><a href="/">To the start page</a></p>`));
}
