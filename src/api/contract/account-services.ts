import type { Accounts } from '../../auth/accounts.ts';
import type { SecondFactors } from '../../auth/second-factor.ts';
import type { Sessions } from '../../auth/sessions.ts';

/** What is done to an account and worth remembering; logins are told by who checks them. */
export interface AccountEvent {
  readonly action:
    | 'password-changed'
    | 'second-factor-on'
    | 'second-factor-off'
    | 'recovery-codes-renewed'
    | 'session-ended'
    | 'logged-out-everywhere'
    | 'session-stolen';
  /** Who did it. */
  readonly user: string;
  readonly address: string;
  /** Whose account it is, where that is not the one who did it. */
  readonly target?: string | undefined;
  readonly value?: string | undefined;
}

/** Signing in and out, and what people change about their own accounts. */
export interface AccountServices {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  /** Into the audit log. */
  record(event: AccountEvent): void;
}
