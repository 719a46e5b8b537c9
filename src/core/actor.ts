/** Who acts. */

export const ROLES = ['normal', 'advanced', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The user on whose behalf something is done, as far as rights need it. */
export interface Actor {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
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
  readonly createdAtMs: number;
}
