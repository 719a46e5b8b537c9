import type { PasswordHasher } from '../../auth/password.ts';
import type { Registrations } from '../../auth/registrations.ts';
import type { Settings } from './live-settings.ts';

/** What is done to accounts by others than their users, and worth remembering. */
export type UserAction =
  | 'user-added'
  | 'user-approved'
  | 'user-declined'
  | 'user-renamed'
  | 'password-changed'
  | 'role-changed'
  | 'quota-changed'
  | 'bandwidth-changed'
  | 'user-disabled'
  | 'user-enabled'
  | 'user-leaving'
  | 'user-removed'
  | 'removal-called-off'
  | 'invitation-made'
  | 'invitation-revoked'
  | 'setting-changed';

/** How accounts come to be, and what holds for all of them. */
export interface UserServices {
  readonly registrations: Registrations;
  readonly settings: Settings;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  /** Where people reach the server, by its configuration: for links that are sent to others. */
  linkOrigin(): string;
}
