import { syncCollection } from '../../core/changes/sync.ts';
import type { Located } from '../../core/tree.ts';
import type { XmlElement } from '../../http/xml/element.ts';
import { readXml } from '../../http/xml/reader.ts';
import { DomainError } from '../../lib/errors.ts';
import { parseSyncCollection } from '../bodies/sync-collection.ts';
import { conditionBody } from '../errors.ts';
import { parseDepth } from '../headers/depth.ts';
import { judge } from '../preconditions.ts';
import { propertyWriter } from '../property-writer.ts';
import { seesSidecars } from '../quirks/finder.ts';
import { Listing } from '../listing.ts';
import {
  headerOf,
  resolveExisting,
  XML_TYPE,
  type DavRequest,
  type DavResponse,
  type DavServices,
} from '../request.ts';
import { hrefOf } from '../target.ts';
import { syncPieces } from '../sync-listing.ts';
import { readXmlBody } from '../xml/body.ts';
import { isDav } from '../xml/element.ts';

const HEADERS = { 'Content-Type': XML_TYPE, 'Cache-Control': 'private, no-cache' };
/** What a client gets at once that did not say how much it wants; it asks for the rest (RFC 6578 §3.6). */
const MAX_RESULTS = 5000;

/** REPORT, RFC 3253 §3.6, of which there is one kind: what happened in a collection, RFC 6578. */
export async function report(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const body = await readXmlBody(request.body, request.headers);
  const located = await resolveExisting(services, request);
  await judge(request, services, { target: { path: request.path, found: located }, ifHeaderOnly: true });
  if (body.length === 0) throw new DomainError('bad-request', 'REPORT takes a body');
  const root = readXml(body);
  const isKnown = isDav(root, 'sync-collection') && located.node.kind === 'collection';
  if (!isKnown) return { status: 403, headers: { 'Content-Type': XML_TYPE }, body: conditionBody('supported-report') };
  return syncReport(root, { located, request, services });
}

interface Report {
  readonly located: Located;
  readonly request: DavRequest;
  readonly services: DavServices;
}

async function syncReport(root: XmlElement, { located, request, services }: Report): Promise<DavResponse> {
  // RFC 6578 §3.2: how deep it goes stands in the body.
  parseDepth(headerOf(request.headers, 'depth'), ['0'], '0');
  const { token, level, limit, names } = parseSyncCollection(root);
  const { actor } = request;
  const asked = { collection: located, level, token, limit: Math.min(limit ?? MAX_RESULTS, MAX_RESULTS) };
  const answer = await syncCollection(services.core, actor, asked);
  const reader = { actor, withSidecars: seesSidecars(request.headers['user-agent']) };
  const listing = new Listing(services, reader, propertyWriter({ kind: 'prop', names }));
  const { prefix } = services.settings;
  const href = hrefOf(prefix, located.path, true);
  return { status: 207, headers: HEADERS, body: syncPieces(listing, answer, { href, prefix }) };
}
