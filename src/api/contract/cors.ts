import type { RequestHandler } from 'express';

const EXPOSED = [
  'ETag, Location, Nosocial-File-Id, Retry-After',
  'Tus-Checksum-Algorithm, Tus-Extension, Tus-Resumable, Tus-Version',
  'Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset',
].join(', ');
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const MAX_AGE_SECONDS = '600';

/**
 * Lets scripts of the sites in the settings use the API (the Fetch standard, §3.2 CORS protocol): with a token, never with
 * a cookie, since credentials are not allowed. Other sites get no header, and their preflights none either.
 */
export function cors(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origins.length > 0) response.vary('Origin');
    const isKnown = origin !== undefined && origins.includes(origin);
    if (isKnown) {
      response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
      response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    }
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      next();
      return;
    }
    if (isKnown) {
      response.set({
        'Access-Control-Allow-Methods': METHODS,
        'Access-Control-Allow-Headers': request.get('access-control-request-headers') ?? '',
        'Access-Control-Max-Age': MAX_AGE_SECONDS,
      });
    }
    response.status(204).end();
  };
}
