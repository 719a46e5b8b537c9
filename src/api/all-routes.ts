import type { Route } from './contract/route.ts';
import { appPasswordRoutes } from './v1/app-passwords.ts';
import { diskRoutes } from './v1/disks.ts';
import { jobRoutes } from './v1/jobs.ts';

/** Every operation of the API, in the order of the documentation. */
export const ROUTES: readonly Route[] = [...appPasswordRoutes, ...diskRoutes, ...jobRoutes];
