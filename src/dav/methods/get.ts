import { judgeConditions } from '../../http/conditional.ts';
import { httpDate } from '../../http/http-date.ts';
import { fileAnswer } from '../../http/send-file.ts';
import type { Located } from '../../core/tree.ts';
import { DomainError } from '../../lib/errors.ts';
import { listingPage, PAGE_HEADERS } from '../listing-page.ts';
import { judge } from '../preconditions.ts';
import { resolveExisting, type DavRequest, type DavResponse, type DavServices } from '../request.ts';

/** GET and HEAD, RFC 9110 §9.3: a file's content; of a collection, a plain list of what is in it. */
export async function get(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const located = await resolveExisting(services, request);
  await judge(request, services, { target: { path: request.path, found: located }, ifHeaderOnly: true });
  if (located.node.kind === 'file') return fileAnswer(services.core, located.node, request);
  return collectionAnswer(request, services, located);
}

function collectionAnswer(request: DavRequest, services: DavServices, located: Located): DavResponse {
  const { node } = located;
  const validators = {
    ETag: `"${node.etag}"`,
    'Last-Modified': httpDate(node.modifiedAtMs),
    'Cache-Control': 'private, no-cache',
  };
  const verdict = judgeConditions(request.headers, node, { isReading: true });
  if (verdict === 'failed') throw new DomainError('precondition-failed', 'the folder is not in the state asked for');
  if (verdict === 'not-modified') return { status: 304, headers: validators };
  const headers = { ...PAGE_HEADERS, ...validators };
  if (request.method === 'HEAD') return { status: 200, headers };
  return { status: 200, headers, body: listingPage(services, request.actor, located) };
}
