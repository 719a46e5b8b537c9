import type { Express } from 'express';
import { ROUTES } from '../api/all-routes.ts';
import { authorityFiles } from '../api/connect/authority-files.ts';
import type { Endpoint } from '../api/connect/places.ts';
import { connectRoutes } from '../api/connect/routes.ts';
import { apiRoutes, noSuchRoute } from '../api/contract/mount.ts';
import type { ApiServices } from '../api/contract/services.ts';
import { apiDocs } from '../api/docs/routes.ts';
import { joinRoutes } from '../api/join/routes.ts';
import { firstVisit } from '../api/page/first-visit.ts';
import { pageRoutes } from '../api/page/routes.ts';
import { setupRoutes } from '../api/setup/routes.ts';
import type { Config } from '../config/load.ts';
import { createSite } from '../http/site.ts';
import type { AuditLog } from '../observe/audit.ts';
import type { Log } from '../observe/log.ts';
import type { SignIn } from './sign-in.ts';
import type { ServedTls } from './tls/served-tls.ts';

interface Surroundings {
  readonly services: ApiServices;
  readonly signIn: SignIn;
  readonly tls: ServedTls;
  readonly listEndpoints: () => Endpoint[];
  readonly audit: AuditLog;
  readonly log: Log;
}

/** The API and the pages. */
export function siteOf({ publicUrl, api: { corsOrigins } }: Config, surroundings: Surroundings): Express {
  const { services, signIn, tls, listEndpoints, audit, log } = surroundings;
  const { core } = services;
  const { hasher } = signIn;
  const visit = firstVisit(services);
  const findAuthority = () => tls.authorityToTrust;
  const onDone = ({ name, address }: { name: string; address: string }): void => {
    audit.record({ action: 'first-administrator', user: name, address });
  };
  return createSite(
    [
      apiRoutes({ routes: ROUTES, services, publicUrl, corsOrigins, log }),
      apiDocs(ROUTES),
      pageRoutes({ core }),
      setupRoutes({ core, hasher, publicUrl, visit, onDone }),
      joinRoutes({ registrations: services.registrations, publicUrl, visit }),
      connectRoutes({ core, listEndpoints, findAuthority }),
      authorityFiles(findAuthority),
      noSuchRoute({ log }),
    ],
    log,
  );
}
