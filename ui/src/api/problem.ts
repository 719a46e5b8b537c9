import type { Schemas } from './schemas.ts';

/** What failed, by the server's code for it (`/api/problems`); `unreachable` where it did not answer at all. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  /** 0 without an answer. */
  readonly status: number;
  /** Anything more the server said: which folder, which rule. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    { code, status, detail }: { code: string; status: number; detail: string },
    members: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The problem that an answer holds; a proxy on the way may have answered in the server's place. */
export function problemOf(body: unknown, { status, statusText, headers }: Response): Problem {
  if (!isProblemBody(body)) return new Problem({ code: 'unknown', status, detail: statusText });
  const { code, detail, title, ...members } = body;
  const retryAfterSeconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new Problem({ code, status, detail: detail ?? title }, { ...members, retryAfterSeconds });
}

export function unreachable(cause: unknown): Problem {
  return new Problem({ code: 'unreachable', status: 0, detail: '' }, {}, { cause });
}

export function isProblem(error: unknown, ...codes: string[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}

function isProblemBody(body: unknown): body is Schemas['Problem'] {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}
