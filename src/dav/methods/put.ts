import { refuseEarly } from '../../core/early-refusal.ts';
import { putFile } from '../../core/transfer.ts';
import { httpDate } from '../../http/http-date.ts';
import { mediaTypeFor } from '../../http/media-type.ts';
import { assertNotEncoded } from '../../http/request-body.ts';
import { DomainError } from '../../lib/errors.ts';
import { parseDavDigests } from '../headers/content-digest.ts';
import { judge } from '../preconditions.ts';
import { makesSidecar, parseExpectedLength } from '../quirks/finder.ts';
import { OC_CTIME_ACCEPTED, OC_MTIME_ACCEPTED, parseOcTime } from '../quirks/owncloud.ts';
import { headerOf, resolve, type DavRequest, type DavResponse, type DavServices } from '../request.ts';

/** PUT, RFC 9110 §9.3.4. What can be refused is refused before the body is read. */
export async function put(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const { headers, path, actor } = request;
  if (headers['content-range'] !== undefined) {
    // RFC 9110 §14.5: taking a part for the whole would destroy the file.
    throw new DomainError('bad-request', 'PUT of a part of a file is not supported');
  }
  assertNotEncoded(headers);
  const digests = parseDavDigests(headers);
  const modifiedAtMs = parseOcTime(headerOf(headers, 'x-oc-mtime'));
  const createdAtMs = parseOcTime(headerOf(headers, 'x-oc-ctime'));

  const target = await resolve(services, actor, path);
  if (target.found?.node.kind === 'collection' || path.trailingSlash) {
    throw new DomainError('is-a-collection', 'this path is that of a folder');
  }
  const conditions = await judge(request, services, { target });
  const expectedBytes = parseExpectedLength(headerOf(headers, 'x-expected-entity-length'));
  const { sizeBytes = expectedBytes, isAwaitingContinue } = request.body;
  await refuseEarly(services.core, actor, { target, tokens: conditions.tokens, sizeBytes, isAwaitingContinue });

  const name = path.segments.at(-1) ?? '';
  const {
    created,
    etag,
    modifiedAtMs: storedMs,
  } = await putFile(services.core, actor, target, {
    body: {
      source: request.body.source,
      sizeBytes: request.body.sizeBytes,
      expectedBytes,
      mediaType: mediaTypeFor(headers['content-type'], name),
      isSidecar: makesSidecar(headers['user-agent'], name),
      modifiedAtMs,
      createdAtMs,
      digests,
    },
    conditions,
    signal: request.signal,
  });
  return {
    status: created ? 201 : 204,
    headers: {
      ETag: `"${etag}"`,
      'Last-Modified': httpDate(storedMs),
      ...(modifiedAtMs !== undefined && OC_MTIME_ACCEPTED),
      ...(created && createdAtMs !== undefined && OC_CTIME_ACCEPTED),
    },
  };
}
