import type { Route } from '../../contract/route.ts';
import { archiveRoutes } from './archive.ts';
import { bulkRoutes } from './bulk.ts';
import { changeRoutes } from './change.ts';
import { contentRoutes } from './content.ts';
import { listRoutes } from './list.ts';
import { lockRoutes } from './locks.ts';
import { previewRoutes } from './preview.ts';

/** Files and folders. */
export const fileRoutes: readonly Route[] = [
  ...listRoutes,
  ...changeRoutes,
  ...contentRoutes,
  ...archiveRoutes,
  ...lockRoutes,
  ...previewRoutes,
  ...bulkRoutes,
];
