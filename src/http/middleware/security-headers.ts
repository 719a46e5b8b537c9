import type { RequestHandler, Response } from 'express';

const DIRECTIVES = {
  'default-src': "'none'",
  'style-src': "'self'",
  'img-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

type Directives = Readonly<Record<string, string>>;

function policyOf(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}

const POLICY = policyOf(DIRECTIVES);

/**
 * For a page with a script, which comes as a file of this server and talks to this server only. `changes` are directives
 * for what a page cannot do without.
 */
export function allowOwnScripts(response: Response, changes: Directives = {}): void {
  const directives = { ...DIRECTIVES, 'script-src': "'self'", 'connect-src': "'self'", ...changes };
  response.set('Content-Security-Policy', policyOf(directives));
}

/** What every page of the server is sent with: no script, no frame, nothing from elsewhere, no trace of its address. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  next();
};
