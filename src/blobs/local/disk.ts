import { resolve } from 'node:path';
import type { Adopted, DiskState, HostFile, PackRegistry } from '../../core/ports/blob-store.ts';
import type { StoredDisk } from '../../core/ports/metadata-store.ts';
import type { BlobLocation, NewBlob } from '../../core/ports/operations.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import type { Checksums } from '../checksum.ts';
import { BlobReader, nameOf } from './blob-reader.ts';
import type { Buffers } from './buffers.ts';
import { Descriptors, type Descriptor } from './descriptors.ts';
import { DiskFaults } from './disk-faults.ts';
import { DiskHealth } from './disk-health.ts';
import { DiskInspector } from './disk-inspector.ts';
import { DiskThread, type ThreadSetup } from './disk-thread.ts';
import type { Files } from './files.ts';
import { blobPath, packPath } from './layout.ts';
import { PACK_HEADER, RECORD_HEADER_BYTES } from './pack-format.ts';
import { PackWriter, type SmallContent } from './pack-writer.ts';
import { Partials } from './partials.ts';
import { DiskRoom, LocalAllocation, type Place } from './placement.ts';
import type { SpaceSampler } from './space.ts';
import { Uploads, type Upload } from './uploads.ts';

/** What all disks of a store share. */
export interface DiskSetup {
  readonly registry: PackRegistry;
  readonly checksums: Checksums;
  readonly buffers: Buffers;
  readonly files: Files;
  readonly sampleSpace: SpaceSampler;
  readonly maxPackBytes: number;
  readonly maxDescriptors: number;
  /** A disk that does not answer for so long is taken as down. */
  readonly timeoutMs: number;
  readonly thread: ThreadSetup;
}

/** One disk: a folder with an identity file, two threads for its syncs, and the files below it. */
export class LocalDisk implements Place {
  readonly id: number;
  readonly room: DiskRoom;
  readonly #stored: StoredDisk;
  readonly #setup: DiskSetup;
  readonly #root: string;
  readonly #health: DiskHealth;
  readonly #faults: DiskFaults;
  readonly #descriptors: Descriptors;
  /** Apart, so that the sync of a large file does not hold up small ones. */
  readonly #packThread: DiskThread;
  readonly #blobThread: DiskThread;
  readonly #packs: PackWriter;
  readonly #uploads: Uploads;
  readonly #partials: Partials;
  readonly reader: BlobReader;
  readonly inspector: DiskInspector;
  #sampling: Promise<void> | undefined;
  #isUnmounting = false;

  constructor(stored: StoredDisk, setup: DiskSetup) {
    this.id = stored.id;
    this.room = new DiskRoom(stored.reserveBytes);
    this.#stored = stored;
    this.#setup = setup;
    this.#root = resolve(stored.path);
    this.#health = new DiskHealth({
      root: this.#root,
      identity: stored.identity,
      timeoutMs: setup.timeoutMs,
      onUp: () => this.#uploads.clear(),
      onDown: () => void this.#letGo(),
    });
    this.#faults = new DiskFaults(stored.name, this.#health, this.room);
    this.#descriptors = new Descriptors(setup.files, setup.maxDescriptors);
    this.#packThread = new DiskThread(setup.thread);
    this.#blobThread = new DiskThread(setup.thread);
    this.#packs = this.#packWriter();
    this.#uploads = this.#uploadReceiver();
    this.#partials = new Partials({
      ...setup,
      diskId: this.id,
      root: this.#root,
      thread: this.#blobThread,
      health: this.#health,
      faults: this.#faults,
    });
    const open = (location: BlobLocation): Promise<Descriptor> => this.#open(location);
    this.reader = new BlobReader({ ...setup, faults: this.#faults, open });
    this.inspector = this.#diskInspector();
  }

  get identity(): string {
    return this.#stored.identity;
  }

  get isWritable(): boolean {
    return this.#health.isWritable && !this.#isUnmounting;
  }

  get isUp(): boolean {
    return this.#health.isUp;
  }

  describe(): DiskState {
    const { id, name, path } = this.#stored;
    const { freeBytes, totalBytes, promisedBytes, availableBytes, isBelowFloor } = this.room;
    const upState = isBelowFloor || !this.#health.isWritable ? 'full' : 'up';
    const state = this.isUp ? upState : 'down';
    const { problem } = this.#health;
    return { id, name, path, state, problem, freeBytes, totalBytes, promisedBytes, availableBytes };
  }

  /** Looks whether the disk is there. Never rejects. */
  async check(): Promise<void> {
    const wasUp = this.isUp;
    await this.#health.check();
    if (this.isUp && !wasUp) await this.sample();
  }

  /** Looks how much room there is. Never rejects: the last sample stays, less what is written. */
  async sample(): Promise<void> {
    // A disk that does not answer must not gather processes that ask it.
    this.#sampling ??= this.#sample().finally(() => (this.#sampling = undefined));
    await this.#sampling;
  }

  /** As `sample`, but what was done before this call is seen for certain. */
  async sampleAnew(): Promise<void> {
    await this.#sampling;
    await this.sample();
  }

  /** Resolves when the content survives a power cut. Rejects as `DiskFaults.of` tells, or with the registry's error. */
  async putSmall(item: SmallContent): Promise<NewBlob> {
    this.#assertUp();
    return this.#faults.guard(this.#packs.append(item));
  }

  /** As `BlobStore.put` says. */
  async put(upload: Upload): Promise<NewBlob> {
    this.#assertUp();
    return this.#uploads.receive(upload);
  }

  /** What comes in pieces. Throws `unavailable`. */
  get partialsToWrite(): Partials {
    this.#assertUp();
    return this.#partials;
  }

  /** Whether a blob could be made of `file` without a copy of its bytes. */
  async couldShare(file: HostFile): Promise<boolean> {
    if (!this.isWritable) return false;
    return (file.isGivenAway && file.device === this.#health.device) || this.#uploads.canClone(file);
  }

  /** As `BlobStore.adopt` says. */
  async adopt(blobId: string, file: HostFile, signal: AbortSignal): Promise<Adopted | undefined> {
    this.#assertUp();
    const adopted = await this.#uploads.adopt(blobId, file, signal);
    return adopted && { ...adopted, settle: () => this.#afresh(blobId, adopted.settle()) };
  }

  /** As `BlobStore.separate` says. */
  async separate(): Promise<void> {
    if (!this.isWritable) return;
    for (const blobId of await this.#uploads.linked.abandoned()) {
      try {
        await this.#afresh(blobId, this.#uploads.linked.settle(blobId));
      } catch (error) {
        if (!isDomainError(error, 'no-space', 'busy', 'unavailable')) throw error;
      }
    }
  }

  /** What may have put another file in the place of a blob: readers must not go on with the one that was open. */
  async #afresh(blobId: string, change: Promise<unknown>): Promise<void> {
    await this.#faults.guard(change);
    await this.#descriptors.evict(blobPath(this.#root, blobId));
  }

  /** As `BlobStore.copyPieces` says. */
  async copyPieces(pieces: readonly BlobLocation[]): Promise<(BlobLocation | undefined)[]> {
    const addBytes = pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes + RECORD_HEADER_BYTES, 0);
    if (this.room.unpromisedBytes < addBytes) {
      throw new DomainError('no-space', `disk "${this.#stored.name}" has no room for ${addBytes} bytes`);
    }
    const copies = await Promise.all(pieces.map((piece) => this.#copyPiece(piece)));
    this.room.written(addBytes);
    return copies;
  }

  async #copyPiece(piece: BlobLocation): Promise<BlobLocation | undefined> {
    const { blobId, checksum } = piece;
    try {
      const content = await this.reader.readSmall(piece);
      return (await this.putSmall({ blobId, content, checksum })).location;
    } catch (error) {
      if (isDomainError(error, 'corrupt')) return undefined;
      throw error;
    }
  }

  async removeBlob(blobId: string): Promise<void> {
    await this.#remove(blobPath(this.#root, blobId), blobId);
  }

  async removePack(packName: string): Promise<void> {
    this.#assertNotWriting(packName);
    await this.#remove(packPath(this.#root, packName), packName);
  }

  async trimPack(packName: string, lengthBytes: number): Promise<void> {
    this.#assertUp();
    this.#assertNotWriting(packName);
    const keptBytes = Math.max(lengthBytes, PACK_HEADER.length);
    const path = packPath(this.#root, packName);
    const trim = this.#packThread.call({ kind: 'trim', path, lengthBytes: keptBytes });
    try {
      const hadBytes = await this.#faults.guardReading(trim, packName);
      if (hadBytes >= lengthBytes) return;
      throw new DomainError('corrupt', `pack ${packName} ends ${lengthBytes - hadBytes} bytes too early`);
    } catch (error) {
      // A crash may have come between a pack's row and its file.
      if (lengthBytes > 0 || !isDomainError(error, 'corrupt')) throw error;
    }
  }

  /** Waits for what is being written, seals the packs and lets go of everything. */
  async unmount(): Promise<void> {
    this.#isUnmounting = true;
    await Promise.all([this.#uploads.idle(), this.#partials.idle()]);
    await this.#letGo();
    await Promise.all([this.#packThread.close(), this.#blobThread.close()]);
    await this.#health.release();
  }

  #packWriter(): PackWriter {
    return new PackWriter({
      diskId: this.id,
      thread: this.#packThread,
      registry: this.#setup.registry,
      pathOf: (name) => packPath(this.#root, name),
      beforeOpen: async () => {
        await this.#health.check();
        if (!this.isUp) throw this.#faults.unavailable();
      },
      maxPackBytes: this.#setup.maxPackBytes,
    });
  }

  #uploadReceiver(): Uploads {
    return new Uploads({
      ...this.#setup,
      diskId: this.id,
      root: this.#root,
      thread: this.#blobThread,
      health: this.#health,
      faults: this.#faults,
      allocate: (sizeBytes) => {
        const allocation = new LocalAllocation(this, 0);
        allocation.extend(sizeBytes);
        return allocation;
      },
    });
  }

  #diskInspector(): DiskInspector {
    return new DiskInspector({
      root: this.#root,
      files: this.#setup.files,
      faults: this.#faults,
      open: (location) => this.#open(location),
      isInUse: (kind, id) =>
        (kind === 'temporary' && this.#uploads.isReceiving(id)) ||
        (kind === 'partial' && this.#partials.isInUse(id)) ||
        (kind === 'pack' && this.#packs.isWriting(id)),
    });
  }

  async #sample(): Promise<void> {
    if (!this.isUp) return;
    const finish = this.room.beginSample();
    try {
      finish(await this.#setup.sampleSpace(this.#root));
    } catch {
      await this.#health.check();
    }
  }

  async #open(location: BlobLocation): Promise<Descriptor> {
    this.#assertUp();
    const { blobId, packName } = location;
    const path = packName === undefined ? blobPath(this.#root, blobId) : packPath(this.#root, packName);
    return this.#faults.guardReading(this.#descriptors.acquire(path), nameOf(location));
  }

  async #remove(path: string, name: string): Promise<void> {
    this.#assertUp();
    await this.#descriptors.evict(path);
    try {
      await this.#faults.guardReading(this.#blobThread.call({ kind: 'remove', path }), name);
    } catch (error) {
      // Its folder is missing, on a disk that is there: nothing was ever stored in it.
      if (!isDomainError(error, 'corrupt')) throw error;
    }
  }

  /** Closes what is open, so that the disk can be unmounted. */
  async #letGo(): Promise<void> {
    await Promise.all([this.#packs.seal(), this.#descriptors.evict()]);
  }

  #assertUp(): void {
    if (!this.isUp || this.#isUnmounting) throw this.#faults.unavailable();
  }

  #assertNotWriting(packName: string): void {
    if (this.#packs.isWriting(packName)) throw new DomainError('refused', `pack ${packName} is being written`);
  }
}
