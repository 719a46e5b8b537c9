import type { X509Certificate } from 'node:crypto';
import { Router } from 'express';

/**
 * The certificate of the local authority, for devices that shall trust it: without a login and without TLS, which needs
 * it first. Whoever gets it may hold its fingerprint against the one that `nosocial tls show` prints.
 * `find` gives undefined when there is nothing to trust.
 */
export function authorityFiles(find: () => X509Certificate | undefined): Router {
  const routes = Router({ strict: true, caseSensitive: true });
  // The type by which Windows, Android and iOS offer to import it; they want DER.
  routes.get('/connect/authority.crt', (_request, response, next) => {
    const certificate = find();
    if (certificate) response.type('application/x-x509-ca-cert').send(certificate.raw);
    else next();
  });
  // What curl, rclone, davfs2 and the trust stores of Linux take.
  routes.get('/connect/authority.pem', (_request, response, next) => {
    const certificate = find();
    if (certificate) response.type('application/x-pem-file').send(Buffer.from(certificate.toString()));
    else next();
  });
  return routes;
}
