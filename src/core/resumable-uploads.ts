import { DomainError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';
import { ContentGate } from './content-gate.ts';
import { HEAD_BYTES } from './content-type/sniff.ts';
import type { Core } from './core.ts';
import { checked, type Digest } from './digest.ts';
import { gateOf } from './resumable-target.ts';
import type { PartialPlace, PartialState } from './ports/partial-blobs.ts';
import type { ResumableUpload } from './ports/resumable-uploads.ts';
import { isLeft } from './permissions.ts';
import type { OnConflict } from './on-conflict.ts';
import { reachNode } from './reach.ts';
import { GrowingRoom, withRoom } from './room.ts';
import { placeOf } from './transfer.ts';
import type { Target } from './tree.ts';

/** Unfinished uploads that a user may have: a page may queue a folder of photos. */
const MAX_PER_USER = 1000;
/** Of an upload of unknown length. */
const FIRST_STEP_BYTES = 8 * 1024 * 1024;

export interface NewResumable {
  /** 32 random hex digits: also the id of the blob to be. */
  readonly uploadId: string;
  readonly sizeBytes: number | undefined;
  /** As the client sent it, to be given back. */
  readonly metadata: string;
  readonly onConflict: OnConflict;
}

/**
 * Begins an upload in pieces to `target`: room on a disk and in the owner's quota is promised to all of it, until it is
 * finished, ended or too old. Throws what PUT would throw before its first byte, `already-exists` for a file that is
 * not to be replaced, and `refused` when the user has too many unfinished ones.
 */
export async function beginResumable(
  core: Core,
  actor: Actor,
  target: Target,
  { uploadId, sizeBytes, metadata, onConflict }: NewResumable,
): Promise<void> {
  const isNew = isFree(target) || onConflict === 'keep-both';
  if (!isNew && onConflict === 'fail' && target.found?.node.kind === 'file')
    throw new DomainError('already-exists', 'there is a file at this path already');
  const { place, ownerId } = placeOf(actor, isNew ? { ...target, found: undefined } : target);
  await ContentGate.open(core, target, { name: place.name, sizeBytes });
  const reservedBytes = sizeBytes ?? 0;
  await withRoom(core, { ownerId, sizeBytes: reservedBytes }, async () => {
    const partial = await core.blobs.partials.begin(uploadId, reservedBytes);
    try {
      await core.store.run('beginResumableUpload', {
        uploadId,
        userId: actor.userId,
        ownerId,
        diskId: partial.diskId,
        parentId: place.parentId,
        name: place.name,
        metadata,
        sizeBytes,
        reservedBytes,
        maxPerUser: MAX_PER_USER,
        nowMs: core.clock.nowMs(),
      });
    } catch (error) {
      await core.blobs.partials.remove(partial).catch(() => undefined);
      throw error;
    }
  });
}

/** Whether a new file can be at a path: a file that only a lock made is filled by the first upload (RFC 4918 §7.3). */
export function isFree({ found }: Target): boolean {
  return found === undefined || found.node.isUnwritten;
}

/** An upload of the one who asks. Throws `not-found` for any other, as for none. */
export async function ownResumable(core: Core, actor: Actor, uploadId: string): Promise<ResumableUpload> {
  const upload = /^[0-9a-f]{32}$/.test(uploadId) ? await core.store.resumableUploads.get(uploadId) : undefined;
  if (upload === undefined || !(await isOwn(core, actor, upload))) {
    throw new DomainError('not-found', 'there is no such upload (any more)');
  }
  return upload;
}

/** An app password for one folder sees the uploads to that folder, and one that only reads sees none. */
export async function isOwn(core: Core, actor: Actor, upload: ResumableUpload): Promise<boolean> {
  if (upload.userId !== actor.userId || !isLeft(actor, 'add')) return false;
  if (isPast(core, upload)) return false;
  if (actor.narrowing?.rootId === undefined) return true;
  return (await reachNode(core, actor, upload.parentId)) !== undefined;
}

/** Whether its time is over, though it may not have been swept yet. */
function isPast(core: Core, { touchedAtMs, finished }: ResumableUpload): boolean {
  return finished === undefined && core.clock.nowMs() - touchedAtMs > core.settings.uploadsKeptMs;
}

/** Says how large an upload will be that was begun without. Throws `bad-request`, `quota-exceeded`, `no-space`. */
export async function sizeResumable(core: Core, upload: ResumableUpload, sizeBytes: number): Promise<ResumableUpload> {
  const { uploadId, offsetBytes, reserved } = upload;
  if (upload.sizeBytes === sizeBytes) return upload;
  if (upload.sizeBytes !== undefined || sizeBytes < offsetBytes) {
    throw new DomainError('bad-request', `the length is ${upload.sizeBytes ?? `at least ${offsetBytes}`} already`);
  }
  const addBytes = sizeBytes - (reserved?.sizeBytes ?? 0);
  await withRoom(core, { ownerId: reserved?.ownerId ?? upload.userId, sizeBytes: Math.max(0, addBytes) }, async () => {
    if (addBytes > 0) core.blobs.partials.extendRoom(partialOf(upload), addBytes);
    await core.store.run('sizeResumableUpload', { uploadId, sizeBytes });
  });
  return reread(core, upload);
}

export interface Piece {
  /** Undefined when the client does not say. */
  readonly sizeBytes: number | undefined;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** What it must hash to: then it counts as a whole or not at all. */
  readonly digest: Digest | undefined;
}

/**
 * Adds a piece behind what has come; answers how much has come then. Resolves when that survives a power cut. When the
 * source fails, what came of it counts, unless it has a digest: throws the source's error then. Throws `too-large` for
 * more than was announced, `checksum-mismatch`, `rule-violated`, `quota-exceeded`, `no-space`, `unavailable`.
 */
export async function appendResumable(
  core: Core,
  actor: Actor,
  upload: ResumableUpload,
  piece: Piece,
): Promise<number> {
  const { partials } = core.blobs;
  const place = partialOf(upload);
  const growth = new Growth(core, upload);
  core.runningUploads.add(upload.uploadId);
  let offsetBytes = upload.offsetBytes;
  try {
    partials.keepRoom(place, growth.promisedBytes - offsetBytes);
    const onDurable = async ({ sizeBytes, checksumState }: PartialState): Promise<void> => {
      const { uploadId } = upload;
      const nowMs = core.clock.nowMs();
      await core.store.run('advanceResumableUpload', { uploadId, offsetBytes: sizeBytes, checksumState, nowMs });
      offsetBytes = sizeBytes;
    };
    await partials.append(place, stateOf(upload), {
      source: judged(piece, upload, await gateFor(core, actor, { upload, piece })),
      signal: piece.signal,
      keeps: piece.digest === undefined ? 'what-came' : 'nothing',
      grow: (totalBytes) => growth.to(totalBytes),
      onDurable,
    });
    return offsetBytes;
  } finally {
    core.runningUploads.delete(upload.uploadId);
    if (isMounted(core, place)) partials.keepRoom(place, growth.promisedBytes - offsetBytes);
  }
}

/** What is promised to an upload, and more of it for one whose length nobody knows. */
class Growth {
  readonly #core: Core;
  readonly #upload: ResumableUpload;
  promisedBytes: number;
  readonly #room: GrowingRoom;

  constructor(core: Core, upload: ResumableUpload) {
    this.#core = core;
    this.#upload = upload;
    this.promisedBytes = Math.max(upload.sizeBytes ?? upload.reserved?.sizeBytes ?? 0, upload.offsetBytes);
    const ownerId = upload.reserved?.ownerId ?? upload.userId;
    this.#room = new GrowingRoom(core, { ownerId, firstStepBytes: FIRST_STEP_BYTES });
  }

  async to(totalBytes: number): Promise<void> {
    const { promisedBytes } = this;
    await this.#room.grow({ promisedBytes, totalBytes }, (bytes) => this.#extendTo(bytes));
  }

  async #extendTo(totalBytes: number): Promise<void> {
    const { uploadId } = this.#upload;
    const addBytes = totalBytes - this.promisedBytes;
    this.#core.blobs.partials.extendRoom(partialOf(this.#upload), addBytes);
    await this.#core.store.run('extendUpload', { uploadId, addBytes });
    this.promisedBytes = totalBytes;
  }
}

/** The bytes of a piece, as far as they are within the length and, in the end, what they should hash to. */
function judged(
  { source, digest }: Piece,
  { sizeBytes, offsetBytes }: ResumableUpload,
  gate: ContentGate | undefined,
): AsyncIterable<Uint8Array> {
  const within = sizeBytes === undefined ? source : limited(source, sizeBytes - offsetBytes);
  const watched = gate === undefined ? within : gate.watch(within);
  return digest === undefined ? watched : checked(watched, [digest]);
}

/** What a file is can be told of its beginning: of the first piece, when that has enough of it. */
async function gateFor(
  core: Core,
  actor: Actor,
  { upload, piece }: { upload: ResumableUpload; piece: Piece },
): Promise<ContentGate | undefined> {
  const isEnough = (piece.sizeBytes ?? 0) >= HEAD_BYTES || piece.sizeBytes === upload.sizeBytes;
  return upload.offsetBytes === 0 && isEnough ? gateOf(core, actor, upload) : undefined;
}

async function* limited(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > maxBytes) throw new DomainError('too-large', 'more bytes came than were announced');
    yield chunk;
  }
}

/** The upload as it stands now. Throws `not-found`. */
export async function reread(core: Core, { uploadId }: ResumableUpload): Promise<ResumableUpload> {
  const upload = await core.store.resumableUploads.get(uploadId);
  if (upload === undefined) throw new DomainError('not-found', 'there is no such upload (any more)');
  return upload;
}

export function partialOf({ uploadId, diskId }: ResumableUpload): PartialPlace {
  return { blobId: uploadId, diskId };
}

export function stateOf({ offsetBytes, checksumState }: ResumableUpload): PartialState {
  return { sizeBytes: offsetBytes, checksumState };
}

/** Whether this process uses the disk, be it there now or not. */
export function isMounted(core: Core, { diskId }: PartialPlace): boolean {
  return core.blobs.listDisks().some(({ id }) => id === diskId);
}
