import type { RequestHandler, Response } from 'express';

const DIRECTIVES = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

const POLICY = DIRECTIVES.join('; ');
const POLICY_WITH_SCRIPTS = [...DIRECTIVES, "script-src 'self'", "connect-src 'self'"].join('; ');

/** For a page with a script, which comes as a file of this server and talks to this server only. */
export function allowOwnScripts(response: Response): void {
  response.set('Content-Security-Policy', POLICY_WITH_SCRIPTS);
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
