import type { Caller } from '../../auth/caller.ts';
import { DomainError } from '../../lib/errors.ts';

/** The `id` of the account whose page asks. A browser has one session for all of its tabs, and it may be somebody else's by now. */
export const ACCOUNT_HEADER = 'nosocial-account';

/**
 * Refuses what a page asks for another account than that of its cookie, since somebody else has signed in in another tab:
 * `not-authenticated`. Whoever names no account, or sends a token, is not asked.
 */
export function assertOwnAccount(accountId: string | string[] | undefined, { actor, by }: Caller): void {
  if (by !== 'session' || accountId === undefined || accountId === String(actor.userId)) return;
  throw new DomainError('not-authenticated', 'somebody else has signed in in this browser meanwhile');
}
