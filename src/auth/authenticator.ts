import { parse } from 'basic-auth';
import { actorOf, type Actor } from '../core/actor.ts';
import { DomainError } from '../lib/errors.ts';
import { isAppPassword } from './app-password-form.ts';
import type { AppPasswords } from './app-passwords.ts';
import { CredentialCache } from './credential-cache.ts';
import { PasswordCheck, type Login, type PasswordCheckOptions } from './password-check.ts';
import { isPossiblePassword } from './password.ts';

export type { LoginEvent } from './password-check.ts';

interface Credentials {
  readonly userName: string;
  readonly password: string;
}

/** More than any user has; longer names are refused before anything is looked up. */
const MAX_NAME_LENGTH = 255;

export interface AuthenticatorOptions extends PasswordCheckOptions {
  readonly appPasswords: Pick<AppPasswords, 'basic'>;
}

/** Finds out who sends a request. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #passwords: PasswordCheck;
  readonly #cache: CredentialCache;
  /** Checks under way, so that the many first requests of one client cost one hash. */
  readonly #checks = new Map<string, Promise<boolean>>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#passwords = new PasswordCheck(options);
    this.#cache = new CredentialCache(options.clock);
  }

  /**
   * The user of a Basic `Authorization` header (RFC 7617). Whoever does not exist, is disabled or sends a wrong password
   * is refused alike: `not-authenticated`, after the same time. So is the password of an account with a second factor,
   * which Basic cannot ask for: its user has app passwords. Throws `too-many-attempts`, `busy`, `unavailable`.
   * Requests without credentials, and those known from the cache, never count as attempts.
   */
  async basic(authorizationHeader: string | undefined, remoteAddress: string): Promise<Actor> {
    const credentials = readBasic(authorizationHeader);
    if (!credentials) throw new DomainError('not-authenticated', 'a user name and password are needed');
    const { userName, password } = credentials;
    const { store, appPasswords } = this.#options;
    if (isAppPassword(password)) return appPasswords.basic(userName, password, remoteAddress);
    const found = await store.findUser(userName);
    const user = found?.hasSecondFactor === true ? undefined : found;
    const subject = user ?? { id: 0, epoch: 0 };
    const credential = user ? password : `${userName}:${password}`;
    const key = this.#cache.keyOf(subject, credential);
    const isRight = this.#cache.isFresh(key) || (await this.#check(key, { user, ...credentials, remoteAddress }));
    if (!user || !isRight || user.isDisabled) {
      throw new DomainError('not-authenticated', 'the user name or the password is wrong');
    }
    return actorOf(user);
  }

  async #check(key: string, login: Login): Promise<boolean> {
    const underWay = this.#checks.get(key);
    if (underWay) return underWay;
    const check = this.#verify(key, login);
    this.#checks.set(key, check);
    try {
      return await check;
    } finally {
      this.#checks.delete(key);
    }
  }

  async #verify(key: string, login: Login): Promise<boolean> {
    const isRight = await this.#passwords.isRight(login, this.#cache.wasProved(key));
    if (!isRight) return false;
    this.#options.onLogin?.({ outcome: 'succeeded', userName: login.userName, address: login.remoteAddress });
    this.#cache.add(key);
    return true;
  }
}

/** The name and password of a header; undefined for none and for what nobody can be. */
function readBasic(header: string | undefined): Credentials | undefined {
  const parsed = header === undefined ? undefined : parse(header);
  if (!parsed || parsed.name === '' || parsed.name.length > MAX_NAME_LENGTH) return undefined;
  if (!isPossiblePassword(parsed.pass)) return undefined;
  return { userName: parsed.name, password: parsed.pass };
}
