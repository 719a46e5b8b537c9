import type { Route } from './contract/route.ts';
import { familiarFileRoutes } from './familiar/files.ts';
import { loginRoutes } from './familiar/login.ts';
import { registerRoutes } from './familiar/register.ts';
import { accountRoutes } from './v1/account.ts';
import { appPasswordRoutes } from './v1/app-passwords.ts';
import { auditRoutes } from './v1/audit.ts';
import { activityRoutes } from './v1/changes/activity.ts';
import { eventRoutes } from './v1/changes/events.ts';
import { diskRoutes } from './v1/disks.ts';
import { fileRoutes } from './v1/files/routes.ts';
import { invitationRoutes } from './v1/invitations.ts';
import { jobRoutes } from './v1/jobs.ts';
import { registrationRoutes } from './v1/registration.ts';
import { positionRoutes } from './v1/positions.ts';
import { recentRoutes } from './v1/recent.ts';
import { searchRoutes } from './v1/search.ts';
import { policyRoutes } from './v1/policies.ts';
import { secondFactorRoutes } from './v1/second-factor.ts';
import { serverRoutes } from './v1/server.ts';
import { sessionRoutes } from './v1/session.ts';
import { sessionListRoutes } from './v1/sessions.ts';
import { settingRoutes } from './v1/settings.ts';
import { televisionRoutes } from './v1/television.ts';
import { uploadRoutes } from './v1/uploads/routes.ts';
import { userRemovalRoutes } from './v1/user-removal.ts';
import { userRoutes } from './v1/users.ts';
import { trashRoutes } from './v1/trash.ts';
import { versionRoutes } from './v1/versions.ts';

/** Every operation of the API, in the order of the documentation. */
export const ROUTES: readonly Route[] = [
  ...fileRoutes,
  ...policyRoutes,
  ...recentRoutes,
  ...positionRoutes,
  ...trashRoutes,
  ...versionRoutes,
  ...searchRoutes,
  ...eventRoutes,
  ...activityRoutes,
  ...uploadRoutes,
  ...sessionRoutes,
  ...sessionListRoutes,
  ...accountRoutes,
  ...secondFactorRoutes,
  ...loginRoutes,
  ...familiarFileRoutes,
  ...appPasswordRoutes,
  ...registrationRoutes,
  ...registerRoutes,
  ...invitationRoutes,
  ...userRoutes,
  ...userRemovalRoutes,
  ...settingRoutes,
  ...serverRoutes,
  ...diskRoutes,
  ...televisionRoutes,
  ...jobRoutes,
  ...auditRoutes,
];
