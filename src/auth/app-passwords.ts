import { actorOf, type Actor } from '../core/actor.ts';
import type { AppPassword, AppPasswordReads } from '../core/ports/app-password-operations.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { foldedName } from '../lib/node-path.ts';
import { appPasswordHash, isAppPassword } from './app-password-form.ts';
import type { Caller } from './caller.ts';
import { CredentialCache } from './credential-cache.ts';
import type { KnownClients } from './known-clients.ts';
import type { LoginEvent } from './password-check.ts';
import type { Throttle } from './throttle.ts';

/** How long the last use may be off, where it is from the same address and where it is not. */
const NOTE_EVERY_MS = 5 * 60_000;
const NOTE_ADDRESS_EVERY_MS = 60_000;

export interface AppPasswordsOptions {
  readonly store: Pick<MetadataStore, 'appPasswords' | 'run'>;
  readonly throttle: Throttle;
  readonly clients: Pick<KnownClients, 'note'>;
  readonly clock: Clock;
  /** Told of what failed and was blocked, and of each app password in use about every five minutes. */
  readonly onLogin?: (event: LoginEvent) => void;
  /** Told when a last use could not be noted. */
  readonly onFailure: (error: unknown) => void;
}

interface Presented {
  readonly password: string;
  /** Undefined where an app password comes without one. */
  readonly userName: string | undefined;
  readonly address: string;
}

/**
 * Knows actors by their app passwords: one read by the hash, no slow hash, nothing kept that a revocation would have to
 * reach. Failures count as those of account passwords do; one that is good is never held back, for nobody guesses 140
 * bits.
 */
export class AppPasswords {
  readonly #options: AppPasswordsOptions;
  /** Only to tell a login from a request. */
  readonly #proved: CredentialCache;
  /** Those that are looked up just now: what comes with one at the same time is the same attempt. */
  readonly #trying = new Set<string>();
  readonly #noting = new Set<number>();

  constructor(options: AppPasswordsOptions) {
    this.#options = options;
    this.#proved = new CredentialCache(options.clock);
  }

  /**
   * The actor of an app password in HTTP Basic. Throws `not-authenticated`, for a wrong, revoked or expired one and for a
   * user who is disabled or another one, `too-many-attempts` in its place after many such, `unavailable`.
   */
  async basic(userName: string, password: string, address: string): Promise<Actor> {
    const { actor } = await this.#check({ userName, password, address });
    return actor;
  }

  /** The caller of an app password sent as Bearer. One for WebDAV only is refused, too, and told why. Throws as `basic`. */
  async identify(password: string, address: string): Promise<Caller> {
    const { actor, appPassword } = await this.#check({ userName: undefined, password, address });
    if (appPassword.isDavOnly) throw new DomainError('not-authenticated', 'this app password is for WebDAV only');
    return { actor, by: 'app-password' };
  }

  /** Whether a password looks like one, whosever. */
  isOne(password: string): boolean {
    return isAppPassword(password);
  }

  async #check(presented: Presented): Promise<Known & { actor: Actor }> {
    const { password, userName, address } = presented;
    const secretHash = appPasswordHash(password) ?? '';
    const { known, isAlone } = await this.#find(secretHash);
    if (!known || !this.#isGood(known, userName)) {
      if (isAlone) this.#countFailure(presented);
      this.#options.onLogin?.({ outcome: 'failed', userName: userName ?? known?.user.name ?? '', address });
      throw new DomainError('not-authenticated', 'the user name or the password is wrong');
    }
    const { user, appPassword } = known;
    const key = this.#proved.keyOf({ id: 0, epoch: 0 }, secretHash);
    if (!this.#proved.isFresh(key)) {
      this.#proved.add(key);
      this.#options.onLogin?.({ outcome: 'succeeded', userName: user.name, appPassword: appPassword.name, address });
      await this.#options.clients.note(user.id, address);
    }
    this.#noteUse(appPassword, address);
    const { access, rootId } = appPassword;
    return { ...known, actor: actorOf(user, { access, rootId }) };
  }

  /** Each request reads for itself: one that was revoked meanwhile is refused. */
  async #find(secretHash: string): Promise<{ known: Known | undefined; isAlone: boolean }> {
    const isAlone = !this.#trying.has(secretHash);
    this.#trying.add(secretHash);
    try {
      return { known: await this.#options.store.appPasswords.find(secretHash), isAlone };
    } finally {
      if (isAlone) this.#trying.delete(secretHash);
    }
  }

  #isGood({ appPassword, user }: Known, userName: string | undefined): boolean {
    const { expiresAtMs = Infinity } = appPassword;
    const isTheirs = userName === undefined || foldedName(userName) === foldedName(user.name);
    return isTheirs && !user.isDisabled && this.#options.clock.nowMs() < expiresAtMs;
  }

  #countFailure({ userName, address }: Presented): void {
    // Without a name only the address can be held responsible, so that nobody shuts others out.
    const name = userName ?? `app password from ${address}`;
    try {
      this.#options.throttle.begin(address, name);
    } catch (error) {
      this.#options.onLogin?.({ outcome: 'blocked', userName: userName ?? '', address });
      throw error;
    }
  }

  /** In the background, and seldom: a request never waits for it. */
  #noteUse({ id, usedAtMs = -Infinity, usedAddress }: AppPassword, address: string): void {
    const { store, clock, onFailure } = this.#options;
    const nowMs = clock.nowMs();
    const everyMs = usedAddress === address ? NOTE_EVERY_MS : NOTE_ADDRESS_EVERY_MS;
    if (Math.abs(nowMs - usedAtMs) < everyMs || this.#noting.has(id)) return;
    this.#noting.add(id);
    store
      .run('noteAppPasswordUse', { appPasswordId: id, address: address.slice(0, 64), nowMs })
      .catch(onFailure)
      .finally(() => this.#noting.delete(id));
  }
}

type Known = NonNullable<Awaited<ReturnType<AppPasswordReads['find']>>>;
