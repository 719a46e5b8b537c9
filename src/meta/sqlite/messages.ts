import { DomainError, type ErrorCode, type ErrorDetails } from '../../lib/errors.ts';
import type { OperationName } from '../../core/ports/operations.ts';

/** What the main thread posts to the writer. */
export type ToWriter = { kind: 'requests'; requests: Request[] } | { kind: 'close' };

export interface Request {
  id: number;
  name: OperationName;
  args: unknown;
}

/** What the writer posts back: first whether it is ready, then answers once they are durable. */
export type FromWriter =
  | { kind: 'ready' }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'answers'; answers: Answer[]; statementCount: number; commitCount: number };

export interface Answer {
  id: number;
  result?: unknown;
  failure?: Failure;
}

/** An error in a form that survives the way between threads. */
export interface Failure {
  code: ErrorCode | undefined;
  name: string;
  message: string;
  stack: string | undefined;
  details: ErrorDetails;
}

export function toFailure(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const isDomain = error instanceof DomainError;
  return {
    code: isDomain ? error.code : undefined,
    name,
    message: isDomain && error.cause instanceof Error ? `${message} (${error.cause.message})` : message,
    stack: isDomain ? undefined : stack,
    details: isDomain ? error.details : {},
  };
}

export function fromFailure(failure: Failure): Error {
  if (failure.code !== undefined) return new DomainError(failure.code, failure.message, failure.details);
  const error = new Error(failure.message);
  error.name = failure.name;
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
