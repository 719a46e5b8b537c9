import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../core/actor.ts';
import { pathOfNode } from '../core/locks.ts';
import { isClientGone } from '../http/respond.ts';
import { escapeXml } from '../http/xml/element.ts';
import { DomainError, isDomainError, type ErrorCode } from '../lib/errors.ts';
import { hrefOf } from './target.ts';
import type { DavContext } from './context.ts';
import { XML_TYPE, type DavResponse } from './request.ts';

interface DavError {
  readonly status: number;
  /** Precondition or postcondition element. */
  readonly condition?: string;
}

/** Status and condition element of each failure: RFC 4918 §16, RFC 4331 §6. */
export const DAV_ERRORS: Readonly<Record<ErrorCode, DavError>> = {
  'bad-request': { status: 400 },
  'bad-name': { status: 400 },
  'checksum-mismatch': { status: 400 },
  'not-authenticated': { status: 401 },
  'second-factor-needed': { status: 401 },
  forbidden: { status: 403 },
  'registration-closed': { status: 403 },
  'account-waiting': { status: 403 },
  'into-itself': { status: 403 },
  'lock-limit': { status: 403 },
  'rule-violated': { status: 403 },
  'depth-refused': { status: 403, condition: 'propfind-finite-depth' },
  'protected-property': { status: 403, condition: 'cannot-modify-protected-property' },
  'position-unknown': { status: 403, condition: 'valid-sync-token' },
  'not-found': { status: 404 },
  'no-preview': { status: 404 },
  'already-exists': { status: 405 },
  'is-a-collection': { status: 405 },
  'parent-missing': { status: 409 },
  'not-a-collection': { status: 409 },
  refused: { status: 409 },
  'lock-token-mismatch': { status: 409, condition: 'lock-token-matches-request-uri' },
  'precondition-failed': { status: 412 },
  'too-large': { status: 413 },
  'body-not-supported': { status: 415 },
  'range-not-satisfiable': { status: 416 },
  locked: { status: 423, condition: 'lock-token-submitted' },
  'lock-conflict': { status: 423, condition: 'no-conflicting-lock' },
  'too-many-attempts': { status: 429 },
  corrupt: { status: 500 },
  'foreign-destination': { status: 502 },
  unavailable: { status: 503 },
  busy: { status: 503 },
  'quota-exceeded': { status: 507, condition: 'quota-not-exceeded' },
  'no-space': { status: 507, condition: 'sufficient-disk-space' },
};

const RETRY_AFTER_SECONDS = 5;

export interface Failure {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the resource that the request is for. */
  readonly href: string;
  /** Undefined while nobody has authenticated. */
  readonly actor: Actor | undefined;
}

/** The answer to a failed request; undefined when there is nobody left to answer. What is a bug is logged, once. */
export async function errorResponse(
  context: DavContext,
  error: unknown,
  failure: Failure,
): Promise<DavResponse | undefined> {
  if (failure.response.destroyed) {
    // A body that turns out damaged on its way is cut off: then nobody but the log hears why.
    const isExpected = isDomainError(error) ? error.code !== 'corrupt' : isClientGone(error);
    if (!isExpected) logFailure(context, error, failure);
    return undefined;
  }
  if (!(error instanceof DomainError)) {
    const requestId = logFailure(context, error, failure);
    return { status: 500, headers: TEXT, body: `internal error ${requestId}\n` };
  }
  if (error.code === 'corrupt') logFailure(context, error, failure);
  const { status, condition } = DAV_ERRORS[error.code];
  const headers = { ...extraHeaders(context, error, status) };
  if (condition === undefined) return { status, headers: { ...TEXT, ...headers }, body: `${error.message}\n` };
  const href = await hrefInTheWay(context, error, failure);
  return { status, headers: { 'Content-Type': XML_TYPE, ...headers }, body: conditionBody(condition, href) };
}

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };

/** RFC 4918 §14.5, §16. `href` names the resource that is in the way. */
export function conditionBody(condition: string, href?: string): string {
  const element =
    href === undefined ? `<D:${condition}/>` : `<D:${condition}><D:href>${escapeXml(href)}</D:href></D:${condition}>`;
  return `<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:">${element}</D:error>\n`;
}

function extraHeaders({ settings }: DavContext, error: DomainError, status: number): Record<string, string> {
  if (status === 401) {
    return { 'WWW-Authenticate': `Basic realm="${settings.realm.replaceAll(/["\\]/g, '')}", charset="UTF-8"` };
  }
  const { retryAfterSeconds } = error.details;
  if (status === 429 || status === 503) return { 'Retry-After': String(retryAfterSeconds ?? RETRY_AFTER_SECONDS) };
  return {};
}

/** `lock-token-submitted` must name a locked resource; where the operation did not say which, it is the request's. */
async function hrefInTheWay(
  { core, settings }: DavContext,
  { code, details }: DomainError,
  { actor, href }: Failure,
): Promise<string | undefined> {
  const own = code === 'locked' ? href : undefined;
  if (details.nodeId === undefined || !actor) return own;
  const path = await pathOfNode(core, actor, details.nodeId).catch(() => undefined);
  return path ? hrefOf(settings.prefix, path, path.trailingSlash) : own;
}

function logFailure(context: DavContext, error: unknown, { request, actor }: Failure): string {
  const requestId = context.requestId(request);
  context.log.error({ err: error, requestId, method: request.method, user: actor?.name }, 'a WebDAV request failed');
  return requestId;
}
