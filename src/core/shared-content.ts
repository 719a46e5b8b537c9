import { DomainError } from '../lib/errors.ts';
import type { ContentGate } from './content-gate.ts';
import { asStored } from './content-type/media-type.ts';
import { HEAD_BYTES } from './content-type/sniff.ts';
import type { Core } from './core.ts';
import type { Adopted, HostFile } from './ports/blob-store.ts';
import type { PutFile, PutResult } from './ports/operations.ts';
import { withRoom } from './room.ts';
import { Upload } from './uploads.ts';

/** A file of this machine whose bytes may become a blob's without a copy. */
export interface OfferedFile extends HostFile {
  /** Throws `busy` if it is not what it was when it was opened: what was made of it is not its content then. */
  assertUnchanged(): Promise<void>;
  /** Takes `Adopted.settle`, to be called once its name has been removed, or stays. */
  onAdopted(settle: () => Promise<void>): void;
  /** The first bytes of its content; fewer when it has no more. */
  readHead(bytes: number): Promise<Uint8Array>;
}

/**
 * Stores a file of this machine without a copy of its bytes, as `BlobStore.adopt` does it, and makes it a file's
 * content. Undefined, with nothing changed, where that cannot be had.
 * Throws what `putFile` throws, and `busy`; the file is as before then.
 */
export async function storeShared(
  core: Core,
  args: Omit<PutFile, 'blob' | 'uploadId'>,
  { file, ownerId, signal, gate }: { file: OfferedFile; ownerId: number; signal: AbortSignal; gate: ContentGate },
): Promise<PutResult | undefined> {
  await gate.judge(await file.readHead(HEAD_BYTES));
  const { sizeBytes } = file;
  const allocation = await core.blobs.allocateShared(file);
  if (!allocation) return undefined;
  const upload = await withRoom(core, { ownerId, sizeBytes }, () => Upload.start(core, ownerId, sizeBytes, allocation));
  let adopted: Adopted | undefined;
  try {
    adopted = await core.blobs.adopt(upload.id, file, { allocation, signal });
    if (!adopted) {
      await upload.abandon(undefined, undefined);
      return undefined;
    }
    await file.assertUnchanged();
    if (adopted.blob.sizeBytes !== sizeBytes) throw new DomainError('busy', 'the file changed its size');
    const { contentType } = gate;
    const blob = { ...adopted.blob, ...(contentType !== undefined && { contentType }) };
    const result = await core.store.run('putFile', { ...asStored({ ...args, blob }), uploadId: upload.id });
    file.onAdopted(() => adopted?.settle() ?? Promise.resolve());
    return result;
  } catch (error) {
    await upload.abandon(adopted?.blob.location, error);
    // What cannot be done of that now is left to `separate`.
    await adopted?.settle().catch(() => undefined);
    throw error;
  } finally {
    upload.end();
  }
}
