import type { Actor } from '../core/actor.ts';

/** Who sends a request, and by what it is known. */
export interface Caller {
  readonly actor: Actor;
  /** `session`: the cookie of a browser, which sends it unasked; `token`: of `/api/login`; `app-password`: one as Bearer. */
  readonly by: 'session' | 'token' | 'app-password';
  /** Of a session or a token. */
  readonly sessionId?: string;
}
