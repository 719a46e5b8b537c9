import { DomainError, isDomainError } from '../lib/errors.ts';
import { randomId, timedId } from '../lib/ids.ts';
import type { Actor } from './actor.ts';
import { ContentGate } from './content-gate.ts';
import { asStored } from './content-type/media-type.ts';
import type { Conditions, Core } from './core.ts';
import { checked, type Digest } from './digest.ts';
import type { Node } from './node.ts';
import type { ByteRange } from './ports/blob-store.ts';
import type { Arrival, BlobLocation, NewBlob, PutFile, PutResult } from './ports/operations.ts';
import { withRoom } from './room.ts';
import { storeShared, type OfferedFile } from './shared-content.ts';
import { assertAllowed, change, creationPlace, replaceable, type Target } from './tree.ts';
import { Upload } from './uploads.ts';

/** Content up to this size shares a pack and a sync with others (design: "How a file is written"). */
export const SMALL_BYTES = 64 * 1024;

export interface Body {
  readonly source: AsyncIterable<Uint8Array>;
  /** The file that `source` reads, where its bytes may be taken over instead; not together with `digests`. */
  readonly file?: OfferedFile | undefined;
  /** Undefined when the client does not say (chunked). */
  readonly sizeBytes: number | undefined;
  readonly mediaType: string;
  /** What the client says that is to come, where it cannot say so for sure: room for that much is there, or nothing is read. */
  readonly expectedBytes?: number | undefined;
  /** Finder made it for itself (`isSidecarName`). */
  readonly isSidecar?: boolean;
  /** The file's own time, where the client gave one. */
  readonly modifiedAtMs?: number | undefined;
  /** The same of when it was made; counts for a new file only. */
  readonly createdAtMs?: number | undefined;
  /** What the client says that the content hashes to; checked before anything becomes visible. */
  readonly digests?: readonly Digest[] | undefined;
}

export interface PutRequest {
  readonly body: Body;
  readonly conditions: Conditions;
  readonly signal: AbortSignal;
  /** Gives another name for a file that is to be a new one, when its own was taken while its content came. */
  readonly nextName?: () => Promise<string>;
}

/**
 * PUT: creates a file at `target`, as `find` found it, or replaces its content. Resolves when the content survives a power cut; until then, and after
 * any failure, the old content is what everybody sees.
 * Throws `is-a-collection`, `parent-missing`, `forbidden`, `locked`, `precondition-failed`, `quota-exceeded`,
 * `no-space`, `rule-violated`, `checksum-mismatch`, `bad-request` (fewer bytes than announced or to be expected), `unavailable`, or the signal's reason.
 */
export async function putFile(
  core: Core,
  actor: Actor,
  target: Target,
  { body, conditions, signal, nextName }: PutRequest,
): Promise<PutResult> {
  const { place, ownerId } = placeOf(actor, target);
  const { sizeBytes, expectedBytes, isSidecar } = body;
  const announced = { name: place.name, sizeBytes: sizeBytes ?? expectedBytes, isSidecar };
  const gate = await ContentGate.open(core, target, announced);
  const args = contentArgs(core, actor, { place, body, conditions });
  const source = verified(body);
  const head = await readHead(source, body);
  const commit: Commit = (whole) => commitFile(core, whole, nextName);
  if (head.isWhole) return storeSmall(core, args, { content: head.bytes, ownerId, commit, gate });
  const shared = body.file && (await storeShared(core, args, { file: body.file, ownerId, signal, gate }));
  const large = { source: head.all, sizeBytes, expectedBytes, ownerId, signal, commit, gate };
  return shared ?? storeLarge(core, args, large);
}

/** What the commit of new content says of it. */
export function contentArgs(
  core: Core,
  actor: Actor,
  { place, body, conditions }: { place: Arrival; body: Omit<Body, 'source' | 'sizeBytes'>; conditions: Conditions },
): Omit<PutFile, 'blob' | 'uploadId'> {
  return {
    ...change(core, actor, conditions),
    ...place,
    expected: conditions.expected,
    mediaType: body.mediaType,
    etag: randomId(),
    modifiedAtMs: body.modifiedAtMs,
    createdAtMs: body.createdAtMs,
    versionsKept: core.settings.versionsKept,
    isSidecar: body.isSidecar,
  };
}

/** Where the file is or will be, and who pays for it: its owner. Throws `is-a-collection`, `parent-missing`, `forbidden`. */
export function placeOf(actor: Actor, target: Target): { place: Arrival; ownerId: number } {
  const { found, parent } = target;
  if (found?.node.kind === 'collection') throw new DomainError('is-a-collection', 'there is a folder at this path');
  if (found && parent) {
    assertAllowed(actor, 'write', found);
    const place = { parentId: parent.node.id, name: found.node.name };
    return { place: { ...place, replaces: replaceable(actor, target.space) }, ownerId: found.node.ownerId };
  }
  const place = creationPlace(actor, target);
  const ownerId = place.ownerId ?? actor.userId;
  return { place: { ...place, replaces: replaceable(actor, target.space) }, ownerId };
}

/** Makes stored bytes the content of a file. */
type Commit = (args: PutFile) => Promise<PutResult>;

async function commitFile(core: Core, put: PutFile, nextName: PutRequest['nextName']): Promise<PutResult> {
  const args = asStored(put);
  if (!nextName) return core.store.run('putFile', args);
  for (let { name } = args; ; name = await nextName()) {
    try {
      return await core.store.run('putFile', { ...args, name });
    } catch (error) {
      if (!isDomainError(error, 'precondition-failed')) throw error;
    }
  }
}

async function storeSmall(
  core: Core,
  args: Omit<PutFile, 'blob' | 'uploadId'>,
  { content, ownerId, commit, gate }: { content: Uint8Array; ownerId: number; commit: Commit; gate: ContentGate },
): Promise<PutResult> {
  await gate.judge(content);
  const need = { ownerId, sizeBytes: content.length };
  const store = () => core.blobs.putSmall(timedId(core.clock.nowMs()), content);
  const blob = content.length === 0 ? undefined : recognised(await withRoom(core, need, store), gate);
  return withRoom(core, need, () => commit({ ...args, blob, uploadId: undefined }));
}

interface LargeContent {
  source: AsyncIterable<Uint8Array>;
  sizeBytes: number | undefined;
  expectedBytes: number | undefined;
  ownerId: number;
  signal: AbortSignal;
  commit: Commit;
  gate: ContentGate;
}

async function storeLarge(
  core: Core,
  args: Omit<PutFile, 'blob' | 'uploadId'>,
  { source, sizeBytes, expectedBytes, ownerId, signal, commit, gate }: LargeContent,
): Promise<PutResult> {
  const roomBytes = sizeBytes ?? expectedBytes ?? 0;
  const upload = await withRoom(core, { ownerId, sizeBytes: roomBytes }, () => Upload.start(core, ownerId, roomBytes));
  let blob: NewBlob | undefined;
  try {
    blob = await core.blobs.put(upload.id, gate.watch(source), {
      allocation: upload.allocation,
      signal,
      grow: (totalBytes) => upload.grow(totalBytes),
    });
    assertComplete(blob, sizeBytes);
    return await commit({ ...args, blob: recognised(blob, gate), uploadId: upload.id });
  } catch (error) {
    await upload.abandon(blob?.location, error);
    throw error;
  } finally {
    upload.end();
  }
}

/** Stored content, with what it was seen to be on its way. */
export function recognised(blob: NewBlob, { contentType }: Pick<ContentGate, 'contentType'>): NewBlob {
  return contentType === undefined ? blob : { ...blob, contentType };
}

function assertComplete(blob: NewBlob, sizeBytes: number | undefined): void {
  if (sizeBytes === undefined || blob.sizeBytes === sizeBytes) return;
  throw new DomainError('bad-request', `${sizeBytes} bytes were announced, ${blob.sizeBytes} came`);
}

interface Head {
  /** The content ended within `SMALL_BYTES`; `bytes` is all of it. */
  isWhole: boolean;
  bytes: Uint8Array;
  /** What was read so far and what is still to come. */
  all: AsyncIterable<Uint8Array>;
}

async function readHead(
  source: AsyncIterable<Uint8Array>,
  { sizeBytes, expectedBytes = 0 }: Pick<Body, 'sizeBytes' | 'expectedBytes'>,
): Promise<Head> {
  if ((sizeBytes ?? expectedBytes) > SMALL_BYTES) {
    return { isWhole: false, bytes: new Uint8Array(), all: source };
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
    if (length > SMALL_BYTES) return { isWhole: false, bytes: new Uint8Array(), all: resume(chunks, iterator) };
  }
  if (sizeBytes !== undefined && length !== sizeBytes) {
    throw new DomainError('bad-request', `${sizeBytes} bytes were announced, ${length} came`);
  }
  return { isWhole: true, bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), all: source };
}

async function* resume(chunks: Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** Passes the content through; ends in `bad-request` when less came than was to be expected. */
function whole({ source, sizeBytes, expectedBytes }: Body): AsyncIterable<Uint8Array> {
  if (sizeBytes !== undefined || expectedBytes === undefined) return source;
  return (async function* check() {
    let length = 0;
    for await (const chunk of source) {
      length += chunk.length;
      yield chunk;
    }
    if (length < expectedBytes) {
      throw new DomainError('bad-request', `${expectedBytes} bytes were to be expected, ${length} came`);
    }
  })();
}

function verified(body: Body): AsyncIterable<Uint8Array> {
  const source = whole(body);
  return body.digests?.length ? checked(source, body.digests) : source;
}

/** Where a file's bytes are; undefined for an empty file. Throws `corrupt` when the metadata know no such blob. */
export async function contentOf(core: Core, node: Node): Promise<BlobLocation | undefined> {
  if (node.blobId === undefined) return undefined;
  const location = await core.store.locateBlob(node.blobId);
  if (!location) throw new DomainError('corrupt', `the content of "${node.name}" is not known`);
  return location;
}

/**
 * A file's content, streamed, whole or in part. The last piece of a whole one comes only once all of it is known to be
 * right. Throws `unavailable` while its disk is down, `corrupt`.
 */
export function readContent(core: Core, location: BlobLocation, range?: ByteRange): AsyncIterable<Uint8Array> {
  return core.blobs.read(location, range);
}
