import type { User } from '../core/actor.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { SessionKind } from '../core/ports/session-operations.ts';
import type { Clock } from '../lib/clock.ts';
import { isDomainError } from '../lib/errors.ts';
import type { KnownClients } from './known-clients.ts';
import { needsRehash, type PasswordHasher } from './password.ts';
import type { Attempt, Throttle } from './throttle.ts';

export interface LoginEvent {
  readonly outcome: 'succeeded' | 'failed' | 'blocked';
  /** As the client wrote it; may be nobody. */
  readonly userName: string;
  readonly address: string;
  /** The name of the app password that was used. */
  readonly appPassword?: string;
  /** What began with it; WebDAV begins nothing. */
  readonly began?: SessionKind;
}

export interface PasswordCheckOptions {
  readonly store: Pick<MetadataStore, 'findUser' | 'run'>;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
  readonly clients: Pick<KnownClients, 'has' | 'note'>;
  readonly clock: Clock;
  /** Told of each credential that was checked against a password; not of those known from the cache. */
  readonly onLogin?: (event: LoginEvent) => void;
}

/** What somebody says, and whom it names. */
export interface Login {
  readonly user: User | undefined;
  readonly userName: string;
  readonly password: string;
  readonly remoteAddress: string;
}

/** The one gate for passwords of every edge: throttled, and after the same time for everybody. */
export class PasswordCheck {
  readonly #options: PasswordCheckOptions;

  constructor(options: PasswordCheckOptions) {
    this.#options = options;
  }

  /**
   * Whether the password is right; never for whoever does not exist or is disabled, but for one who waits for approval. One that was right before is no
   * guess, whatever others tried meanwhile: with `wasProved` it counts as no attempt. Tells of what failed or was
   * blocked; that a login succeeded is for the caller to tell. Throws `too-many-attempts`, `busy`, `unavailable`.
   */
  async isRight({ user, userName, password, remoteAddress }: Login, wasProved: boolean): Promise<boolean> {
    const { hasher, clients, onLogin } = this.#options;
    const event = { userName, address: remoteAddress };
    const attempt = wasProved ? undefined : await this.#begin(event, user);
    let isRight: boolean;
    try {
      // A disabled user is checked like one that does not exist; one who waits for approval is told so, if it is they.
      const hash = user?.isDisabled === false || user?.isWaiting === true ? user.passwordHash : undefined;
      isRight = await hasher.verify(hash, password);
    } catch (error) {
      attempt?.withdrawn();
      throw error;
    }
    if (!isRight || !user) {
      onLogin?.({ outcome: 'failed', ...event });
      return false;
    }
    attempt?.withdrawn();
    await clients.note(user.id, remoteAddress);
    await this.#modernise(user, password);
    return true;
  }

  async #begin(event: Omit<LoginEvent, 'outcome'>, user: User | undefined): Promise<Attempt> {
    const isKnown = await this.#options.clients.has(user?.id, event.address);
    try {
      return this.#options.throttle.begin(event.address, event.userName, { isKnown });
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
