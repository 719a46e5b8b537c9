import { Router, type Request, type Response } from 'express';
import type { Core } from '../../core/core.ts';
import { answerPage } from '../../http/middleware/failures.ts';
import { allowOwnScripts } from '../../http/middleware/security-headers.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { Authority } from './authority.ts';
import { connectPage } from './page.ts';
import { PageFiles } from './page-files.ts';
import { placesFor, type Endpoint, type Places } from './places.ts';
import { SYSTEM_HEADERS, systemOf } from './visitor.ts';
import { windowsScript } from './windows-script.ts';

export interface ConnectOptions {
  readonly core: Pick<Core, 'store'>;
  /** Every address of the server as it is now, the best first. */
  readonly listEndpoints: () => readonly Endpoint[];
  /** The server's own authority, where there is one. */
  readonly findAuthority: () => Authority | undefined;
}

/** The page that says how to connect, and what belongs to it. It names addresses, and nothing of users or files. */
export function connectRoutes(options: ConnectOptions): Router {
  const routes = Router({ strict: true, caseSensitive: true });
  const files = new PageFiles();
  routes.get('/connect', async (request, response) => {
    allowOwnScripts(response);
    const authority = options.findAuthority();
    const hasUsers = await mayHaveUsers(options);
    const places = placesOf(request, options);
    response
      .set('Vary', SYSTEM_HEADERS)
      .type('html')
      .send(connectPage({ places, system: systemOf(request.headers), authority, hasUsers, files }));
  });
  routes.get('/connect/', (_request, response) => response.redirect(301, '/connect'));
  routes.get('/connect/nosocial-windows.cmd', (request, response) => {
    sendWindowsScript(response, placesOf(request, options));
  });
  routes.get('/connect/files/:name', (request, response) => {
    const file = files.find(request.path);
    if (file === undefined) answerPage(response, 404);
    else response.set('Cache-Control', 'no-cache').type(file.type).send(file.text);
  });
  return routes;
}

function placesOf(request: Request, { listEndpoints }: ConnectOptions): Places {
  return placesFor(request, listEndpoints(), request.query['at']);
}

/** Without the database nobody knows: the page is there all the same, and its test says what is wrong. */
async function mayHaveUsers({ core }: ConnectOptions): Promise<boolean> {
  try {
    return await core.store.hasUsers();
  } catch (error) {
    if (!isDomainError(error, 'unavailable', 'busy')) throw error;
    return true;
  }
}

function sendWindowsScript(response: Response, { chosen }: Places): void {
  const script = windowsScript(`${chosen.url}/dav/`);
  if (script === undefined) {
    answerPage(response, 404);
    return;
  }
  response.attachment('nosocial-windows.cmd').type('application/octet-stream').send(script);
}
