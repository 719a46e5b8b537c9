import type {
  Adopted,
  Allocation,
  BlobStore,
  ByteRange,
  DiskState,
  HostFile,
  OpenFile,
  PackRegistry,
} from '../../core/ports/blob-store.ts';
import type { StoredDisk } from '../../core/ports/metadata-store.ts';
import type { BlobLocation, NewBlob } from '../../core/ports/operations.ts';
import type { StoredFile } from '../../core/ports/stored-file.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import { Checksums } from '../checksum.ts';
import { Buffers } from './buffers.ts';
import { LocalDisk, type DiskSetup } from './disk.ts';
import type { ThreadSetup } from './disk-thread.ts';
import { nodeFiles, type Files } from './files.ts';
import { initialiseDisk } from './identity.ts';
import { LocalPartials } from './local-partials.ts';
import { RECORD_HEADER_BYTES } from './pack-format.ts';
import { LocalAllocation, allocateOn } from './placement.ts';
import { sampleSpace, type SpaceSampler } from './space.ts';

export interface LocalBlobStoreOptions {
  registry: PackRegistry;
  /** How often each disk is looked at. */
  checkIntervalMs?: number;
  /** How often the free space is looked at. */
  sampleIntervalMs?: number;
  /** A disk that does not answer for so long is taken as down. */
  timeoutMs?: number;
  maxPackBytes?: number;
  /** Files that each disk keeps open for reading. */
  maxDescriptors?: number;
  /** For tests: how free space is found out, … */
  sampleSpace?: SpaceSampler;
  /** … and file operations that fail when they are told to, here and in the threads of the disks. */
  files?: Files;
  faults?: ThreadSetup['faults'];
}

const DEFAULTS = {
  checkIntervalMs: 3_000,
  sampleIntervalMs: 10_000,
  timeoutMs: 10_000,
  maxPackBytes: 256 * 1024 * 1024,
  maxDescriptors: 256,
  sampleSpace,
  files: nodeFiles,
};

/** Blobs on any number of local disks. */
export class LocalBlobStore implements BlobStore {
  readonly #disks = new Map<number, LocalDisk>();
  readonly partials = new LocalPartials({
    disk: (diskId) => this.#disk(diskId),
    allocate: (sizeBytes) => allocateOn(this.#disks.values(), sizeBytes),
  });
  readonly #setup: DiskSetup;
  readonly #timers: NodeJS.Timeout[];

  private constructor(setup: DiskSetup, intervals: { checkIntervalMs: number; sampleIntervalMs: number }) {
    this.#setup = setup;
    const inDisks = (look: (disk: LocalDisk) => Promise<void>) => () => {
      for (const disk of this.#disks.values()) void look(disk);
    };
    this.#timers = [
      setInterval(
        inDisks((disk) => disk.check()),
        intervals.checkIntervalMs,
      ),
      setInterval(
        inDisks((disk) => disk.sample()),
        intervals.sampleIntervalMs,
      ),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** A store without disks; add them with `mountDisk`. */
  static async open(options: LocalBlobStoreOptions): Promise<LocalBlobStore> {
    const { faults, ...rest } = options;
    const settings = { ...DEFAULTS, ...rest };
    const checksums = await Checksums.create();
    return new LocalBlobStore({ ...settings, checksums, buffers: new Buffers(), thread: { faults } }, settings);
  }

  allocate(sizeBytes: number): Allocation {
    return allocateOn(this.#disks.values(), sizeBytes);
  }

  async putSmall(blobId: string, content: Uint8Array): Promise<NewBlob> {
    const item = { blobId, content, checksum: this.#setup.checksums.of(content) };
    const addBytes = content.length + RECORD_HEADER_BYTES;
    const failed = new Set<number>();
    let failure: unknown;
    for (;;) {
      const allocation = this.#allocateSmall(addBytes, failed, failure);
      try {
        const blob = await this.#disk(allocation.diskId).putSmall(item);
        allocation.consume(addBytes);
        return blob;
      } catch (error) {
        if (!isDomainError(error, 'no-space', 'unavailable')) throw error;
        failure = error;
        failed.add(allocation.diskId);
      } finally {
        allocation.release();
      }
    }
  }

  async put(
    blobId: string,
    source: AsyncIterable<Uint8Array>,
    options: { allocation: Allocation; signal: AbortSignal; grow?: (totalBytes: number) => Promise<void> },
  ): Promise<NewBlob> {
    const { allocation, signal, grow } = options;
    const disk = this.#disk(allocation.diskId);
    const onWritten = (bytes: number): void => {
      if (allocation instanceof LocalAllocation) allocation.consume(bytes);
      else disk.room.written(bytes);
    };
    return disk.put({ blobId, source, signal, grow, onWritten });
  }

  async allocateShared(file: HostFile): Promise<Allocation | undefined> {
    const places: LocalDisk[] = [];
    for (const disk of this.#disks.values()) if (await disk.couldShare(file)) places.push(disk);
    const [best] = places.sort((a, b) => b.room.availableBytes - a.room.availableBytes);
    return best && new LocalAllocation(best, 0);
  }

  async adopt(
    blobId: string,
    file: HostFile,
    { allocation, signal }: { allocation: Allocation; signal: AbortSignal },
  ): Promise<Adopted | undefined> {
    return this.#disk(allocation.diskId).adopt(blobId, file, signal);
  }

  async separate(): Promise<void> {
    for (const disk of this.#disks.values()) await disk.separate();
  }

  async *read(location: BlobLocation, range?: ByteRange): AsyncGenerator<Uint8Array, void> {
    yield* this.#disk(location.diskId).reader.read(location, range);
  }

  async openFile(location: BlobLocation): Promise<OpenFile | undefined> {
    return this.#disk(location.diskId).reader.openFile(location);
  }

  async readSmall(location: BlobLocation, range?: ByteRange): Promise<Uint8Array> {
    return this.#disk(location.diskId).reader.readSmall(location, range);
  }

  async problemOf(location: BlobLocation, what: 'place' | 'content'): Promise<string | undefined> {
    const problem = await this.#disk(location.diskId).inspector.problemOf(location);
    if (problem !== undefined || what === 'place') return problem;
    try {
      const pieces = this.read(location);
      while ((await pieces.next()).done !== true) continue;
      return undefined;
    } catch (error) {
      if (isDomainError(error, 'corrupt')) return error.message;
      throw error;
    }
  }

  listFiles(diskId: number, signal: AbortSignal): AsyncIterable<StoredFile> {
    return this.#disk(diskId).inspector.list(signal);
  }

  async setAside(diskId: number, file: StoredFile): Promise<void> {
    await this.#disk(diskId).inspector.setAside(file);
  }

  async removeFile(diskId: number, file: StoredFile): Promise<void> {
    await this.#disk(diskId).inspector.remove(file);
  }

  async copyPieces(diskId: number, pieces: readonly BlobLocation[]): Promise<(BlobLocation | undefined)[]> {
    return this.#disk(diskId).copyPieces(pieces);
  }

  async remove(location: BlobLocation): Promise<void> {
    // A piece of a pack goes with its pack.
    if (location.packId !== undefined) return;
    await this.#disk(location.diskId).removeBlob(location.blobId);
  }

  async removePack(diskId: number, packName: string): Promise<void> {
    await this.#disk(diskId).removePack(packName);
  }

  async trimPack(diskId: number, packName: string, lengthBytes: number): Promise<void> {
    await this.#disk(diskId).trimPack(packName, lengthBytes);
  }

  async initialiseDisk(path: string): Promise<{ identity: string; holdsContent: boolean }> {
    return initialiseDisk(path);
  }

  /** Resolves when the disk has been looked at for the first time. `refused` when it is mounted already. */
  async mountDisk(stored: StoredDisk): Promise<void> {
    for (const { id, identity } of this.#disks.values()) {
      if (id === stored.id || identity === stored.identity) {
        throw new DomainError('refused', `disk "${stored.name}" is in use already`);
      }
    }
    const disk = new LocalDisk(stored, this.#setup);
    this.#disks.set(stored.id, disk);
    await disk.check();
  }

  async unmountDisk(diskId: number): Promise<void> {
    const disk = this.#disks.get(diskId);
    await disk?.unmount();
    this.#disks.delete(diskId);
  }

  async sampleRoom(): Promise<void> {
    await Promise.all([...this.#disks.values()].map((disk) => disk.sampleAnew()));
  }

  listDisks(): DiskState[] {
    return [...this.#disks.values()].map((disk) => disk.describe());
  }

  /** Looks at all disks and their free space now, not only when it is time. */
  async checkDisks(): Promise<void> {
    await Promise.all(
      [...this.#disks.values()].map(async (disk) => {
        await disk.check();
        await disk.sample();
      }),
    );
  }

  /** Waits for what is being written, and seals packs: close it before the metadata store. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([...this.#disks.keys()].map((id) => this.unmountDisk(id)));
  }

  /** The disk with most room that did not fail yet; with none left, `failure` says more than its absence. */
  #allocateSmall(addBytes: number, failed: ReadonlySet<number>, failure: unknown): LocalAllocation {
    try {
      return allocateOn(this.#disks.values(), addBytes, failed);
    } catch (error) {
      throw failure ?? error;
    }
  }

  #disk(diskId: number): LocalDisk {
    const disk = this.#disks.get(diskId);
    if (disk === undefined)
      throw new DomainError('unavailable', `disk ${diskId} is not in use`, { retryAfterSeconds: 10 });
    return disk;
  }
}
