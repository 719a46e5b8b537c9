import type { Role, User } from '../actor.ts';
import type { Node, Space } from '../node.ts';

/** How accounts come to be by invitation, and how they end. */
export interface AccountOperations {
  createInvitation: { args: CreateInvitation; result: { invitationId: number } };
  /** `not-found` when there is none; not an error when it is revoked already. */
  revokeInvitation: { args: { invitationId: number; nowMs: number }; result: void };
  /** Notes a login unless one since `olderThanMs` is noted. Not an error when the user is gone. */
  noteLogin: { args: { userName: string; olderThanMs: number; nowMs: number }; result: void };
  /** Notes from where a user logged in; the oldest go that are more than `maxPerUser`. Not an error when the user is gone. */
  noteClient: { args: { userId: number; clientHash: string; maxPerUser: number; nowMs: number }; result: void };
  /**
   * Locks a user out for good, ends sessions, app passwords, locks, shares and uploads, and notes what becomes of the
   * files; what was noted before is forgotten. `not-found`; `refused` for the last administrator when
   * `keepsAdministrator`, for a user to whom somebody else's files are just handed over, and for a receiver who cannot
   * be one; `quota-exceeded` when it is all more than the receiver may own, unless `isForced`. It is reserved for them
   * until it is theirs, or the removal ends.
   */
  startRemoval: { args: StartRemoval; result: void };
  /** Forgets that a user is to go, who stays locked out. Not an error when nothing was noted. */
  stopRemoval: { args: { userId: number }; result: void };
  /**
   * Of a 'hand-over': makes all that is in the home a collection in the receiver's home, at once. The space of what is
   * in it follows by `adoptTree`. Nothing happens with an empty home. `not-found` without such a removal.
   */
  handOverHome: {
    args: { userId: number; folderName: string; nowMs: number };
    result: { jobId: number | undefined };
  };
  /**
   * Gives up to `limit` nodes, with their versions, from a user to the receiver, who pays for them from now on. `not-found` as above, `busy` while a copy of theirs is under way.
   */
  giveNodes: { args: RemovalStep; result: RemovalProgress };
  /** Of a 'delete': moves up to `limit` of what is right in the home to its trash. `not-found` without such a removal. */
  emptyHome: { args: RemovalStep; result: RemovalProgress };
  /**
   * Of a 'delete': removes up to `limit` of what a user owns for good, wherever it is: files, then collections that are
   * empty by then. Those that hold what others own become nobody's. `not-found` as above, `busy` as above.
   */
  purgeOwned: { args: RemovalStep; result: RemovalProgress };
}

export interface CreateInvitation {
  /** SHA-256 of the secret, in hex. */
  secretHash: string;
  role: Role;
  /** The default of the day on which it is used when undefined. */
  quotaBytes: number | undefined;
  note: string;
  maxUses: number;
  createdBy: number;
  expiresAtMs: number;
  nowMs: number;
}

/** `keep`: until a day, then `delete`; `hand-over`: to somebody else. */
export const REMOVAL_KINDS = ['keep', 'hand-over', 'delete'] as const;
export type RemovalKind = (typeof REMOVAL_KINDS)[number];

export interface StartRemoval {
  userId: number;
  files: RemovalKind;
  /** Of `hand-over`. */
  toUserId: number | undefined;
  /** Of `keep`. */
  dueAtMs: number | undefined;
  isForced: boolean;
  keepsAdministrator: boolean;
  nowMs: number;
}

export interface RemovalStep {
  userId: number;
  limit: number;
  nowMs: number;
}

export interface RemovalProgress {
  done: boolean;
  /** Nodes that this step was about. */
  count: number;
}

export interface Invitation {
  readonly id: number;
  readonly role: Role;
  readonly quotaBytes: number | undefined;
  readonly note: string;
  readonly maxUses: number;
  readonly uses: number;
  /** Who made it; undefined once they are gone, and for the machine's own administrator. */
  readonly createdByName: string | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | undefined;
  /** Whether who made it is still an administrator who can sign in; without that nobody comes in by it. */
  readonly isByAdministrator: boolean;
}

export interface Removal {
  readonly userId: number;
  readonly userName: string;
  readonly files: RemovalKind;
  readonly toUserId: number | undefined;
  readonly toUserName: string | undefined;
  readonly dueAtMs: number | undefined;
  readonly startedAtMs: number;
}

/** `waiting`: for approval; `leaving`: to be removed; `disabled`: neither, and locked out. */
export const USER_STATES = ['active', 'waiting', 'disabled', 'leaving'] as const;
export type UserState = (typeof USER_STATES)[number];

export interface UserQuery {
  /** The folded name of the last of the page before; '' for the first page. */
  readonly afterKey: string;
  readonly limit: number;
  /** Part of the name, folded; '' for all. */
  readonly part: string;
  readonly role: Role | undefined;
  readonly state: UserState | undefined;
}

/** A home as it stands among all of them. */
export interface HomeOf {
  readonly userName: string;
  readonly space: Space;
  readonly root: Node;
}

/** What is known of accounts besides the users themselves. */
export interface AccountReads {
  /** By name. */
  listUsers(query: UserQuery): Promise<User[]>;
  countWaiting(): Promise<number>;
  /** When it was noted last that the user logged in from there. */
  clientNotedAtMs(userId: number, clientHash: string): Promise<number | undefined>;
  /** The newest first. */
  listInvitations(page: { beforeId: number | undefined; limit: number }): Promise<Invitation[]>;
  /** By the hash of its secret, whether or not it is still good. */
  findInvitation(secretHash: string): Promise<Invitation | undefined>;
  /** The names of who came by each of the invitations and is still there. */
  listInvited(invitationIds: readonly number[]): Promise<{ invitationId: number; userName: string }[]>;
  listRemovals(): Promise<Removal[]>;
  getRemoval(userId: number): Promise<Removal | undefined>;
  /** The homes of all but `exceptUserId`, by the folded names of their users. */
  listHomes(page: { afterKey: string; exceptUserId: number; limit: number }): Promise<HomeOf[]>;
  /** What lies right in the trash of a space. */
  listTrashedIn(spaceId: number, limit: number): Promise<number[]>;
}
