import { DomainError } from '../lib/errors.ts';
import { assertName } from '../lib/node-path.ts';
import type { Role, User } from './actor.ts';
import type { Core } from './core.ts';
import { hasHome } from './permissions.ts';
import type { Removal, UserState } from './ports/account-operations.ts';
import { HOME_AREAS } from './spaces.ts';

const USERS_PAGE = 500;
const LEAST_BANDWIDTH = 10_000;

export interface NewUser {
  readonly name: string;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  readonly role: Role;
  /** The default quota when undefined. */
  readonly quotaBytes: number | undefined;
  readonly isWaiting?: boolean;
  readonly invitationId?: number | undefined;
}

/** Throws `bad-name`, `already-exists` (names are compared without case). */
export async function createUser(core: Core, user: NewUser): Promise<{ userId: number }> {
  return insertUser(core, user, false);
}

/** Makes the first administrator. Throws `refused` once there is any user. */
export async function createFirstAdministrator(
  core: Core,
  user: Pick<NewUser, 'name' | 'passwordHash'>,
): Promise<{ userId: number }> {
  return insertUser(core, { ...user, role: 'admin', quotaBytes: undefined }, true);
}

async function insertUser(core: Core, user: NewUser, onlyIfFirst: boolean): Promise<{ userId: number }> {
  assertUserName(user.name);
  return core.store.run('createUser', {
    name: user.name,
    passwordHash: user.passwordHash,
    role: user.role,
    quotaBytes: user.quotaBytes ?? core.settings.defaultQuotaBytes,
    homeAreas: user.isWaiting === true ? undefined : homeAreas(user.role),
    isWaiting: user.isWaiting,
    invitationId: user.invitationId,
    onlyIfFirst,
    nowMs: core.clock.nowMs(),
  });
}

/** A colon ends the name in HTTP Basic (RFC 7617 §2). */
export function assertUserName(name: string): void {
  assertName(name);
  if (name.includes(':')) throw new DomainError('bad-name', 'a user name may not hold ":"');
  if (name !== name.trim() || name.length > 64) {
    throw new DomainError('bad-name', 'a user name has at most 64 characters and no space at its ends');
  }
}

function homeAreas(role: Role): typeof HOME_AREAS | undefined {
  return hasHome({ role }) ? HOME_AREAS : undefined;
}

export interface UserChanges {
  readonly name?: string;
  /** Refuse what would leave nobody to administrate the server. */
  readonly keepsAdministrator?: boolean;
  readonly passwordHash?: string;
  readonly role?: Role;
  readonly quotaBytes?: number;
  /** 0: as much as the connection carries. */
  readonly bandwidthBytesPerSecond?: number;
  readonly isDisabled?: boolean;
}

/**
 * Changes a user; what concerns rights holds from the next request on. To enable one who waits is to approve them.
 * Throws `not-found`, `bad-name`, `already-exists`, `bad-request`, and `refused` for the last administrator.
 */
export async function updateUser(core: Core, name: string, changes: UserChanges): Promise<void> {
  const user = await requireUser(core, name);
  assertBandwidth(changes.bandwidthBytesPerSecond);
  if (changes.name !== undefined) assertUserName(changes.name);
  const isLetIn = user.isWaiting && changes.isDisabled === false;
  // Whoever waits has no home yet, whatever the role.
  const role = user.isWaiting && !isLetIn ? undefined : (changes.role ?? (isLetIn ? user.role : undefined));
  await core.store.run('updateUser', {
    userId: user.id,
    ...changes,
    ...(role && { homeAreas: homeAreas(role) }),
    nowMs: core.clock.nowMs(),
  });
}

/** Below the least, a client would wait longer for a piece than it has patience. */
function assertBandwidth(bytesPerSecond = 0): void {
  if (bytesPerSecond === 0 || bytesPerSecond >= LEAST_BANDWIDTH) return;
  throw new DomainError('bad-request', `a limit must leave at least ${LEAST_BANDWIDTH} bytes a second; 0 is none`);
}

/** Throws `not-found`, `refused` while the user owns files, and for the last administrator. */
export async function removeUser(
  core: Core,
  name: string,
  { keepsAdministrator = false }: { keepsAdministrator?: boolean } = {},
): Promise<void> {
  const user = await requireUser(core, name);
  await core.store.run('removeUser', { userId: user.id, keepsAdministrator, nowMs: core.clock.nowMs() });
}

/** How it stands with an account, and what becomes of the files of one who is to go. */
export interface Standing {
  readonly user: User;
  readonly state: UserState;
  readonly removal: Removal | undefined;
}

/** Of one that is not disabled nothing is looked up. */
export async function standingOf(core: Core, user: User): Promise<Standing> {
  return standing(user, user.isDisabled ? await core.store.accounts.getRemoval(user.id) : undefined);
}

/** The same of several, in their order, at once. */
export async function standingsOf(core: Core, users: readonly User[]): Promise<Standing[]> {
  const isAnyOut = users.some(({ isDisabled }) => isDisabled);
  const removals = isAnyOut ? await core.store.accounts.listRemovals() : [];
  const byUser = new Map(removals.map((removal) => [removal.userId, removal]));
  return users.map((user) => standing(user, byUser.get(user.id)));
}

function standing(user: User, removal: Removal | undefined): Standing {
  return { user, state: removal ? 'leaving' : stateOf(user), removal };
}

function stateOf({ isWaiting, isDisabled }: User): UserState {
  if (isWaiting) return 'waiting';
  return isDisabled ? 'disabled' : 'active';
}

/** Throws `not-found`. */
export async function requireUser(core: Core, name: string): Promise<User> {
  const user = await core.store.findUser(name);
  if (!user) throw new DomainError('not-found', `there is no user "${name}"`);
  return user;
}

/** Pages of all users, by age. */
export async function* listUsers(core: Core): AsyncGenerator<User[]> {
  let after: number | undefined;
  for (;;) {
    const page = await core.store.listUsers({ ...(after !== undefined && { after }), limit: USERS_PAGE });
    if (page.length > 0) yield page;
    after = page.at(-1)?.id;
    if (page.length < USERS_PAGE) return;
  }
}
