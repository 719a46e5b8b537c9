import type { ByteRange, OpenFile } from '../../core/ports/blob-store.ts';
import type { BlobLocation } from '../../core/ports/operations.ts';
import { extentOf, type Extent } from '../byte-range.ts';
import type { Checksums } from '../checksum.ts';
import { assertChecksum, isWhole, verified } from '../verified.ts';
import type { Buffers } from './buffers.ts';
import type { Descriptor } from './descriptors.ts';
import type { DiskFaults } from './disk-faults.ts';
import type { Files } from './files.ts';
import { readExactly, readInOrder } from './ordered-reads.ts';

export interface BlobReaderSetup {
  readonly files: Files;
  readonly buffers: Buffers;
  readonly checksums: Checksums;
  readonly faults: DiskFaults;
  /** Opens the file or pack that a blob lies in. */
  readonly open: (location: BlobLocation) => Promise<Descriptor>;
}

/** Reads the blobs of one disk; what is read whole is checked. */
export class BlobReader {
  readonly #setup: BlobReaderSetup;

  constructor(setup: BlobReaderSetup) {
    this.#setup = setup;
  }

  /** As `BlobStore.read` says. */
  async *read(location: BlobLocation, range?: ByteRange): AsyncGenerator<Uint8Array, void> {
    const extent = extentOf(location.sizeBytes, range);
    if (extent.sizeBytes === 0) return;
    const { files, buffers, checksums, faults, open } = this.#setup;
    const descriptor = await open(location);
    try {
      const pieces = readInOrder({ files, fd: descriptor.fd, buffers }, withinFile(location, extent));
      let leftBytes = extent.sizeBytes;
      for await (const piece of isWhole(location, extent) ? verified(checksums, location, pieces) : pieces) {
        yield piece;
        leftBytes -= piece.length;
        // The next one is asked for, so this one is done with; the last one may still be on its way to a client.
        if (leftBytes > 0) buffers.giveBack(piece);
      }
    } catch (error) {
      throw await faults.ofReading(error, nameOf(location));
    } finally {
      descriptor.release();
    }
  }

  /** As `BlobStore.openFile` says. */
  async openFile(location: BlobLocation): Promise<OpenFile | undefined> {
    return location.packId === undefined ? this.#setup.open(location) : undefined;
  }

  /** As `BlobStore.readSmall` says. */
  async readSmall(location: BlobLocation, range?: ByteRange): Promise<Uint8Array> {
    const extent = extentOf(location.sizeBytes, range);
    if (extent.sizeBytes === 0) return new Uint8Array();
    const { files, checksums, faults, open } = this.#setup;
    const { fd, release } = await open(location);
    try {
      const read = readExactly(files, fd, withinFile(location, extent));
      const bytes = await faults.guardReading(read, nameOf(location));
      if (isWhole(location, extent)) assertChecksum(location, checksums.of(bytes));
      return bytes;
    } finally {
      release();
    }
  }
}

/** What a blob lies in, for people. */
export function nameOf({ blobId, packName }: BlobLocation): string {
  return packName === undefined ? `blob ${blobId}` : `pack ${packName}`;
}

function withinFile(location: BlobLocation, extent: Extent): Extent {
  return { start: location.offsetBytes + extent.start, sizeBytes: extent.sizeBytes };
}
