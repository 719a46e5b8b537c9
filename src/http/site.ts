import express, { type Express, type Router } from 'express';
import type { Log } from '../observe/log.ts';
import { ICON_PATH, STYLE_PATH } from './html.ts';
import { ICON } from './icon.ts';
import { failures, notFound } from './middleware/failures.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { PLAIN_STYLE } from './plain-style.ts';

/** The Express application around the routes of the edges that are made of pages. */
export function createSite(routers: readonly Router[], log: Log): Express {
  const site = express();
  site.disable('x-powered-by');
  site.enable('strict routing');
  site.enable('case sensitive routing');
  site.set('query parser', 'simple');
  site.use(securityHeaders);
  site.get(STYLE_PATH, (_request, response) => {
    response.set('Cache-Control', 'max-age=3600').type('css').send(PLAIN_STYLE);
  });
  site.get(ICON_PATH, (_request, response) => {
    response.set('Cache-Control', 'max-age=3600').type('svg').send(ICON);
  });
  for (const router of routers) site.use(router);
  site.use(notFound);
  site.use(failures(log));
  return site;
}
