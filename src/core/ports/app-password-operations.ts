import type { NarrowAccess, User } from '../actor.ts';

/** A password that a user made for one program or device. The password itself is nowhere, only its SHA-256. */
export interface AppPassword {
  readonly id: number;
  readonly userId: number;
  /** What its user calls it. */
  readonly name: string;
  readonly access: NarrowAccess;
  /** The collection that is all it opens; undefined: whatever its user sees. */
  readonly rootId: number | undefined;
  /** Good for WebDAV, not for the API. */
  readonly isDavOnly: boolean;
  readonly createdAtMs: number;
  /** Undefined: never; and as of the last note, which is not made for every request. */
  readonly usedAtMs: number | undefined;
  /** '' before the first use. */
  readonly usedAddress: string;
  /** From then on it is no good; undefined: never. */
  readonly expiresAtMs: number | undefined;
}

export interface AppPasswordReads {
  /** One app password and its user, disabled or expired as they may be, in one query. */
  find(secretHash: string): Promise<{ appPassword: AppPassword; user: User } | undefined>;
  /** A user's, the oldest first. */
  list(userId: number): Promise<AppPassword[]>;
}

export interface AppPasswordOperations {
  /** `refused` past `maxPerUser`, `not-found` without the user. */
  createAppPassword: { args: CreateAppPassword; result: { appPasswordId: number } };
  /** `not-found` when the user has no such (any more). */
  deleteAppPassword: { args: { userId: number; appPasswordId: number }; result: void };
  /** Notes that one is in use. Not an error when it is gone. */
  noteAppPasswordUse: { args: { appPasswordId: number; address: string; nowMs: number }; result: void };
}

export interface CreateAppPassword {
  userId: number;
  name: string;
  secretHash: string;
  access: NarrowAccess;
  rootId: number | undefined;
  isDavOnly: boolean;
  expiresAtMs: number | undefined;
  maxPerUser: number;
  nowMs: number;
}
