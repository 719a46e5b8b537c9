import type { Actor } from '../core/actor.ts';
import { archiveMembers, type ArchiveMember } from '../core/archive/members.ts';
import { assertStillReadable } from '../core/archive/readable.ts';
import { nodeCountOf, type Chosen } from '../core/archive/selection.ts';
import type { Core } from '../core/core.ts';
import type { Node } from '../core/node.ts';
import type { BlobLocation } from '../core/ports/operations.ts';
import { readSmallContent } from '../core/small-content.ts';
import { contentOf, readContent, SMALL_BYTES } from '../core/transfer.ts';
import { DomainError } from '../lib/errors.ts';
import type { ZipMember } from '../lib/zip/records.ts';
import { MAX_ZIP_MEMBERS, zip, zipLength, type ZipContent } from '../lib/zip/zip.ts';
import type { Answer } from './answer.ts';
import { contentDisposition } from './content-disposition.ts';

/** A tree of up to so many is known before the first byte goes out, and with it how long the answer is. */
const KNOWN_MEMBERS = 2000;
/** What goes out this soon is as it was found. */
const FRESH_MS = 1000;

export interface ArchiveAnswer extends Answer {
  readonly body?: AsyncIterable<Uint8Array>;
}

interface Archived extends ZipMember, ArchiveMember {}

/**
 * A zip file of `chosen`, made while it is sent. What fails at the beginning is a problem, what fails later breaks the
 * connection: nobody takes a part for the whole. Throws `unavailable`, `corrupt`, `too-large`, `refused`, the signal's reason.
 */
export async function archiveAnswer(
  core: Core,
  actor: Actor,
  chosen: readonly Chosen[],
  { method, name, signal }: { method: string; name: string; signal: AbortSignal },
): Promise<ArchiveAnswer> {
  const nodeCount = await nodeCountOf(
    core,
    actor,
    chosen.map(({ located }) => located),
  );
  if (nodeCount > MAX_ZIP_MEMBERS) throw new DomainError('too-large', `more than ${MAX_ZIP_MEMBERS} files in one zip`);

  const all = archived(archiveMembers(core, actor, chosen));
  const { known, isAll } = await readAhead(all, signal);
  await assertThere(core, known);
  const headers = {
    'Content-Type': 'application/zip',
    'Content-Disposition': contentDisposition('attachment', name),
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'none',
    ...(isAll && { 'Content-Length': zipLength(known) }),
  };
  if (method === 'HEAD') {
    await all.return();
    return { status: 200, headers };
  }
  const freshUntilMs = performance.now() + FRESH_MS;
  const take = async (member: Archived): Promise<ZipContent> => {
    if (performance.now() > freshUntilMs) await assertStillReadable(core, actor, member);
    return open(core, member);
  };
  return { status: 200, headers, body: zip(followedBy(known, all), take) };
}

async function* archived(members: AsyncGenerator<ArchiveMember, void>): AsyncGenerator<Archived, void> {
  for await (const { path, node } of members) {
    const { modifiedAtMs } = node;
    const sizeBytes = node.kind === 'file' ? node.sizeBytes : 0;
    yield { path, node, modifiedAtMs, sizeBytes, isInPieces: sizeBytes > SMALL_BYTES };
  }
}

async function readAhead(
  all: AsyncGenerator<Archived, void>,
  signal: AbortSignal,
): Promise<{ known: Archived[]; isAll: boolean }> {
  const known: Archived[] = [];
  while (known.length < KNOWN_MEMBERS) {
    signal.throwIfAborted();
    const next = await all.next();
    if (next.done) return { known, isAll: true };
    known.push(next.value);
  }
  return { known, isAll: false };
}

async function* followedBy(known: readonly Archived[], rest: AsyncGenerator<Archived, void>): AsyncGenerator<Archived> {
  try {
    yield* known;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** While a disk is away, what lies on it is asked for before anything goes out. */
async function assertThere(core: Core, members: readonly Archived[]): Promise<void> {
  const down = new Set(core.blobs.listDisks().flatMap(({ id, state }) => (state === 'down' ? [id] : [])));
  if (down.size === 0) return;
  for (const { node, path } of members) {
    const location = await contentOf(core, node);
    if (location && down.has(location.diskId)) {
      throw new DomainError('unavailable', `the disk that holds "${path}" is not there`, { retryAfterSeconds: 10 });
    }
  }
}

async function open(core: Core, { node, path, isInPieces }: Archived): Promise<ZipContent> {
  const location = await locationOf(core, node, path);
  return isInPieces ? readContent(core, location) : readSmallContent(core, location);
}

async function locationOf(core: Core, node: Node, path: string): Promise<BlobLocation> {
  const location = node.blobId === undefined ? undefined : await core.store.locateBlob(node.blobId);
  if (location) return location;
  // What was found an hour ago can have been replaced, and forgotten, since: that is no damage.
  const isAsFound = (await core.store.getNode(node.id))?.blobId === node.blobId;
  throw isAsFound
    ? new DomainError('corrupt', `the content of "${path}" is missing`)
    : new DomainError('refused', `"${path}" was changed while the zip was made`);
}
