import { copy as copyTree, move as moveTree } from '../../core/copy-move.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import { parseDepth } from '../headers/depth.ts';
import { parseDestination } from '../headers/destination.ts';
import { parseOverwrite } from '../headers/overwrite.ts';
import { judge } from '../preconditions.ts';
import { seesSidecars } from '../quirks/finder.ts';
import { copyDepthHeader } from '../quirks/webdavclient3.ts';
import {
  headerOf,
  originOf,
  resolve,
  resolveExisting,
  type DavRequest,
  type DavResponse,
  type DavServices,
} from '../request.ts';

/** COPY, RFC 4918 §9.8: appears whole or not at all. */
export async function copy(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const header = copyDepthHeader(headerOf(request.headers, 'depth'), headerOf(request.headers, 'user-agent'));
  const depth = parseDepth(header, ['0', 'infinity'], 'infinity');
  const { paths, conditions } = await prepare(request, services);
  const { signal } = request;
  return answer(copyTree(services.core, request.actor, { ...paths, depth, signal }, conditions));
}

/** MOVE, RFC 4918 §9.9: always the whole tree. */
export async function move(request: DavRequest, services: DavServices): Promise<DavResponse> {
  parseDepth(headerOf(request.headers, 'depth'), ['infinity'], 'infinity');
  const { paths, conditions } = await prepare(request, services);
  const leavesSidecar = seesSidecars(request.headers['user-agent']);
  return answer(moveTree(services.core, request.actor, { ...paths, leavesSidecar }, conditions));
}

async function prepare(request: DavRequest, services: DavServices) {
  const to = parseDestination(request.rawHeaders, originOf(request, services.settings));
  const overwrite = parseOverwrite(headerOf(request.headers, 'overwrite'));
  const found = await resolveExisting(services, request);
  const conditions = await judge(request, services, {
    target: { path: request.path, found },
    destination: await resolve(services, request.actor, to),
  });
  return { paths: { from: request.path, to, overwrite }, conditions };
}

async function answer(work: Promise<{ created: boolean }>): Promise<DavResponse> {
  try {
    const { created } = await work;
    return { status: created ? 201 : 204 };
  } catch (error) {
    // Somebody else created it after it was looked for: the same as having found it there (RFC 4918 §10.6).
    if (!isDomainError(error, 'already-exists')) throw error;
    throw new DomainError('precondition-failed', error.message, { cause: error });
  }
}
