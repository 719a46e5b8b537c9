import type { Actor } from '../core/actor.ts';
import { DomainError } from '../lib/errors.ts';

/** Who sends a request, and by what it is known. */
export interface Caller {
  readonly actor: Actor;
  /** `session`: the cookie of a browser, which sends it unasked; `token`: of `/api/login`; `app-password`: one as Bearer. */
  readonly by: 'session' | 'token' | 'app-password';
  /** Of a session or a token. */
  readonly sessionId?: string;
}

/** Throws `forbidden` for an app password: whoever finds a phone must not come by the account that way. */
export function assertInPerson({ by }: Caller): void {
  if (by === 'app-password') throw new DomainError('forbidden', 'an app password cannot do this; sign in');
}
