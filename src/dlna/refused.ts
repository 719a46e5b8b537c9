import { STATUS_CODES } from 'node:http';
import type { Answer, AnswerHeaders } from '../http/answer.ts';

/** Nothing is told but the status: who is to know more looks at the last requests. */
export function refused(status: number, headers: AnswerHeaders = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: `${STATUS_CODES[status] ?? 'Error'}\n`,
  };
}
