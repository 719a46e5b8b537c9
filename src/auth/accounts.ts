import type { User } from '../core/actor.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { SessionKind } from '../core/ports/session-operations.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import type { LoginEvent, PasswordCheck } from './password-check.ts';
import { isPossiblePassword, needsRehash, type PasswordHasher } from './password.ts';
import type { SecondFactors } from './second-factor.ts';
import type { Client } from './sessions.ts';
import { notGood, type Tokens } from './tokens.ts';

/** How long a login that wants a code waits for it. */
const LOGIN_TOKEN_MS = 5 * 60_000;
const MAX_NAME_LENGTH = 255;

export interface AccountOptions {
  readonly store: Pick<MetadataStore, 'findUser' | 'getUser' | 'run'>;
  readonly passwords: PasswordCheck;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly secondFactors: SecondFactors;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly onLogin?: (event: LoginEvent) => void;
}

export interface PasswordLogin {
  readonly name: string;
  readonly password: string;
  /** Of the second factor, if it is at hand already. */
  readonly code?: string | undefined;
}

/** Who signs in, and what an account's own user changes about it. */
export class Accounts {
  readonly #options: AccountOptions;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /**
   * The user of a name and a password, for whom a session is to begin. Throws `not-authenticated`, alike and after the same time for who does not
   * exist, is disabled or has another password; `account-waiting` only with the right one; `second-factor-needed`, with a `loginToken` for `finish`, when a code
   * is missing; `too-many-attempts`, `busy`, `unavailable`.
   */
  async logIn({ name, password, code }: PasswordLogin, { address }: Client, began: SessionKind): Promise<User> {
    const isPossible = name !== '' && name.length <= MAX_NAME_LENGTH && isPossiblePassword(password);
    if (!isPossible) throw wrong();
    const user = await this.#checked(await this.#options.store.findUser(name), { name, password, address });
    if (user === undefined) throw wrong();
    if (user.isWaiting) throw new DomainError('account-waiting', 'an administrator has yet to approve this account');
    if (user.hasSecondFactor) {
      if (code === undefined) throw await this.#secondFactorNeeded(user);
      await this.#options.secondFactors.take(user, code, address);
    }
    this.#options.onLogin?.({ outcome: 'succeeded', userName: user.name, address, began });
    return user;
  }

  /** The user of a page whose login a password began, with the code that it wanted. Throws `not-authenticated`, `too-many-attempts`. */
  async finish(loginToken: string, code: string, { address }: Client): Promise<User> {
    const { userId, epoch } = await this.#options.tokens.verify(loginToken, 'second-factor');
    const user = await this.#options.store.getUser(userId);
    if (user?.isDisabled !== false || user.epoch !== epoch || !user.hasSecondFactor) throw notGood();
    await this.#options.secondFactors.take(user, code, address);
    this.#options.onLogin?.({ outcome: 'succeeded', userName: user.name, address, began: 'page' });
    return user;
  }

  /** The user as it is once the password was found right: a hash of an older kind is made anew, and raises the epoch. */
  async #checked(
    user: User | undefined,
    { name, password, address }: { name: string; password: string; address: string },
  ): Promise<User | undefined> {
    const { passwords, store } = this.#options;
    const login = { user, userName: name, password, remoteAddress: address };
    if (!(await passwords.isRight(login, false)) || user === undefined) return undefined;
    return needsRehash(user.passwordHash) ? store.getUser(user.id) : user;
  }

  async #secondFactorNeeded(user: User): Promise<DomainError> {
    const { tokens, clock } = this.#options;
    const claims = { userId: user.id, epoch: user.epoch, sessionId: '' };
    const loginToken = await tokens.sign('second-factor', claims, clock.nowMs() + LOGIN_TOKEN_MS);
    return new DomainError('second-factor-needed', 'a code of the second factor is needed, too', {
      members: { loginToken },
    });
  }

  /**
   * Makes sure that it is the user who asks, before what could shut them out. Gives the user as it is now. Throws `not-authenticated`,
   * `second-factor-needed` without a code, where `needsCode`.
   */
  async confirm(
    user: User,
    { password, code }: { password: string; code?: string | undefined },
    { address, needsCode }: { address: string; needsCode: boolean },
  ): Promise<User> {
    const current = await this.#checked(user, { name: user.name, password, address });
    if (current === undefined) throw new DomainError('not-authenticated', 'the password is wrong');
    if (!needsCode || !current.hasSecondFactor) return current;
    if (code === undefined) throw new DomainError('second-factor-needed', 'a code of the second factor is needed, too');
    await this.#options.secondFactors.take(current, code, address);
    return current;
  }

  /**
   * The user's own change: everything else that was signed in with the old one is signed out, but the session that asks.
   * Throws `bad-request` for a password that nobody should have, `precondition-failed`.
   */
  async changePassword(user: User, password: string, keptSessionId: string | undefined): Promise<User> {
    const { store, hasher } = this.#options;
    const passwordHash = await hasher.hash(password);
    const change = { userId: user.id, epoch: user.epoch, passwordHash, keptSessionId };
    const { epoch } = await store.run('changePassword', change);
    return { ...user, epoch, passwordHash };
  }

  /** Ends every session and token of the user; a cached password is checked again. */
  async logOutEverywhere(userId: number): Promise<void> {
    await this.#options.store.run('logOutEverywhere', { userId });
  }
}

function wrong(): DomainError {
  return new DomainError('not-authenticated', 'the user name or the password is wrong');
}
