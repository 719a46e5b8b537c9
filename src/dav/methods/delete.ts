import { trash } from '../../core/trash.ts';
import { parseDepth } from '../headers/depth.ts';
import { judge } from '../preconditions.ts';
import { seesSidecars } from '../quirks/finder.ts';
import { headerOf, resolveExisting, type DavRequest, type DavResponse, type DavServices } from '../request.ts';

/** DELETE, RFC 4918 §9.6: the whole tree or nothing; what is deleted goes to the trash. */
export async function remove(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const located = await resolveExisting(services, request);
  if (located.node.kind === 'collection') parseDepth(headerOf(request.headers, 'depth'), ['infinity'], 'infinity');
  const conditions = await judge(request, services, { target: { path: request.path, found: located } });
  const leavesSidecar = seesSidecars(request.headers['user-agent']);
  await trash(services.core, request.actor, request.path, { ...conditions, leavesSidecar });
  return { status: 204 };
}
