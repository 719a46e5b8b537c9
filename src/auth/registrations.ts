import type { RegistrationMode } from '../core/account-settings.ts';
import type { Role } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import { findInvitation } from '../core/invitations.ts';
import type { Invitation } from '../core/ports/account-operations.ts';
import { assertUserName, createUser } from '../core/users.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import type { CountedAttempt } from './attempt-table.ts';
import { NetworkLimit } from './network-limit.ts';
import { assertNewPassword, type PasswordHasher } from './password.ts';

/**
 * Of one network. Whoever comes with a good invitation does not count, a whole class may do so at once, but for names
 * that are taken: nobody is to find out with it who is here.
 */
const PER_NETWORK = { most: 30, windowMs: 600_000 };
/** More requests than anybody looks through. */
const MAX_WAITING = 500;
/** Written where a name is taken, so that it takes as long as where it is not. */
const REFUSED_SETTING = 'registration-refused-at';

export interface RegistrationsOptions {
  readonly core: Core;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly onEvent: (event: RegistrationEvent) => void;
}

/** `refused`: somebody asked for a name that is taken, and was not told so. */
export interface RegistrationEvent {
  readonly outcome: 'registered' | 'waiting' | 'refused';
  readonly userName: string;
  readonly address: string;
  readonly invitationId: number | undefined;
}

export interface RegistrationRequest {
  readonly name: string;
  readonly password: string;
  /** The secret of an invitation. */
  readonly invitation: string | undefined;
  readonly address: string;
}

export interface Registered {
  readonly name: string;
  readonly role: Role;
  /** Whether an administrator has to approve the account first. */
  readonly isWaiting: boolean;
}

interface Admitted {
  readonly invitation: Invitation | undefined;
  readonly counted: CountedAttempt | undefined;
}

/** How strangers come to have an account, where and as far as the settings let them. */
export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #byNetwork: NetworkLimit;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
    this.#byNetwork = new NetworkLimit(options.core.clock, PER_NETWORK, 'registrations');
  }

  /** Before there is an administrator nobody registers: the first one comes by the link on the console. */
  async mode(): Promise<RegistrationMode> {
    const { store, settings } = this.#options.core;
    return (await store.hasUsers()) ? settings.accounts.registration : 'closed';
  }

  /** The invitation of a secret. Throws `not-found` for one that is not good, `too-many-attempts`. */
  async invitation(secret: string, address: string): Promise<Invitation> {
    this.#byNetwork.assertFew(address);
    try {
      return await this.#good(secret);
    } catch (error) {
      // Nobody guesses one; but a whole class may come with one that is good, all at once.
      if (isDomainError(error, 'not-found')) this.#byNetwork.count(address);
      throw error;
    }
  }

  /**
   * Makes an account, or a request for one. Throws `registration-closed`, `not-found` for an invitation that is not good
   * (any more), `bad-name`, `bad-request` for a password that nobody should have, `already-exists`,
   * `too-many-attempts`, `busy`. Where accounts wait for approval a name that is taken is answered like any other.
   */
  async register(request: RegistrationRequest): Promise<Registered> {
    const { core, hasher } = this.#options;
    const { name, password, address } = request;
    const mode = await this.mode();
    assertLetsIn(mode, request.invitation !== undefined);
    const { invitation, counted } = await this.#admit(request);
    try {
      assertUserName(name);
      assertNewPassword(password);
      const isWaiting = mode === 'approval' && !invitation;
      if (isWaiting) await this.#assertFewWait();
      const passwordHash = await hasher.hash(password);
      const role = invitation?.role ?? core.settings.accounts.newRole;
      const user = { name, passwordHash, role, quotaBytes: invitation?.quotaBytes, isWaiting };
      await this.#create({ ...user, invitationId: invitation?.id }, address);
      return { name, role, isWaiting };
    } catch (error) {
      if (counted && isDomainError(error, 'busy', 'unavailable')) this.#byNetwork.remove(counted);
      throw error;
    }
  }

  async #admit({ invitation, address }: RegistrationRequest): Promise<Admitted> {
    if (invitation === undefined) return { invitation, counted: this.#byNetwork.count(address) };
    return { invitation: await this.invitation(invitation, address), counted: undefined };
  }

  async #create(user: Parameters<typeof createUser>[1] & { isWaiting: boolean }, address: string): Promise<void> {
    const { core, onEvent } = this.#options;
    const { name: userName, isWaiting, invitationId } = user;
    const event = { userName, address, invitationId };
    try {
      await createUser(core, user);
      onEvent({ outcome: isWaiting ? 'waiting' : 'registered', ...event });
    } catch (error) {
      const isTaken = isDomainError(error, 'already-exists');
      if (isTaken && invitationId !== undefined) this.#byNetwork.count(address);
      if (!isWaiting || !isTaken) throw error;
      await core.store.run('setSetting', { key: REFUSED_SETTING, value: String(core.clock.nowMs()) });
      onEvent({ outcome: 'refused', ...event });
    }
  }

  async #good(secret: string): Promise<Invitation> {
    if ((await this.mode()) !== 'closed') return findInvitation(this.#options.core, secret);
    throw new DomainError('not-found', 'this invitation is not good, or not any more; ask for another');
  }

  async #assertFewWait(): Promise<void> {
    if ((await this.#options.core.store.accounts.countWaiting()) < MAX_WAITING) return;
    throw new DomainError('registration-closed', 'too many wait for approval already; try again another day');
  }
}

function assertLetsIn(mode: RegistrationMode, hasInvitation: boolean): void {
  if (mode === 'closed') throw new DomainError('registration-closed', 'nobody can register here; ask for an account');
  if (mode === 'invitation' && !hasInvitation) {
    throw new DomainError('registration-closed', 'one registers here by invitation only');
  }
}
