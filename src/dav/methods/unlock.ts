import { unlock as endLock } from '../../core/locks.ts';
import { parseLockToken } from '../headers/lock-token.ts';
import { judge } from '../preconditions.ts';
import { headerOf, resolveExisting, type DavRequest, type DavResponse, type DavServices } from '../request.ts';

/** UNLOCK, RFC 4918 §9.11. A token that is not one of this resource, or not the user's, gives 409. */
export async function unlock(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const token = parseLockToken(headerOf(request.headers, 'lock-token'));
  const located = await resolveExisting(services, request);
  await judge(request, services, { target: { path: request.path, found: located } });
  await endLock(services.core, request.actor, request.path, token);
  return { status: 204 };
}
