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
 * The web page: a document for each of its places, and the files that it is made of. Nothing where it was not built,
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
  const { documents, files } = built;
  routes.get('/', async (_request, response, next) => {
    // Until there is a user, the start page says how to come by the first one.
    if (await core.store.hasUsers()) sendPage(response, documents['/files']);
    else next();
  });
  for (const place of PLACES) {
    routes.get([place, `${place}/*rest`], (_request, response) => sendPage(response, documents[place]));
  }
  routes.get(['/assets/*file', '/theme.js'], files);
  return routes;
}

type Documents = Readonly<Record<(typeof PLACES)[number], Buffer>>;

/** They differ in what they tell browsers to load beforehand (ui/documents-plugin.ts). */
function documentOf(place: keyof Documents): string {
  return place === '/files' ? 'index.html' : `${place.slice(1)}.html`;
}

/** Undefined without it, and in the moment in which another one takes its place. */
function readBuilt(folder: string): { documents: Documents; files: RequestHandler } | undefined {
  try {
    const documents = PLACES.map((place) => [place, readFileSync(join(folder, documentOf(place)))]);
    return { documents: Object.fromEntries(documents) as Documents, files: pageFiles(folder, headersOf) };
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
