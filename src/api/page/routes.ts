import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router, type RequestHandler, type Response } from 'express';
import type { Core } from '../../core/core.ts';
import type { AnswerHeaders } from '../../http/answer.ts';
import { allowOwnScripts } from '../../http/middleware/security-headers.ts';
import { pageFiles } from './page-files.ts';
import { PLACES } from './places.ts';

/** Its name changes with its content. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Asked for again each time, and answered 304 while it is the same. */
const EACH_TIME = 'no-cache';

/** What the page needs besides its own scripts. Pictures and films that it made itself are `blob:`. */
const NEEDS = {
  'img-src': "'self' blob: data:",
  'media-src': "'self' blob:",
  'font-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
};

const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** `npm run build` puts it beside the compiled sources; the sources themselves use the same. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/ui/' : '../../ui/', import.meta.url);

/**
 * The web page: one document for all of its places, and the files that it is made of. Nothing where it was not built,
 * as in a checkout whose sources are run for a test of something else.
 */
export function pageRoutes({
  core,
  folder = fileURLToPath(FOLDER),
}: {
  core: { readonly store: Pick<Core['store'], 'hasUsers'> };
  folder?: string;
}): Router {
  const routes = Router({ strict: true, caseSensitive: true });
  const built = readBuilt(folder);
  if (!built) return routes;
  const { page, files } = built;
  routes.get('/', async (_request, response, next) => {
    // Until there is a user, the start page says how to come by the first one.
    if (await core.store.hasUsers()) sendPage(response, page);
    else next();
  });
  routes.get(
    PLACES.flatMap((place) => [place, `${place}/*rest`]),
    (_request, response) => sendPage(response, page),
  );
  routes.get(['/assets/*file', '/theme.js'], files);
  return routes;
}

/** Undefined without it, and in the moment in which another one takes its place. */
function readBuilt(folder: string): { page: Buffer; files: RequestHandler } | undefined {
  try {
    return { page: readFileSync(join(folder, 'index.html')), files: pageFiles(folder, headersOf) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function headersOf(address: string): AnswerHeaders {
  return {
    // A worker goes by the policy that it comes with: pdf.js decodes pictures in WebAssembly and fetches its fonts.
    'Content-Security-Policy': WORKER_POLICY,
    'Cache-Control': address.startsWith('/assets/') ? FOREVER : EACH_TIME,
  };
}

function sendPage(response: Response, page: Buffer): void {
  allowOwnScripts(response, NEEDS);
  response.set('Cache-Control', EACH_TIME).type('html').send(page);
}
