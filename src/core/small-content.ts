import { isDomainError } from '../lib/errors.ts';
import type { Core } from './core.ts';
import type { ByteRange } from './ports/blob-store.ts';
import type { BlobLocation } from './ports/operations.ts';

/**
 * Small content, or a small part, in one piece; a whole one is checked. Content that was moved since `location` was
 * found is found again. Throws `unavailable` while its disk is down, `corrupt`.
 */
export async function readSmallContent(core: Core, location: BlobLocation, range?: ByteRange): Promise<Uint8Array> {
  try {
    return await core.blobs.readSmall(location, range);
  } catch (error) {
    const present = isDomainError(error, 'corrupt') ? await core.store.locateBlob(location.blobId) : undefined;
    if (!present || isSamePlace(present, location)) throw error;
    return core.blobs.readSmall(present, range);
  }
}

function isSamePlace(one: BlobLocation, other: BlobLocation): boolean {
  return one.diskId === other.diskId && one.packId === other.packId && one.offsetBytes === other.offsetBytes;
}
