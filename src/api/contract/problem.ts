import * as z from 'zod';
import type { Answer } from '../../http/answer.ts';
import { STATUS_OF, statusOf } from '../../http/statuses.ts';
import { isDomainError, type ErrorCode } from '../../lib/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Where the codes are explained; a problem's `type` is a place on that page. */
export const PROBLEMS_PATH = '/api/problems';

const DEFAULT_RETRY_SECONDS = 5;

/** What each code means, for people; the sentence in `detail` says what was wrong this time. */
export const TITLES: Readonly<Record<ErrorCode, string>> = {
  'bad-request': 'The request cannot be understood',
  'bad-name': 'A name or path that cannot exist',
  'not-authenticated': 'Nobody, or not the right one, is signed in',
  'second-factor-needed': 'A code of the second factor is needed, too',
  forbidden: 'This is not allowed',
  'registration-closed': 'Nobody can register here, or not in this way',
  'account-waiting': 'The account waits for approval',
  'not-found': 'It does not exist',
  'no-preview': 'There is no preview of this file',
  'already-exists': 'There is something of that name already',
  'parent-missing': 'The folder that should hold it does not exist',
  'not-a-collection': 'It is not a folder',
  'is-a-collection': 'It is a folder',
  'into-itself': 'A folder cannot be put into itself',
  locked: 'Another program has locked it',
  'lock-conflict': 'Another program has locked it',
  'lock-token-mismatch': 'The lock is another one',
  'lock-limit': 'Too many locks',
  'precondition-failed': 'It has changed since it was looked at',
  'quota-exceeded': 'The quota is used up',
  'no-space': 'The disks are full',
  unavailable: 'A disk or the database is away; try again',
  busy: 'The server is busy; try again',
  'too-many-attempts': 'Too many attempts; try again later',
  'body-not-supported': 'This kind of content is not taken here',
  'too-large': 'That is too much',
  'checksum-mismatch': 'The content is not what was announced',
  'depth-refused': 'Not the whole tree at once',
  'foreign-destination': 'The destination is on another server',
  'protected-property': 'This property cannot be changed',
  'range-not-satisfiable': 'There is no such part',
  'rule-violated': 'The folder does not take this',
  'position-unknown': 'What happened since is not known any more; begin anew',
  corrupt: 'The stored content is damaged',
  refused: 'Not possible in the present state',
};

/** RFC 9457, with `code` as what programs go by. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('Where the code is explained.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional().describe('What was wrong, for people.'),
    code: z.string().describe('Stable; what a program goes by.'),
    requestId: z.string().describe('Under which the server’s log knows this request.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with each part of the request.'),
  })
  .meta({ id: 'Problem' });

/** As it stands in an answer that tells of several, or of something that was done before. */
export const briefProblemSchema = z
  .looseObject({
    code: z.string().describe('As in `Problem`.'),
    detail: z.string().optional().describe('What was wrong, for people.'),
  })
  .meta({ id: 'BriefProblem' });

export function briefProblem(error: unknown): z.output<typeof briefProblemSchema> {
  if (!isDomainError(error)) return { code: 'internal-error' };
  return { code: error.code, detail: sentence(error.message), ...error.details.members };
}

export interface ProblemOf {
  readonly requestId: string;
  /** Where a protocol wants another one than the table has. */
  readonly status?: number;
}

/** The answer to a failure. What is no `DomainError` is a bug, of which nothing is told. */
export function problemAnswer(error: unknown, { requestId, status = statusOf(error) }: ProblemOf): Answer {
  const known = isDomainError(error) ? error : undefined;
  const code = known?.code ?? (status < 500 ? 'bad-request' : 'internal-error');
  const body = {
    type: `${PROBLEMS_PATH}#${code}`,
    title: known ? TITLES[known.code] : status < 500 ? TITLES['bad-request'] : 'Something went wrong in the server',
    status,
    ...(known && { detail: sentence(known.message) }),
    code,
    requestId,
    ...known?.details.members,
  };
  return {
    status,
    headers: { 'Content-Type': PROBLEM_TYPE, ...headersFor(status, known) },
    body: JSON.stringify(body),
  };
}

/** The answer to a method that an address does not know. */
export function methodProblem(allow: string, { requestId }: ProblemOf): Answer {
  const code = 'method-not-allowed';
  const body = {
    type: `${PROBLEMS_PATH}#${code}`,
    title: 'This address knows other methods',
    status: 405,
    code,
    requestId,
  };
  return { status: 405, headers: { 'Content-Type': PROBLEM_TYPE, Allow: allow }, body: JSON.stringify(body) };
}

function headersFor(status: number, error: { details: { retryAfterSeconds?: number } } | undefined) {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="nosocial"' };
  if (status !== 429 && status !== 503) return {};
  return { 'Retry-After': String(error?.details.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS) };
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

/** The codes of `codes` by the status that they come with. */
export function codesByStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  return Map.groupBy(new Set(codes), (code) => STATUS_OF[code]);
}
