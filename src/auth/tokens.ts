import { errors, jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * What a token is good for, and nothing else: `page` in the cookie of a browser; `api` as Bearer; `second-factor` only to
 * finish a login that a password began.
 */
export type Purpose = 'page' | 'api' | 'second-factor';

export interface Claims {
  readonly userId: number;
  /** Of the user when it was made. */
  readonly epoch: number;
  /** Of the session that it belongs to; of no use for a `second-factor`, which has none. */
  readonly sessionId: string;
}

const ALGORITHM = 'HS256';
const ISSUER = 'nosocial';
/** Ours have 300 bytes; others are not worth a look. */
const MAX_LENGTH = 2048;

/** Makes and checks JSON Web Tokens (RFC 7519, RFC 8725): one algorithm, an audience for each purpose. */
export class Tokens {
  readonly #keys: KeyRing;
  readonly #clock: Clock;

  constructor(keys: KeyRing, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  async sign(purpose: Purpose, { userId, epoch, sessionId }: Claims, expiresAtMs: number): Promise<string> {
    const key = this.#keys.newest('token');
    return new SignJWT({ purpose, epoch, sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.id })
      .setIssuer(ISSUER)
      .setAudience(audienceOf(purpose))
      .setSubject(String(userId))
      .setIssuedAt(Math.floor(this.#clock.nowMs() / 1000))
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(key.bytes);
  }

  /** What a token says, if it was made here for this purpose and has not expired. Throws `not-authenticated`. */
  async verify(token: string, purpose: Purpose): Promise<Claims> {
    if (token.length > MAX_LENGTH) throw notGood();
    try {
      const { payload } = await jwtVerify(token, (header) => this.#keyFor(header), {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: audienceOf(purpose),
        currentDate: new Date(this.#clock.nowMs()),
        requiredClaims: ['sub', 'exp', 'iat', 'purpose', 'epoch', 'sid'],
      });
      const { sub, epoch, sid } = payload;
      if (payload['purpose'] !== purpose || typeof epoch !== 'number' || typeof sid !== 'string') throw notGood();
      return { userId: Number(sub), epoch, sessionId: sid };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw notGood(error);
      throw error;
    }
  }

  #keyFor({ kid }: JWTHeaderParameters): Uint8Array {
    const key = kid === undefined ? undefined : this.#keys.find('token', kid);
    if (key === undefined) throw notGood();
    return key.bytes;
  }
}

/** Programs that check nothing but the audience tell purposes apart, too. */
function audienceOf(purpose: Purpose): string {
  return `${ISSUER}:${purpose}`;
}

/** The same for whatever is wrong with it. */
export function notGood(cause?: Error): DomainError {
  return new DomainError('not-authenticated', 'this token is not good, or not any more; sign in again', { cause });
}
