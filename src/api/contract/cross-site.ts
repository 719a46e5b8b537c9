import type { IncomingMessage } from 'node:http';
import { pageBehind } from '../../http/own-page.ts';
import { DomainError } from '../../lib/errors.ts';

/** Forms of other sites cannot send it, and their scripts not without being asked for first (CORS). */
export const PAGE_HEADER = 'x-requested-with';

export interface OwnPlaces {
  /** Where people reach the server, when that is not what `Host` says. */
  readonly publicUrl: string | undefined;
  /** Sites whose scripts may use the API with a token. */
  readonly corsOrigins: readonly string[];
}

/** Refuses an unsafe request that another site's page may have made a browser send with its session's cookie: `forbidden`. */
export function assertOwnPage(request: IncomingMessage, { publicUrl }: OwnPlaces): void {
  if (pageBehind(request, publicUrl) === 'own' && request.headers[PAGE_HEADER] !== undefined) return;
  throw new DomainError(
    'forbidden',
    `with the cookie of a session only the server's own pages may change things, and they send ${PAGE_HEADER}`,
  );
}

/** Refuses what another site's page sends without credentials: to sign somebody in as somebody else, say. `forbidden`. */
export function assertNotForeign(request: IncomingMessage, { publicUrl, corsOrigins }: OwnPlaces): void {
  const { origin } = request.headers;
  if (origin !== undefined && corsOrigins.includes(origin)) return;
  if (pageBehind(request, publicUrl) !== 'foreign') return;
  throw new DomainError('forbidden', 'this does not come from a page of this server');
}
