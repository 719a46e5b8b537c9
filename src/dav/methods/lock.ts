import { lock as takeLock, locksCovering, pathOfNode, refreshLock } from '../../core/locks.ts';
import type { Lock } from '../../core/node.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import { parseLockInfo } from '../bodies/lockinfo.ts';
import { conditionBody } from '../errors.ts';
import { parseDepth } from '../headers/depth.ts';
import { parseTimeout } from '../headers/timeout.ts';
import { activeLock } from '../lock-discovery.ts';
import { judge } from '../preconditions.ts';
import { makesSidecar } from '../quirks/finder.ts';
import { headerOf, resolve, XML_TYPE, type DavRequest, type DavResponse, type DavServices } from '../request.ts';
import { hrefOf } from '../target.ts';
import { readXmlBody } from '../xml/body.ts';

/** LOCK, RFC 4918 §9.10: with a body it takes a lock, without one it starts the time of a lock anew. */
export async function lock(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const bytes = await readXmlBody(request.body, request.headers);
  return bytes.length === 0 ? refresh(request, services) : take(request, services, bytes);
}

async function take(request: DavRequest, services: DavServices, bytes: Buffer): Promise<DavResponse> {
  const { headers, actor, path } = request;
  const depth = parseDepth(headerOf(headers, 'depth'), ['0', 'infinity'], 'infinity');
  const info = parseLockInfo(bytes);
  const name = path.segments.at(-1) ?? '';
  const target = await resolve(services, actor, path);
  const conditions = await judge(request, services, { target });
  const taken = await takeLock(services.core, actor, path, {
    request: {
      ...info,
      depth,
      client: { agent: headers['user-agent'] ?? '', address: request.clientAddress },
      timeoutSeconds: parseTimeout(headerOf(headers, 'timeout')),
      isSidecar: makesSidecar(headers['user-agent'], name),
    },
    conditions,
  });
  const rootHref = hrefOf(services.settings.prefix, path, target.found?.node.kind === 'collection');
  return {
    status: taken.created ? 201 : 200,
    headers: { 'Content-Type': XML_TYPE, 'Lock-Token': `<${taken.lock.token}>` },
    body: lockBody(request, services, taken.lock, rootHref),
  };
}

/** RFC 4918 §9.10.2: the lock is the one that the `If` header names. */
async function refresh(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const { headers, actor, path } = request;
  if (headerOf(headers, 'if') === undefined) {
    throw new DomainError('bad-request', 'LOCK takes a body, or an If header with the lock to refresh');
  }
  const target = await resolve(services, actor, path);
  const { found } = target;
  if (!found) throw new DomainError('not-found', 'there is nothing at this path');
  const { tokens } = await judge(request, services, { target });
  const covering = await locksCovering(services.core, found);
  const own = covering.find((held) => held.userId === actor.userId && tokens.includes(held.token));
  try {
    const refreshed = await refreshLock(services.core, actor, path, {
      token: own?.token ?? tokens[0] ?? '',
      timeoutSeconds: parseTimeout(headerOf(headers, 'timeout')),
    });
    const root = await pathOfNode(services.core, actor, refreshed.nodeId);
    const rootHref = hrefOf(services.settings.prefix, root ?? path, (root ?? path).trailingSlash);
    const body = lockBody(request, services, refreshed, rootHref);
    return { status: 200, headers: { 'Content-Type': XML_TYPE }, body };
  } catch (error) {
    if (!isDomainError(error, 'lock-token-mismatch')) throw error;
    // RFC 4918 §9.10.6: for LOCK this is 412, for UNLOCK 409.
    const headersOfError = { 'Content-Type': XML_TYPE };
    return { status: 412, headers: headersOfError, body: conditionBody('lock-token-matches-request-uri') };
  }
}

function lockBody({ actor }: DavRequest, { core }: DavServices, held: Lock, rootHref: string): string {
  const active = activeLock(held, rootHref, { actor, nowMs: core.clock.nowMs() });
  return `<?xml version="1.0" encoding="utf-8"?>\n<D:prop xmlns:D="DAV:"><D:lockdiscovery>${active}</D:lockdiscovery></D:prop>\n`;
}
