import type { BlobStore } from '../core/ports/blob-store.ts';
import { isDomainError } from '../lib/errors.ts';
import { overriding } from './overriding.ts';

/** The same blob store, with every read told to `onDamage` that meets missing or wrong bytes. */
export function observedBlobs(blobs: BlobStore, onDamage: () => void): BlobStore {
  const tell = (error: unknown): void => {
    if (isDomainError(error, 'corrupt')) onDamage();
  };
  return overriding(blobs, {
    async *read(location, range) {
      try {
        yield* blobs.read(location, range);
      } catch (error) {
        tell(error);
        throw error;
      }
    },
    readSmall: (location, range) => {
      const read = blobs.readSmall(location, range);
      read.catch(tell);
      return read;
    },
  });
}
