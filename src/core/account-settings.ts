import type { Role } from './actor.ts';

/**
 * How people come to have an account. `closed`: administrators make them; `invitation`: by a link of an administrator;
 * `approval`: whoever asks, once an administrator has said yes; `open`: whoever asks. Invitations hold in the last two
 * as well.
 */
export const REGISTRATION_MODES = ['closed', 'invitation', 'approval', 'open'] as const;
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];

/** What new accounts may be given unasked: an administrator is never made so. */
export const NEW_ROLES = ['normal', 'advanced'] as const satisfies readonly Role[];
export type NewRole = (typeof NEW_ROLES)[number];

export const PROFILES = ['family', 'classroom', 'open'] as const;
export type Profile = (typeof PROFILES)[number];

export interface AccountSettings {
  readonly registration: RegistrationMode;
  /** Of accounts for which nobody says another. */
  readonly newRole: NewRole;
  /** Whether administrators see, and change, what is in the homes of others. */
  readonly adminsOpenHomes: boolean;
}

/** What holds where nothing else is said. */
export const OF_PROFILE: Readonly<Record<Profile, AccountSettings>> = {
  family: { registration: 'closed', newRole: 'advanced', adminsOpenHomes: false },
  classroom: { registration: 'invitation', newRole: 'normal', adminsOpenHomes: true },
  open: { registration: 'open', newRole: 'advanced', adminsOpenHomes: false },
};
