import type { Endpoint } from '../api/connect/places.ts';
import type { UserServices } from '../api/contract/user-services.ts';
import type { PasswordHasher } from '../auth/password.ts';
import { Registrations, type RegistrationEvent } from '../auth/registrations.ts';
import type { Core } from '../core/core.ts';
import type { AuditLog } from '../observe/audit.ts';
import { linkOrigin } from './addresses.ts';
import type { LiveSettings } from './live-settings.ts';

interface UserSurroundings {
  readonly core: Core;
  readonly settings: LiveSettings;
  readonly hasher: PasswordHasher;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly listEndpoints: () => Endpoint[];
}

const ACTIONS = {
  registered: 'user-registered',
  waiting: 'registration-asked',
  refused: 'registration-refused',
} as const;

/** How accounts come to be, ready to be used by the API. */
export function userServices({ core, settings, hasher, audit, listEndpoints }: UserSurroundings): UserServices {
  const onEvent = ({ outcome, userName: user, address, invitationId }: RegistrationEvent): void => {
    const value = invitationId === undefined ? undefined : `invitation ${invitationId}`;
    audit.record({ action: ACTIONS[outcome], user, address, value });
  };
  return {
    registrations: new Registrations({ core, hasher, onEvent }),
    settings,
    hasher,
    linkOrigin: () => linkOrigin(listEndpoints()) ?? 'http://localhost',
  };
}
