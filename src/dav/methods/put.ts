import { lookup } from 'mime-types';
import type { Conditions } from '../../core/core.ts';
import { locksCovering } from '../../core/locks.ts';
import type { Lock } from '../../core/node.ts';
import { withRoom } from '../../core/room.ts';
import { putFile, SMALL_BYTES } from '../../core/transfer.ts';
import { assertAllowed, creationPlace, type Target } from '../../core/tree.ts';
import { isMediaType } from '../../http/content-headers.ts';
import { httpDate } from '../../http/http-date.ts';
import { DomainError } from '../../lib/errors.ts';
import { parseDigests } from '../headers/content-digest.ts';
import { judge } from '../preconditions.ts';
import { makesSidecar, parseExpectedLength } from '../quirks/finder.ts';
import { OC_CTIME_ACCEPTED, OC_MTIME_ACCEPTED, parseOcTime } from '../quirks/owncloud.ts';
import { headerOf, resolve, type DavRequest, type DavResponse, type DavServices } from '../request.ts';
import { assertNotEncoded } from '../xml/body.ts';

const UNKNOWN_TYPE = 'application/octet-stream';

/** PUT, RFC 9110 §9.3.4. What can be refused is refused before the body is read. */
export async function put(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const { headers, path, actor } = request;
  if (headers['content-range'] !== undefined) {
    // RFC 9110 §14.5: taking a part for the whole would destroy the file.
    throw new DomainError('bad-request', 'PUT of a part of a file is not supported');
  }
  assertNotEncoded(headers);
  const digests = parseDigests(headers);
  const modifiedAtMs = parseOcTime(headerOf(headers, 'x-oc-mtime'));
  const createdAtMs = parseOcTime(headerOf(headers, 'x-oc-ctime'));

  const target = await resolve(services, actor, path);
  if (target.found?.node.kind === 'collection' || path.trailingSlash) {
    throw new DomainError('is-a-collection', 'this path is that of a folder');
  }
  const conditions = await judge(request, services, { target });
  const expectedBytes = parseExpectedLength(headerOf(headers, 'x-expected-entity-length'));
  await refuseEarly(request, services, { target, conditions, expectedBytes });

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

/** What the client says, or where it says nothing of use, what the name suggests. */
export function mediaTypeFor(contentType: string | undefined, name: string): string {
  const said = contentType?.trim() ?? '';
  const isUseful = isMediaType(said) && said.split(';')[0]?.trim().toLowerCase() !== UNKNOWN_TYPE;
  return isUseful ? said : lookup(name) || UNKNOWN_TYPE;
}

/** What is known before the body is read. */
interface EarlyKnown {
  readonly target: Target;
  readonly conditions: Conditions;
  readonly expectedBytes: number | undefined;
}

/**
 * The operation checks all this again. But nobody should send a large body, or one that waits for `100 Continue`, only
 * to hear that the file is locked or the quota used up.
 */
async function refuseEarly(
  { actor, body }: DavRequest,
  { core }: DavServices,
  { target, conditions, expectedBytes }: EarlyKnown,
): Promise<void> {
  const sizeBytes = sizeOf(body, expectedBytes);
  const isSmall = sizeBytes <= SMALL_BYTES;
  if (isSmall && !body.isAwaitingContinue) return;
  const { found, parent } = target;
  if (found) assertAllowed(actor, 'write', found);
  else creationPlace(actor, target);
  const place = found ?? parent;
  if (place) assertUnlocked(await locksCovering(core, place), actor.userId, conditions.tokens);
  // Room for a large body is reserved by the operation before it reads anything.
  if (isSmall) await assertRoom({ core }, found?.node.ownerId ?? actor.userId, sizeBytes);
}

/** Infinity: nobody knows. Throws `no-space`. */
function sizeOf(body: DavRequest['body'], expectedBytes: number | undefined): number {
  const sizeBytes = body.sizeBytes ?? expectedBytes;
  if (sizeBytes === undefined || Number.isSafeInteger(sizeBytes)) return sizeBytes ?? Infinity;
  throw new DomainError('no-space', 'no disk has room for so much');
}

/** RFC 4918 §7: of the locks in the way, a token of the user's own must have been submitted for each kind. */
function assertUnlocked(locks: readonly Lock[], userId: number, tokens: readonly string[]): void {
  const [first] = locks;
  if (!first || locks.some((held) => held.userId === userId && tokens.includes(held.token))) return;
  throw new DomainError('locked', 'this file is locked', { nodeId: first.nodeId });
}

function assertRoom({ core }: Pick<DavServices, 'core'>, ownerId: number, sizeBytes: number): Promise<void> {
  return withRoom(core, { ownerId, sizeBytes }, async () => {
    const owner = await core.store.getUser(ownerId);
    if (owner && owner.usedBytes + owner.reservedBytes + sizeBytes > owner.quotaBytes) {
      throw new DomainError('quota-exceeded', 'there is not enough room left for this file');
    }
  });
}
