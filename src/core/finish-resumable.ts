import { DomainError, isDomainError } from '../lib/errors.ts';
import { timedId } from '../lib/ids.ts';
import { joinPath, type NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import { ContentGate } from './content-gate.ts';
import { asStored } from './content-type/media-type.ts';
import { HEAD_BYTES } from './content-type/sniff.ts';
import type { Conditions, Core } from './core.ts';
import { freeName } from './free-names.ts';
import type { Expected, NewBlob } from './ports/operations.ts';
import type { ResumableUpload } from './ports/resumable-uploads.ts';
import { pathOf } from './resumable-target.ts';
import type { OnConflict } from './on-conflict.ts';
import { isFree, partialOf, stateOf } from './resumable-uploads.ts';
import { withRoom } from './room.ts';
import { contentArgs, placeOf, recognised, SMALL_BYTES } from './transfer.ts';
import { find, type Target } from './tree.ts';

/** How often another name is looked for when somebody else takes the one that was free. */
const MAX_NAMES = 5;

export interface Finish {
  /** Where the file is to be instead of where it was begun. */
  readonly path?: NodePath | undefined;
  readonly onConflict: OnConflict;
  /** The etag that the file must have that is replaced. */
  readonly ifMatch?: string | undefined;
  readonly mediaType: string;
  readonly modifiedAtMs?: number | undefined;
  readonly createdAtMs?: number | undefined;
  readonly conditions: Conditions;
}

export interface Finished {
  readonly nodeId: number;
  readonly etag: string;
}

/**
 * Makes the file of what was uploaded, as PUT would: rights, locks and rules count as they are now. Done again, it answers
 * what it did. Whatever it throws, what was uploaded stays: another try may name another place. Throws what PUT throws,
 * `refused` while bytes are missing, `already-exists`, and `parent-missing` where the folder is gone.
 */
export async function finishResumable(
  core: Core,
  actor: Actor,
  upload: ResumableUpload,
  finish: Finish,
): Promise<Finished> {
  if (upload.finished !== undefined) return upload.finished;
  if (upload.sizeBytes !== upload.offsetBytes) {
    throw new DomainError('refused', `only ${upload.offsetBytes} bytes have come so far`);
  }
  core.runningUploads.add(upload.uploadId);
  try {
    const result = await settle(core, actor, { upload, finish });
    // What is left of small ones is in a pack by now; `fsck` would find it as well.
    await core.blobs.partials.remove(partialOf(upload)).catch(() => undefined);
    return result;
  } finally {
    core.runningUploads.delete(upload.uploadId);
  }
}

interface Settling {
  readonly upload: ResumableUpload;
  readonly finish: Finish;
}

async function settle(core: Core, actor: Actor, { upload, finish }: Settling): Promise<Finished> {
  for (let names = 1; ; names += 1) {
    const target = await targetOf(core, actor, { upload, finish });
    try {
      return await commit(core, actor, { upload, finish, target });
    } catch (error) {
      if (!isDomainError(error, 'precondition-failed') || finish.onConflict === 'replace') throw error;
      if (finish.onConflict === 'fail') throw alreadyThere();
      if (names === MAX_NAMES) throw error;
    }
  }
}

async function targetOf(core: Core, actor: Actor, { upload, finish }: Settling): Promise<Target> {
  const path = finish.path ?? (await pathOf(core, actor, upload));
  const target = await find(core, actor, path);
  if (isFree(target) || finish.onConflict === 'replace') return target;
  if (finish.onConflict === 'fail' && target.found?.node.kind === 'collection') return target;
  if (finish.onConflict === 'fail') throw alreadyThere();
  const { parent } = target;
  const name = path.segments.at(-1) ?? '';
  if (parent === undefined) return target;
  const isTaken = async (candidate: string): Promise<boolean> =>
    (await core.store.walk(parent.node.id, [candidate]))?.length === 2;
  return find(core, actor, joinPath(parent.path, await freeName(name, isTaken)));
}

async function commit(
  core: Core,
  actor: Actor,
  { upload, finish, target }: Settling & { target: Target },
): Promise<Finished> {
  const { place, ownerId } = placeOf(actor, target);
  const gate = await ContentGate.open(core, target, { name: place.name, sizeBytes: upload.sizeBytes });
  await gate.judge(await headOf(core, upload));
  const conditions = { ...finish.conditions, expected: expectedOf(target, finish) };
  const args = contentArgs(core, actor, { place, body: finish, conditions });
  const need = { ownerId, sizeBytes: upload.offsetBytes };
  const stored = await withRoom(core, need, () => blobOf(core, upload));
  const blob = stored && recognised(stored, gate);
  const { uploadId } = upload;
  return withRoom(core, need, () =>
    core.store.run('finishResumableUpload', { ...asStored({ ...args, blob }), uploadId, resumableId: uploadId }),
  );
}

function expectedOf({ found }: Target, { onConflict, ifMatch }: Finish): Expected | undefined {
  if (onConflict !== 'replace')
    return found === undefined ? 'absent' : { nodeId: found.node.id, etag: found.node.etag };
  if (ifMatch === undefined) return undefined;
  if (found?.node.etag !== ifMatch) {
    throw new DomainError('precondition-failed', 'the file is not the one that was to be replaced');
  }
  return { nodeId: found.node.id, etag: ifMatch };
}

async function headOf(core: Core, upload: ResumableUpload): Promise<Uint8Array> {
  const sizeBytes = Math.min(upload.offsetBytes, HEAD_BYTES);
  return sizeBytes === 0 ? new Uint8Array() : core.blobs.partials.readSmall(partialOf(upload), sizeBytes);
}

/** Small content shares a pack, as that of other uploads does. */
async function blobOf(core: Core, upload: ResumableUpload): Promise<NewBlob | undefined> {
  const { partials } = core.blobs;
  if (upload.offsetBytes === 0) return undefined;
  if (upload.offsetBytes > SMALL_BYTES) return partials.publish(partialOf(upload), stateOf(upload));
  const content = await partials.readSmall(partialOf(upload), upload.offsetBytes);
  return core.blobs.putSmall(timedId(core.clock.nowMs()), content);
}

function alreadyThere(): DomainError {
  return new DomainError(
    'already-exists',
    'there is a file of this name already: choose another, or what to do with it',
  );
}
