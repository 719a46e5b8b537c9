import type { User } from '../core/actor.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import type { KeyRing } from './key-ring.ts';
import { isTotpCode, newRecoveryCodes, newTotpSecret, recoveryCodeHash, totpStep, totpUri } from './one-time-codes.ts';
import type { LoginEvent } from './password-check.ts';
import type { Attempt, Throttle } from './throttle.ts';

export interface SecondFactorOptions {
  readonly store: Pick<MetadataStore, 'run' | 'sessions'>;
  readonly keys: KeyRing;
  readonly throttle: Throttle;
  readonly clock: Clock;
  /** The time that phones have, too: the server's own clock is not set right while it runs. */
  readonly wallClock: Clock;
  readonly onLogin?: (event: LoginEvent) => void;
}

const WRONG_CODE = 'this code is wrong, or was used before';

/** Codes of an authenticator app besides the password, and recovery codes for when that is lost. */
export class SecondFactors {
  readonly #options: SecondFactorOptions;

  constructor(options: SecondFactorOptions) {
    this.#options = options;
  }

  /** A secret for an app, which counts once a code of it is shown. Throws `refused` while there is one that counts. */
  async begin(user: User): Promise<{ secret: string; uri: string }> {
    const { store, keys, clock } = this.#options;
    const secret = newTotpSecret();
    const sealedSecret = keys.seal(secret, purposeOf(user.id));
    await store.run('beginSecondFactor', { userId: user.id, sealedSecret, nowMs: clock.nowMs() });
    return { secret, uri: totpUri(secret, user.name) };
  }

  /** Switches it on. Gives the recovery codes. Throws `bad-request` for a wrong code, `refused`, `too-many-attempts`. */
  async confirm(user: User, code: string, address: string): Promise<string[]> {
    const { store, keys, wallClock } = this.#options;
    const state = await store.sessions.secondFactor(user.id);
    if (state === undefined || state.isConfirmed) {
      throw new DomainError('refused', 'there is no second factor that waits to be confirmed');
    }
    const attempt = this.#attempt(user, address);
    const secret = keys.open(state.sealedSecret, purposeOf(user.id));
    const typed = withoutBlanks(code);
    const step = isTotpCode(typed) ? totpStep(secret, typed, wallClock.nowMs()) : undefined;
    if (step === undefined) {
      throw new DomainError('bad-request', 'this code is wrong; is the clock of the phone right?');
    }
    attempt.withdrawn();
    const codes = newRecoveryCodes();
    await store.run('confirmSecondFactor', {
      userId: user.id,
      sealedSecret: state.sealedSecret,
      step,
      codeHashes: codes.map((each) => recoveryCodeHash(user.id, each)),
    });
    return codes;
  }

  /**
   * Takes a code of the app or a recovery code, each of which is good once. Throws `not-authenticated` for any other,
   * `too-many-attempts`.
   */
  async take(user: User, code: string, address: string): Promise<void> {
    const attempt = this.#attempt(user, address);
    let isRight: boolean;
    try {
      isRight = await this.#isTaken(user, withoutBlanks(code));
    } catch (error) {
      attempt.withdrawn();
      throw error;
    }
    if (!isRight) {
      this.#options.onLogin?.({ outcome: 'failed', userName: user.name, address });
      throw new DomainError('not-authenticated', WRONG_CODE);
    }
    attempt.withdrawn();
  }

  async #isTaken(user: User, code: string): Promise<boolean> {
    const { store, keys, wallClock } = this.#options;
    const userId = user.id;
    if (!isTotpCode(code)) {
      return (await store.run('takeRecoveryCode', { userId, codeHash: recoveryCodeHash(userId, code) })).isTaken;
    }
    const state = await store.sessions.secondFactor(userId);
    if (!state?.isConfirmed) return false;
    const step = totpStep(keys.open(state.sealedSecret, purposeOf(userId)), code, wallClock.nowMs());
    return step !== undefined && (await store.run('takeSecondFactorStep', { userId, step })).isTaken;
  }

  /** New recovery codes; the old ones are good for nothing then. Throws `refused` while it is off. */
  async renewCodes(user: User): Promise<string[]> {
    const codes = newRecoveryCodes();
    const codeHashes = codes.map((each) => recoveryCodeHash(user.id, each));
    await this.#options.store.run('replaceRecoveryCodes', { userId: user.id, codeHashes });
    return codes;
  }

  async remove(userId: number): Promise<void> {
    await this.#options.store.run('removeSecondFactor', { userId });
  }

  /** Undefined when it is off. */
  async recoveryCodesLeft(userId: number): Promise<number | undefined> {
    const state = await this.#options.store.sessions.secondFactor(userId);
    return state?.isConfirmed ? state.recoveryCodesLeft : undefined;
  }

  /**
   * Counted apart from passwords, and never as those of a known client: whoever has the password and guesses at codes is
   * held back however often the password was right. No user's name holds a colon.
   */
  #attempt(user: User, address: string): Attempt {
    try {
      return this.#options.throttle.begin(address, `second-factor:${user.name}`);
    } catch (error) {
      this.#options.onLogin?.({ outcome: 'blocked', userName: user.name, address });
      throw error;
    }
  }
}

function purposeOf(userId: number): string {
  return `second-factor ${userId}`;
}

function withoutBlanks(code: string): string {
  return code.replaceAll(/\s/g, '');
}
