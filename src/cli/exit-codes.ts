import type { ErrorCode } from '../lib/errors.ts';

/** What a script can tell apart. The numbers are part of the command line's promise. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, refused: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of each failure; everything else is `failed`. */
const EXIT_CODES: Partial<Record<ErrorCode, ExitCode>> = {
  'bad-request': EXIT.usage,
  'bad-name': EXIT.usage,
  'not-found': EXIT.notFound,
  forbidden: EXIT.refused,
  'registration-closed': EXIT.refused,
  'already-exists': EXIT.refused,
  'not-a-collection': EXIT.refused,
  'is-a-collection': EXIT.refused,
  'into-itself': EXIT.refused,
  locked: EXIT.refused,
  refused: EXIT.refused,
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return EXIT_CODES[code] ?? EXIT.failed;
}
