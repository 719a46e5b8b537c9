import { actorOf } from '../core/actor.ts';
import type { Caller } from './caller.ts';
import type { Sessions } from './sessions.ts';

/** What a request for the API may carry to say who asks. */
export interface RequestCredentials {
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The header `x-access-token`. */
  readonly accessToken: string | undefined;
  /** Of the session's cookie. */
  readonly pageToken: string | undefined;
  readonly address: string;
}

/** App passwords, which programs may send as Bearer. */
export interface BearerSecrets {
  /** Whether it looks like one, whosever. */
  isOne(secret: string): boolean;
  /** Throws `not-authenticated`, `forbidden` for one that is not for the API, `too-many-attempts`. */
  identify(secret: string, address: string): Promise<Caller>;
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Finds out who asks the API. */
export class Identifier {
  readonly #sessions: Pick<Sessions, 'identify'>;
  readonly #appPasswords: BearerSecrets;

  constructor(sessions: Pick<Sessions, 'identify'>, appPasswords: BearerSecrets) {
    this.#sessions = sessions;
    this.#appPasswords = appPasswords;
  }

  /**
   * The first of Bearer, `x-access-token` and the cookie counts; undefined without any. Other schemes say nothing here.
   * Throws `not-authenticated`, `forbidden` for an app password that is for WebDAV only, `too-many-attempts`,
   * `unavailable`.
   */
  async identify({ authorization, accessToken, pageToken, address }: RequestCredentials): Promise<Caller | undefined> {
    const bearer = BEARER.exec(authorization ?? '')?.[1] ?? accessToken;
    if (bearer === undefined) return pageToken === undefined ? undefined : this.#known(pageToken, 'page', address);
    if (this.#appPasswords.isOne(bearer)) return this.#appPasswords.identify(bearer, address);
    return this.#known(bearer, 'token', address);
  }

  async #known(token: string, kind: 'token' | 'page', address: string): Promise<Caller> {
    const { user, session } = await this.#sessions.identify(token, kind, address);
    return { actor: actorOf(user), by: kind === 'page' ? 'session' : 'token', sessionId: session.id };
  }
}
