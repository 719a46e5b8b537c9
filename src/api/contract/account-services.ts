import type { Accounts } from '../../auth/accounts.ts';
import type { SecondFactors } from '../../auth/second-factor.ts';
import type { Sessions } from '../../auth/sessions.ts';

/** What is done to an account and worth remembering; logins are told by who checks them. */
export type AccountAction =
  | 'password-changed'
  | 'second-factor-on'
  | 'second-factor-off'
  | 'recovery-codes-renewed'
  | 'session-ended'
  | 'logged-out-everywhere';

/** Signing in and out, and what people change about their own accounts. */
export interface AccountServices {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
}
