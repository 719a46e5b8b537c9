import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../auth/caller.ts';
import type { Core } from '../../core/core.ts';

/** What the routes work with; built by `app/`. */
export interface ApiServices {
  readonly core: Core;
  /**
   * Who asks: by `Authorization: Bearer`, `x-access-token` or the session's cookie, in this order; undefined without any
   * of them. Throws `not-authenticated` for one that is not good (any more), `too-many-attempts`, `busy`, `unavailable`.
   */
  identify(request: IncomingMessage): Promise<Caller | undefined>;
  /** Counts a request as the caller's until it is answered, for limits and logs. Throws `busy`. */
  enter(request: IncomingMessage, caller: Caller): void;
}
