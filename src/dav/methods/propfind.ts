import { DomainError } from '../../lib/errors.ts';
import { parseDepth } from '../headers/depth.ts';
import { fittingMembers } from '../fitting-listing.ts';
import { Listing } from '../listing.ts';
import { judge } from '../preconditions.ts';
import { ALLPROP } from '../property-writer.ts';
import { seesSidecars } from '../quirks/finder.ts';
import { ALLPROP_WITH_QUOTA } from '../quirks/npm-webdav.ts';
import { isWindowsRedirector } from '../quirks/windows.ts';
import { WINDOWS_LISTINGS } from '../quirks/windows-listing.ts';
import {
  headerOf,
  resolveExisting,
  XML_TYPE,
  type DavRequest,
  type DavResponse,
  type DavServices,
} from '../request.ts';
import { readXmlBody } from '../xml/body.ts';

const HEADERS = { 'Content-Type': XML_TYPE, 'Cache-Control': 'private, no-cache' };

/** PROPFIND, RFC 4918 §9.1. Without Depth it asks for the whole tree, which is refused unless configured. */
export async function propfind(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const depth = parseDepth(headerOf(request.headers, 'depth'), ['0', '1', 'infinity'], 'infinity');
  const body = await readXmlBody(request.body, request.headers);
  const located = await resolveExisting(services, request);
  await judge(request, services, { target: { path: request.path, found: located }, ifHeaderOnly: true });

  const asksForQuota = body.length === 0 && depth === '0' && located.node.kind === 'collection';
  const writer = services.writers.get(asksForQuota ? ALLPROP_WITH_QUOTA : body);
  const userAgent = request.headers['user-agent'];
  const reader = { actor: request.actor, withSidecars: seesSidecars(userAgent) };
  const listing = new Listing(services, reader, writer);
  if (located.node.kind === 'file' || depth === '0') {
    return { status: 207, headers: HEADERS, body: await listing.alone(located) };
  }
  if (depth === 'infinity' && !services.settings.allowInfiniteDepth) {
    throw new DomainError('depth-refused', 'PROPFIND with infinite depth is turned off');
  }
  if (depth === 'infinity') return { status: 207, headers: HEADERS, body: listing.deep(located) };
  const isForWindows = writer.key === ALLPROP && isWindowsRedirector(userAgent);
  const fitting = { writers: WINDOWS_LISTINGS, maxBytes: services.settings.windowsListingBytes };
  const members = isForWindows
    ? await fittingMembers(services, { reader, located }, fitting)
    : await listing.members(located);
  return { status: 207, headers: HEADERS, body: members };
}
