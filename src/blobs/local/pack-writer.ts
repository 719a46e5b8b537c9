import type { PackRegistry } from '../../core/ports/blob-store.ts';
import type { NewBlob } from '../../core/ports/operations.ts';
import { randomId } from '../../lib/ids.ts';
import { Batches } from './batches.ts';
import type { DiskThread } from './disk-thread.ts';
import { PACK_HEADER, RECORD_HEADER_BYTES, writeRecordHeader } from './pack-format.ts';

export interface SmallContent {
  blobId: string;
  content: Uint8Array;
  checksum: string;
}

interface OpenPack {
  packId: number;
  name: string;
  fd: number;
  /** All before this survives a power cut, and nothing behind it counts. */
  lengthBytes: number;
}

export interface PackWriterSetup {
  diskId: number;
  thread: DiskThread;
  registry: PackRegistry;
  pathOf: (packName: string) => string;
  /** Called before a file is made; throws when the disk is not there. */
  beforeOpen: () => Promise<void>;
  /** Past this length a pack is sealed. */
  maxPackBytes: number;
}

/** What one append carries at most: enough to make the sync's share small, and soon written. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** With less room than this in a pack, the next one is opened while this one is still written. */
const OPEN_NEXT_BYTES = 4 * MAX_BATCH_BYTES;

/**
 * Appends small content to the open pack of one disk. All that waits at the same time shares one write and one sync.
 * A pack on which anything failed is sealed at its last good length and never written again.
 */
export class PackWriter {
  readonly #setup: PackWriterSetup;
  readonly #batches: Batches<SmallContent, NewBlob>;
  #current: OpenPack | undefined;
  /** The pack to go on with; never rejects. */
  #next: Promise<OpenPack | Error> | undefined;
  /** Of the packs that are open, or about to be. */
  readonly #names = new Set<string>();
  readonly #sealing = new Set<Promise<void>>();

  constructor(setup: PackWriterSetup) {
    this.#setup = setup;
    this.#batches = new Batches({ take: batchLength, run: (batch) => this.#append(batch) });
  }

  /** Resolves when the content survives a power cut. Rejects with the system call's or the registry's error. */
  append(item: SmallContent): Promise<NewBlob> {
    return this.#batches.add(item);
  }

  isWriting(packName: string): boolean {
    return this.#names.has(packName);
  }

  /** Finishes what waits, then seals the open packs. A later append opens a new one. */
  async seal(): Promise<void> {
    await this.#batches.idle();
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) this.#retire(current);
    const next = await this.#next;
    this.#next = undefined;
    if (next !== undefined && !(next instanceof Error)) this.#retire(next);
    while (this.#sealing.size > 0) await Promise.all(this.#sealing);
  }

  async #append(batch: SmallContent[]): Promise<NewBlob[]> {
    const pack = await this.#packFor(sumOf(batch));
    const position = pack.lengthBytes;
    const { bytes, blobs } = this.#layOut(batch, pack);
    const lengthBytes = position + bytes.length;
    try {
      await this.#setup.thread.call({ kind: 'append', fd: pack.fd, bytes, position }, [bytes.buffer]);
    } catch (error) {
      this.#current = undefined;
      this.#retire(pack);
      throw error;
    }
    pack.lengthBytes = lengthBytes;
    return blobs;
  }

  /** The records of a batch as they will lie in the pack, in memory of their own that the thread takes over. */
  #layOut(batch: SmallContent[], pack: OpenPack): { bytes: Buffer<ArrayBuffer>; blobs: NewBlob[] } {
    const bytes = Buffer.allocUnsafeSlow(sumOf(batch));
    let offset = 0;
    const blobs = batch.map(({ blobId, content, checksum }) => {
      const sizeBytes = content.length;
      writeRecordHeader(bytes, offset, { blobId, checksum, sizeBytes });
      bytes.set(content, offset + RECORD_HEADER_BYTES);
      const location = {
        blobId,
        diskId: this.#setup.diskId,
        sizeBytes,
        checksum,
        packId: pack.packId,
        packName: pack.name,
        offsetBytes: pack.lengthBytes + offset + RECORD_HEADER_BYTES,
      };
      offset += RECORD_HEADER_BYTES + sizeBytes;
      return { id: blobId, sizeBytes, checksum, location };
    });
    return { bytes, blobs };
  }

  async #packFor(addBytes: number): Promise<OpenPack> {
    const room = this.#setup.maxPackBytes - (this.#current?.lengthBytes ?? Infinity);
    if (this.#current === undefined || room < addBytes) {
      const full = this.#current;
      this.#current = undefined;
      if (full !== undefined) this.#retire(full);
      const next = await (this.#next ?? this.#open());
      this.#next = undefined;
      if (next instanceof Error) throw next;
      this.#current = next;
    } else if (room < OPEN_NEXT_BYTES) {
      this.#next ??= this.#open();
    }
    return this.#current;
  }

  /** The row before the file: whatever happens between, no file is there that nobody knows of. */
  async #open(): Promise<OpenPack | Error> {
    const { diskId, thread, registry, pathOf, beforeOpen } = this.#setup;
    const name = randomId();
    this.#names.add(name);
    let packId: number | undefined;
    try {
      await beforeOpen();
      ({ packId } = await registry.openPack(diskId, name));
      const fd = await thread.call({ kind: 'open-pack', path: pathOf(name) });
      return { packId, name, fd, lengthBytes: PACK_HEADER.length };
    } catch (error) {
      this.#names.delete(name);
      if (packId !== undefined) this.#keepSealing(registry.sealPack(packId, 0));
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #retire({ fd, name, packId, lengthBytes }: OpenPack): void {
    this.#names.delete(name);
    this.#keepSealing(this.#setup.thread.call({ kind: 'close', fd }));
    this.#keepSealing(this.#setup.registry.sealPack(packId, lengthBytes));
  }

  /** A pack that could not be sealed now is sealed at the next start, like those that a crash left. */
  #keepSealing(action: Promise<unknown>): void {
    const settled = action.then(
      () => undefined,
      () => undefined,
    );
    const sealing: Promise<void> = settled.finally(() => this.#sealing.delete(sealing));
    this.#sealing.add(sealing);
  }
}

function recordBytes({ content }: SmallContent): number {
  return RECORD_HEADER_BYTES + content.length;
}

function sumOf(batch: readonly SmallContent[]): number {
  return batch.reduce((sum, item) => sum + recordBytes(item), 0);
}

function batchLength(waiting: readonly SmallContent[]): number {
  let total = 0;
  const tooMany = waiting.findIndex((item) => (total += recordBytes(item)) > MAX_BATCH_BYTES);
  return tooMany === -1 ? waiting.length : tooMany;
}
