import type { IncomingMessage } from 'node:http';
import type { Actor } from '../core/actor.ts';
import { Bandwidth } from './bandwidth.ts';
import type { InFlightLimiter } from './in-flight.ts';
import { contextOf } from './request-context.ts';
import { isSame } from './while-good.ts';

/** Who can tell the user of an `Authorization` header. */
export interface BasicAuthenticator {
  basic(authorization: string | undefined, remoteAddress: string): Promise<Actor>;
}

/** The gate of every request that acts for a user. */
export class Admission {
  readonly #authenticator: BasicAuthenticator;
  readonly #limiter: InFlightLimiter;
  readonly #bandwidth = new Bandwidth();

  constructor(authenticator: BasicAuthenticator, limiter: InFlightLimiter) {
    this.#authenticator = authenticator;
    this.#limiter = limiter;
  }

  /**
   * The user of a request, who then counts as asking until it is answered.
   * Throws `not-authenticated`, `too-many-attempts`, `busy`, `unavailable`.
   */
  async authenticate(request: IncomingMessage): Promise<Actor> {
    const { remoteAddress } = contextOf(request);
    const actor = await this.#authenticator.basic(request.headers.authorization, remoteAddress);
    this.enter(request, actor);
    return actor;
  }

  /** Whether the answer to `actor`, which has begun, may go on. */
  async mayGoOn(request: IncomingMessage, actor: Actor): Promise<boolean> {
    const { remoteAddress } = contextOf(request);
    return isSame(actor, () => this.#authenticator.basic(request.headers.authorization, remoteAddress));
  }

  /** Counts a request as one of `actor`'s, who is known already, until it is answered. Throws `busy`. */
  enter(request: IncomingMessage, actor: Actor): void {
    const context = contextOf(request);
    context.user = actor;
    context.pace = this.#bandwidth.of(actor);
    const leave = this.#limiter.enter(actor.userId);
    if (context.response.closed) leave();
    else context.response.once('close', leave);
  }
}
