import type { Allocation } from '../core/ports/blob-store.ts';
import type { NewBlob } from '../core/ports/operations.ts';
import type { PartialAppend, PartialBlobs, PartialPlace, PartialState } from '../core/ports/partial-blobs.ts';
import { DomainError } from '../lib/errors.ts';

interface MemoryPartialsSetup {
  readonly allocate: (sizeBytes: number) => Allocation;
  /** Room on a disk, had whether or not it is there. */
  readonly keep: (diskId: number, sizeBytes: number) => Allocation;
  /** What is gathered on a disk, by blob id. Throws `unavailable`. */
  readonly contentsOf: (diskId: number) => Map<string, Buffer>;
  /** Makes it a blob of its disk. */
  readonly store: (place: PartialPlace, content: Uint8Array) => NewBlob;
  readonly publishedOn: (diskId: number) => ReadonlyMap<string, Uint8Array>;
}

/** Blobs that come in pieces, in memory. */
export class MemoryPartials implements PartialBlobs {
  readonly #setup: MemoryPartialsSetup;
  readonly #rooms = new Map<string, Allocation>();

  constructor(setup: MemoryPartialsSetup) {
    this.#setup = setup;
  }

  async begin(blobId: string, sizeBytes: number): Promise<PartialPlace> {
    const room = this.#setup.allocate(sizeBytes);
    this.#rooms.set(blobId, room);
    this.#setup.contentsOf(room.diskId).set(blobId, Buffer.alloc(0));
    return { blobId, diskId: room.diskId };
  }

  keepRoom({ blobId, diskId }: PartialPlace, sizeBytes: number): void {
    this.#rooms.get(blobId)?.release();
    this.#rooms.set(blobId, this.#setup.keep(diskId, sizeBytes));
  }

  extendRoom(place: PartialPlace, addBytes: number): void {
    if (!this.#rooms.has(place.blobId)) this.keepRoom(place, 0);
    this.#rooms.get(place.blobId)?.extend(addBytes);
  }

  async append(place: PartialPlace, from: PartialState, options: PartialAppend): Promise<PartialState> {
    const { signal, keeps, onDurable } = options;
    signal.throwIfAborted();
    let content = this.#content(place, from.sizeBytes);
    let failure: { error: unknown } | undefined;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    try {
      const chunks = options.source[Symbol.asyncIterator]();
      for (;;) {
        const next = await Promise.race([chunks.next(), aborted]).catch((error: unknown) => ({ error }));
        if ('error' in next) failure = next;
        if ('error' in next || next.done === true) break;
        await options.grow?.(content.length + next.value.length);
        content = Buffer.concat([content, next.value]);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    if (failure !== undefined && keeps === 'nothing') throw failure.error;
    this.#setup.contentsOf(place.diskId).set(place.blobId, content);
    const state = { sizeBytes: content.length, checksumState: undefined };
    await onDurable(state);
    if (failure !== undefined) throw failure.error;
    return state;
  }

  async publish(place: PartialPlace, { sizeBytes }: PartialState): Promise<NewBlob> {
    const blob = this.#setup.store(place, this.#content(place, sizeBytes));
    this.#setup.contentsOf(place.diskId).delete(place.blobId);
    return blob;
  }

  async readSmall(place: PartialPlace, sizeBytes: number): Promise<Uint8Array> {
    return this.#content(place, sizeBytes);
  }

  async list(diskId: number): Promise<string[]> {
    return [...this.#setup.contentsOf(diskId).keys()];
  }

  async remove({ blobId, diskId }: PartialPlace): Promise<void> {
    this.#setup.contentsOf(diskId).delete(blobId);
    this.#rooms.get(blobId)?.release();
    this.#rooms.delete(blobId);
  }

  #content({ blobId, diskId }: PartialPlace, sizeBytes: number): Buffer {
    const content = this.#setup.contentsOf(diskId).get(blobId) ?? this.#setup.publishedOn(diskId).get(blobId);
    if (content === undefined || content.length < sizeBytes) {
      throw new DomainError('corrupt', `upload ${blobId} is missing or too short`);
    }
    return Buffer.from(content.subarray(0, sizeBytes));
  }
}
