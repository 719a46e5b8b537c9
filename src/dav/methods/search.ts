import type { XmlElement } from '../../http/xml/element.ts';
import { readXml } from '../../http/xml/reader.ts';
import { isDomainError, DomainError } from '../../lib/errors.ts';
import type { NodePath } from '../../lib/node-path.ts';
import { parseBasicSearch, parseScopes, required, type SearchScope } from '../bodies/search-request.ts';
import { conditionBody } from '../errors.ts';
import { parseReference } from '../headers/destination.ts';
import { Listing } from '../listing.ts';
import { multistatus, multistatusPieces } from '../multistatus.ts';
import { judge } from '../preconditions.ts';
import { propertyWriter } from '../property-writer.ts';
import {
  originOf,
  resolve,
  resolveExisting,
  XML_TYPE,
  type DavRequest,
  type DavResponse,
  type DavServices,
} from '../request.ts';
import { Unprocessable } from '../search/condition.ts';
import { SearchRun, type ResolvedScope } from '../search/run.ts';
import { schemaResponse } from '../search/schema.ts';
import { hrefOf } from '../target.ts';
import { readXmlBody } from '../xml/body.ts';
import { davChild, isDav } from '../xml/element.ts';

const HEADERS = { 'Content-Type': XML_TYPE, 'Cache-Control': 'private, no-cache' };

/** SEARCH, RFC 5323, with the grammar `DAV:basicsearch`; over names and properties, not over what is in files. */
export async function search(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const body = await readXmlBody(request.body, request.headers);
  const located = await resolveExisting(services, request);
  await judge(request, services, { target: { path: request.path, found: located }, ifHeaderOnly: true });
  if (body.length === 0) throw new DomainError('bad-request', 'SEARCH takes a body');
  const root = readXml(body);
  const isDiscovery = isDav(root, 'query-schema-discovery');
  if (!isDiscovery && !isDav(root, 'searchrequest')) {
    throw new DomainError('bad-request', 'the body is no DAV:searchrequest');
  }
  const query = davChild(root, 'basicsearch');
  // RFC 5323 §2.2.2, §4.
  if (!query) return refusal(403, isDiscovery ? 'search-grammar-discovery-supported' : 'search-grammar-supported');
  try {
    return await (isDiscovery ? discover(query, request, services) : find(query, request, services));
  } catch (error) {
    if (error instanceof InvalidScope) return refusal(409, 'search-scope-valid');
    if (!(error instanceof Unprocessable)) throw error;
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
    return { status: 422, headers, body: `${error.message}\n` };
  }
}

/** A scope that names nothing to search, RFC 5323 §2.2.2. */
class InvalidScope extends Error {
  override readonly name = 'InvalidScope';
}

function refusal(status: number, condition: string): DavResponse {
  return { status, headers: { 'Content-Type': XML_TYPE }, body: conditionBody(condition) };
}

async function discover(query: XmlElement, request: DavRequest, services: DavServices): Promise<DavResponse> {
  const scopes = await resolveScopes(parseScopes(required(query, 'from')), request, services);
  const { prefix } = services.settings;
  const responses = scopes.map(({ located: { path, node } }) => {
    return schemaResponse(hrefOf(prefix, path, node.kind === 'collection'));
  });
  return { status: 207, headers: HEADERS, body: multistatus(responses.join('')) };
}

async function find(query: XmlElement, request: DavRequest, services: DavServices): Promise<DavResponse> {
  const asked = parseBasicSearch(query);
  const scopes = await resolveScopes(asked.scopes, request, services);
  const { actor, signal } = request;
  const run = new SearchRun({ core: services.core, actor, signal }, asked);
  const listing = new Listing(services, { actor, withSidecars: false }, propertyWriter(asked.select));
  const own = hrefOf(services.settings.prefix, request.path, request.path.trailingSlash);
  return { status: 207, headers: HEADERS, body: multistatusPieces(responses(run, { listing, scopes, own })) };
}

async function* responses(
  run: SearchRun,
  { listing, scopes, own }: { listing: Listing; scopes: readonly ResolvedScope[]; own: string },
): AsyncGenerator<string> {
  for await (const page of run.pages(scopes)) yield* listing.some(page);
  // RFC 5323 §2.3.2: there may be more than was looked through.
  if (run.isTruncated) {
    yield `<D:response><D:href>${own}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>\n`;
  }
}

/** What one may not see is no scope, just as what is not there. */
async function resolveScopes(
  scopes: readonly SearchScope[],
  request: DavRequest,
  services: DavServices,
): Promise<ResolvedScope[]> {
  const resolved: ResolvedScope[] = [];
  for (const { href, depth } of scopes) {
    const { found } = await resolve(services, request.actor, scopePath(href, request, services));
    if (!found) throw new InvalidScope('there is nothing at this path');
    resolved.push({ located: found, depth });
  }
  return resolved;
}

/** RFC 5323 §5.4.1: a URI or an absolute path; anything else is relative to what is asked. */
function scopePath(href: string, request: DavRequest, { settings }: DavServices): NodePath {
  const base = `http://base.invalid${hrefOf(settings.prefix, request.path, true)}`;
  const isWhole = href.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(href);
  try {
    return parseReference(isWhole ? href : new URL(href, base).pathname, originOf(request, settings));
  } catch (error) {
    if (isDomainError(error) || error instanceof TypeError) throw new InvalidScope('no scope', { cause: error });
    throw error;
  }
}
