import type { Answer } from '../../http/answer.ts';

/** A JSON answer. */
export function json(status: number, value: unknown, headers: NonNullable<Answer['headers']> = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** Done, and nothing to say. */
export const NO_CONTENT: Answer = { status: 204 };
