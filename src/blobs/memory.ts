import type { Allocation, BlobStore, ByteRange, DiskState } from '../core/ports/blob-store.ts';
import type { StoredDisk } from '../core/ports/metadata-store.ts';
import type { BlobLocation, NewBlob } from '../core/ports/operations.ts';
import type { StoredFile } from '../core/ports/stored-file.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import { extentOf } from './byte-range.ts';
import { Checksums } from './checksum.ts';
import { MemoryPartials } from './memory-partials.ts';
import { assertChecksum, isWhole } from './verified.ts';

interface MemoryDisk {
  readonly stored: StoredDisk;
  /** Shared by all mounts of the same identity: what is unmounted and mounted again still has its blobs. */
  readonly blobs: Map<string, Uint8Array>;
  readonly aside: Map<string, Uint8Array>;
  readonly partials: Map<string, Buffer>;
  promisedBytes: number;
  isDown: boolean;
}

const CHUNK_BYTES = 64 * 1024;

/** Blobs in memory, on disks of `diskBytes` each: for tests of what stands above. It has no packs. */
export class MemoryBlobStore implements BlobStore {
  readonly #checksums: Checksums;
  readonly #diskBytes: number;
  readonly #disks = new Map<number, MemoryDisk>();
  readonly #identities = new Map<string, string>();
  readonly #contents = new Map<string, Map<string, Uint8Array>>();
  readonly partials = new MemoryPartials({
    allocate: (sizeBytes) => this.allocate(sizeBytes),
    keep: (diskId, sizeBytes) => this.#keepRoom(diskId, sizeBytes),
    contentsOf: (diskId) => this.#disk(diskId).partials,
    store: ({ blobId, diskId }, content) => this.#keep(blobId, content, diskId),
    publishedOn: (diskId) => this.#disk(diskId).blobs,
  });

  private constructor(checksums: Checksums, diskBytes: number) {
    this.#checksums = checksums;
    this.#diskBytes = diskBytes;
  }

  static async open({ diskBytes = 1024 ** 4 }: { diskBytes?: number } = {}): Promise<MemoryBlobStore> {
    return new MemoryBlobStore(await Checksums.create(), diskBytes);
  }

  /** How many blobs are stored, on all disks. */
  get blobCount(): number {
    return [...this.#contents.values()].reduce((sum, blobs) => sum + blobs.size, 0);
  }

  /** Takes a disk away as if its cable were pulled, or brings it back. */
  setDown(diskId: number, isDown: boolean): void {
    const disk = this.#disks.get(diskId);
    if (disk !== undefined) disk.isDown = isDown;
  }

  allocate(sizeBytes: number): Allocation {
    const up = [...this.#disks.values()].filter((disk) => !disk.isDown);
    const [best] = up.sort((a, b) => availableBytes(b, this.#diskBytes) - availableBytes(a, this.#diskBytes));
    if (best === undefined) throw unavailable('no disk is there to write to');
    const allocation = this.#allocateOn(best);
    allocation.extend(sizeBytes);
    return allocation;
  }

  #allocateOn(disk: MemoryDisk, openBytes = 0): Allocation {
    let keptBytes = openBytes;
    disk.promisedBytes += keptBytes;
    const extend = (addBytes: number): void => {
      if (availableBytes(disk, this.#diskBytes) < addBytes) {
        throw new DomainError('no-space', `no disk has ${addBytes} bytes free`);
      }
      disk.promisedBytes += addBytes;
      keptBytes += addBytes;
    };
    const release = (): void => {
      disk.promisedBytes -= keptBytes;
      keptBytes = 0;
    };
    return { diskId: disk.stored.id, extend, release };
  }

  #keepRoom(diskId: number, sizeBytes: number): Allocation {
    const disk = this.#disks.get(diskId);
    if (disk === undefined) throw unavailable(`disk ${diskId} is not there`);
    return this.#allocateOn(disk, sizeBytes);
  }

  async putSmall(blobId: string, content: Uint8Array): Promise<NewBlob> {
    const allocation = this.allocate(content.length);
    allocation.release();
    return this.#keep(blobId, Uint8Array.from(content), allocation.diskId);
  }

  async put(
    blobId: string,
    source: AsyncIterable<Uint8Array>,
    options: { allocation: Allocation; signal: AbortSignal; grow?: (totalBytes: number) => Promise<void> },
  ): Promise<NewBlob> {
    const { allocation, signal, grow } = options;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    try {
      signal.throwIfAborted();
      const content = await Promise.race([collect(source, grow), aborted]);
      return this.#keep(blobId, content, allocation.diskId);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async allocateShared(): Promise<undefined> {
    // Memory has no bytes in common with a file.
  }

  async adopt(): Promise<undefined> {
    // As above.
  }

  async separate(): Promise<void> {
    // As above.
  }

  async *read(location: BlobLocation, range?: ByteRange): AsyncGenerator<Uint8Array, void> {
    const content = await this.readSmall(location, range);
    for (let offset = 0; offset < content.length; offset += CHUNK_BYTES) {
      yield content.subarray(offset, offset + CHUNK_BYTES);
    }
  }

  async openFile(): Promise<undefined> {
    return undefined;
  }

  async readSmall(location: BlobLocation, range?: ByteRange): Promise<Uint8Array> {
    const extent = extentOf(location.sizeBytes, range);
    const content = this.#disk(location.diskId).blobs.get(location.blobId);
    if (content === undefined || content.length < location.sizeBytes) {
      throw new DomainError('corrupt', `${location.blobId} is missing or too short`);
    }
    const part = content.slice(extent.start, extent.start + extent.sizeBytes);
    if (isWhole(location, extent)) assertChecksum(location, this.#checksums.of(part));
    return part;
  }

  async problemOf(location: BlobLocation): Promise<string | undefined> {
    try {
      await this.readSmall(location);
      return undefined;
    } catch (error) {
      if (isDomainError(error, 'corrupt')) return error.message;
      throw error;
    }
  }

  async *listFiles(diskId: number, signal: AbortSignal): AsyncGenerator<StoredFile, void> {
    const { blobs, aside, partials } = this.#disk(diskId);
    const places = [['blob', blobs] as const, ['aside', aside] as const, ['partial', partials] as const];
    for (const [kind, contents] of places) {
      for (const [id, content] of contents) {
        signal.throwIfAborted();
        yield { kind, id, path: `${kind}/${id}`, sizeBytes: content.length, changedAtMs: 0, isInUse: false };
      }
    }
  }

  async setAside(diskId: number, { id }: StoredFile): Promise<void> {
    const { blobs, aside } = this.#disk(diskId);
    const content = blobs.get(id);
    if (content !== undefined) aside.set(id, content);
    blobs.delete(id);
  }

  async removeFile(diskId: number, { id, kind }: StoredFile): Promise<void> {
    if (kind !== 'aside' && kind !== 'partial') throw new DomainError('refused', `${kind} ${id} may be needed`);
    const { aside, partials } = this.#disk(diskId);
    (kind === 'aside' ? aside : partials).delete(id);
  }

  async copyPieces(diskId: number, pieces: readonly BlobLocation[]): Promise<(BlobLocation | undefined)[]> {
    this.#disk(diskId);
    return pieces.map(() => undefined);
  }

  async remove(location: BlobLocation): Promise<void> {
    this.#disk(location.diskId).blobs.delete(location.blobId);
  }

  async removePack(diskId: number): Promise<void> {
    this.#disk(diskId);
  }

  async trimPack(diskId: number): Promise<void> {
    this.#disk(diskId);
  }

  async initialiseDisk(path: string): Promise<{ identity: string; holdsContent: boolean }> {
    const identity = this.#identities.get(path) ?? randomId();
    this.#identities.set(path, identity);
    return { identity, holdsContent: (this.#contents.get(identity)?.size ?? 0) > 0 };
  }

  async mountDisk(stored: StoredDisk): Promise<void> {
    if (this.#disks.has(stored.id)) throw new DomainError('refused', `disk "${stored.name}" is in use already`);
    const blobs = this.#contents.get(stored.identity) ?? new Map<string, Uint8Array>();
    this.#contents.set(stored.identity, blobs);
    const isDown = this.#identities.get(stored.path) !== stored.identity;
    this.#disks.set(stored.id, { stored, blobs, aside: new Map(), partials: new Map(), promisedBytes: 0, isDown });
  }

  async unmountDisk(diskId: number): Promise<void> {
    this.#disks.delete(diskId);
  }

  async sampleRoom(): Promise<void> {
    // It is always known.
  }

  listDisks(): DiskState[] {
    return [...this.#disks.values()].map((disk) => {
      const { id, name, path, reserveBytes } = disk.stored;
      const free = freeBytes(disk, this.#diskBytes);
      const upState = free <= reserveBytes ? 'full' : 'up';
      return {
        id,
        name,
        path,
        state: disk.isDown ? 'down' : upState,
        problem: disk.isDown ? 'it was taken away' : undefined,
        freeBytes: free,
        totalBytes: this.#diskBytes,
        promisedBytes: disk.promisedBytes,
        availableBytes: availableBytes(disk, this.#diskBytes),
      };
    });
  }

  async close(): Promise<void> {
    this.#disks.clear();
  }

  #disk(diskId: number): MemoryDisk {
    const disk = this.#disks.get(diskId);
    if (disk === undefined || disk.isDown) throw unavailable(`disk ${diskId} is not there`);
    return disk;
  }

  #keep(blobId: string, content: Uint8Array, diskId: number): NewBlob {
    this.#disk(diskId).blobs.set(blobId, content);
    const sizeBytes = content.length;
    const checksum = this.#checksums.of(content);
    const location = { blobId, diskId, sizeBytes, checksum, packId: undefined, packName: undefined, offsetBytes: 0 };
    return { id: blobId, sizeBytes, checksum, location };
  }
}

function unavailable(message: string): DomainError {
  return new DomainError('unavailable', message, { retryAfterSeconds: 10 });
}

function freeBytes({ blobs }: MemoryDisk, diskBytes: number): number {
  return [...blobs.values()].reduce((free, content) => free - content.length, diskBytes);
}

function availableBytes(disk: MemoryDisk, diskBytes: number): number {
  return freeBytes(disk, diskBytes) - disk.promisedBytes - disk.stored.reserveBytes;
}

async function collect(
  source: AsyncIterable<Uint8Array>,
  grow: ((totalBytes: number) => Promise<void>) | undefined,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    await grow?.(sizeBytes);
    // The source may use its memory again.
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
}
