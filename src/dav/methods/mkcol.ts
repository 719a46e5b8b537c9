import { createCollection } from '../../core/tree.ts';
import { DomainError } from '../../lib/errors.ts';
import { judge } from '../preconditions.ts';
import { resolve, type DavRequest, type DavResponse, type DavServices } from '../request.ts';

/** MKCOL, RFC 4918 §9.3. An existing resource gives 405, a missing parent 409, a body 415. */
export async function mkcol(request: DavRequest, services: DavServices): Promise<DavResponse> {
  if (request.body.isPresent) throw new DomainError('body-not-supported', 'MKCOL takes no body');
  const target = await resolve(services, request.actor, request.path);
  const conditions = await judge(request, services, { target });
  await createCollection(services.core, request.actor, request.path, conditions);
  return { status: 201 };
}
