/** Who acts. */

export const ROLES = ['normal', 'advanced', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The user on whose behalf something is done, as far as rights need it. */
export interface Actor {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  /** What is left of the user's rights when an app password acts for them; undefined: the user acts in person. */
  readonly narrowing?: Narrowing | undefined;
  /** An administrator whom the settings let into the homes of others. */
  readonly opensHomes?: boolean | undefined;
  /** How many bytes a second all connections of the user may carry each way; 0 or undefined: as many as they can. */
  readonly bandwidthBytesPerSecond?: number | undefined;
}

/** `upload-only`: what is there can be read, added to and written anew, but not deleted, moved or replaced. */
export const NARROW_ACCESSES = ['full', 'read-only', 'upload-only'] as const;
export type NarrowAccess = (typeof NARROW_ACCESSES)[number];

/** What an app password leaves of its user's rights. Even one that leaves all of them is no administrator. */
export interface Narrowing {
  readonly access: NarrowAccess;
  /** The collection that is all there is; undefined: whatever the user sees. */
  readonly rootId: number | undefined;
}

export interface User extends Actor {
  readonly id: number;
  /** argon2id in PHC form. Never leaves the server, never logged. */
  readonly passwordHash: string;
  /** Raised by every change that must end sessions and cached credentials: password, role, disabling. */
  readonly epoch: number;
  readonly isDisabled: boolean;
  readonly quotaBytes: number;
  /** Everything the user owns: files, versions and trash, by logical size. */
  readonly usedBytes: number;
  /** Promised to uploads that are under way. */
  readonly reservedBytes: number;
  readonly homeSpaceId: number | undefined;
  /** 0: none. */
  readonly bandwidthBytesPerSecond: number;
  readonly createdAtMs: number;
  /** The password alone lets nobody in: over WebDAV only app passwords do. */
  readonly hasSecondFactor: boolean;
  /** For an administrator to approve the account; disabled until then. */
  readonly isWaiting: boolean;
  /** To within some minutes; undefined for never. */
  readonly lastLoginAtMs: number | undefined;
}

/** The actor that a user is; `narrowing` when an app password acts for them. */
export function actorOf(user: User, narrowing?: Narrowing): Actor {
  const { bandwidthBytesPerSecond } = user;
  return {
    userId: user.id,
    name: user.name,
    role: user.role,
    ...(narrowing && { narrowing }),
    ...(bandwidthBytesPerSecond > 0 && { bandwidthBytesPerSecond }),
  };
}
