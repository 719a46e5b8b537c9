import { parse } from 'basic-auth';
import type { Actor, User } from '../core/actor.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import { CredentialCache } from './credential-cache.ts';
import { isPossiblePassword, needsRehash, type PasswordHasher } from './password.ts';
import type { Throttle } from './throttle.ts';

export interface AuthenticatorOptions {
  readonly store: Pick<MetadataStore, 'findUser' | 'run'>;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
  readonly clock: Clock;
  /** Told of each credential that was checked against a password; not of those known from the cache. */
  readonly onLogin?: (event: LoginEvent) => void;
}

export interface LoginEvent {
  readonly outcome: 'succeeded' | 'failed' | 'blocked';
  /** As the client wrote it; may be nobody. */
  readonly userName: string;
  readonly address: string;
}

interface Credentials {
  readonly userName: string;
  readonly password: string;
}

/** More than any user has; longer names are refused before anything is looked up. */
const MAX_NAME_LENGTH = 255;

/** Finds out who sends a request. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #cache: CredentialCache;
  /** Checks under way, so that the many first requests of one client cost one hash. */
  readonly #checks = new Map<string, Promise<boolean>>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#cache = new CredentialCache(options.clock);
  }

  /**
   * The user of a Basic `Authorization` header (RFC 7617). Whoever does not exist, is disabled or sends a wrong password
   * is refused alike: `not-authenticated`, after the same time. Throws `too-many-attempts`, `busy`, `unavailable`.
   * Requests without credentials, and those known from the cache, never count as attempts.
   */
  async basic(authorizationHeader: string | undefined, remoteAddress: string): Promise<Actor> {
    const credentials = readBasic(authorizationHeader);
    if (!credentials) throw new DomainError('not-authenticated', 'a user name and password are needed');
    const user = await this.#options.store.findUser(credentials.userName);
    const subject = user ?? { id: 0, epoch: 0 };
    const credential = user ? credentials.password : `${credentials.userName}:${credentials.password}`;
    const key = this.#cache.keyOf(subject, credential);
    const isRight = this.#cache.isFresh(key) || (await this.#check(key, { user, credentials, remoteAddress }));
    if (!user || !isRight || user.isDisabled) {
      throw new DomainError('not-authenticated', 'the user name or the password is wrong');
    }
    return { userId: user.id, name: user.name, role: user.role };
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

  async #verify(key: string, { user, credentials, remoteAddress }: Login): Promise<boolean> {
    const { hasher, onLogin } = this.#options;
    const event = { userName: credentials.userName, address: remoteAddress };
    const attempt = this.#begin(key, event);
    let isRight: boolean;
    try {
      // A disabled user is checked like one that does not exist.
      const hash = user?.isDisabled === false ? user.passwordHash : undefined;
      isRight = await hasher.verify(hash, credentials.password);
    } catch (error) {
      attempt?.withdrawn();
      throw error;
    }
    onLogin?.({ outcome: isRight ? 'succeeded' : 'failed', ...event });
    if (!isRight || !user) return false;
    attempt?.succeeded();
    this.#cache.add(key);
    await this.#modernise(user, credentials.password);
    return true;
  }

  /** A credential that was right before is no guess, whatever others tried meanwhile. */
  #begin(key: string, event: Omit<LoginEvent, 'outcome'>) {
    if (this.#cache.wasProved(key)) return undefined;
    try {
      return this.#options.throttle.begin(event.address, event.userName);
    } catch (error) {
      this.#options.onLogin?.({ outcome: 'blocked', ...event });
      throw error;
    }
  }

  /**
   * Stores the password anew when its hash is of an older kind, unless it was changed since it was checked. When there
   * is no time for it now, the next login does it.
   */
  async #modernise(user: User, password: string): Promise<void> {
    if (!needsRehash(user.passwordHash)) return;
    const { store, hasher, clock } = this.#options;
    try {
      const passwordHash = await hasher.rehash(password);
      const current = await store.findUser(user.name);
      if (current?.id !== user.id || current.epoch !== user.epoch) return;
      await store.run('updateUser', { userId: user.id, passwordHash, nowMs: clock.nowMs() });
    } catch (error) {
      if (!isDomainError(error, 'busy', 'unavailable')) throw error;
    }
  }
}

interface Login {
  readonly user: User | undefined;
  readonly credentials: Credentials;
  readonly remoteAddress: string;
}

/** The name and password of a header; undefined for none and for what nobody can be. */
function readBasic(header: string | undefined): Credentials | undefined {
  const parsed = header === undefined ? undefined : parse(header);
  if (!parsed || parsed.name === '' || parsed.name.length > MAX_NAME_LENGTH) return undefined;
  if (!isPossiblePassword(parsed.pass)) return undefined;
  return { userName: parsed.name, password: parsed.pass };
}
