import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../core/actor.ts';
import { find, type Located, type Target } from '../core/tree.ts';
import { isAllowed } from '../core/permissions.ts';
import type { Answer } from '../http/answer.ts';
import type { RequestBody } from '../http/request-body.ts';
import { DomainError } from '../lib/errors.ts';
import type { NodePath } from '../lib/node-path.ts';
import type { DavContext, DavSettings } from './context.ts';
import type { Origin } from './headers/destination.ts';
import type { ListingCache } from './listing-cache.ts';
import type { WriterCache } from './writer-cache.ts';

/** One request, understood as far as all methods need it. */
export interface DavRequest {
  readonly method: string;
  readonly path: NodePath;
  readonly actor: Actor;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** What a trusted proxy was asked for, when that is not what `Host` says. */
  readonly forwardedHost: string | undefined;
  readonly body: RequestBody;
  readonly clientAddress: string;
  /** Fires when the client goes away before it is answered. */
  readonly signal: AbortSignal;
}

/** What methods work with: what `app/` gave, and what the handler keeps between requests. */
export interface DavServices extends DavContext {
  readonly listings: ListingCache;
  readonly writers: WriterCache;
}

export type DavResponse = Answer;
export type DavMethod = (request: DavRequest, services: DavServices) => Promise<DavResponse>;

export const XML_TYPE = 'application/xml; charset=utf-8';

/** A header that a client should send once; several are joined as Node joins them. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

export function originOf({ headers, forwardedHost }: DavRequest, { prefix, publicUrl }: DavSettings): Origin {
  return { host: headers.host, forwardedHost, publicUrl, prefix };
}

/** Where `path` leads for the one who asks; what they may not read is not there. */
export async function resolve({ core }: DavContext, actor: Actor, path: NodePath): Promise<Target> {
  const target = await find(core, actor, path);
  const { found } = target;
  const isHidden = found !== undefined && !isAllowed(actor, 'read', found.node, found.space);
  return isHidden ? { ...target, found: undefined } : target;
}

/** As `resolve`, for what must exist. Throws `not-found`. */
export async function resolveExisting(context: DavContext, request: DavRequest): Promise<Located> {
  const { found } = await resolve(context, request.actor, request.path);
  if (!found) throw new DomainError('not-found', 'there is nothing at this path');
  return found;
}
