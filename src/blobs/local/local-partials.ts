import type { NewBlob } from '../../core/ports/operations.ts';
import type { PartialAppend, PartialBlobs, PartialPlace, PartialState } from '../../core/ports/partial-blobs.ts';
import type { LocalDisk } from './disk.ts';
import { LocalAllocation } from './placement.ts';

interface LocalPartialsSetup {
  /** Throws `unavailable`. */
  readonly disk: (diskId: number) => LocalDisk;
  readonly allocate: (sizeBytes: number) => LocalAllocation;
}

/** Blobs that come in pieces, on local disks. */
export class LocalPartials implements PartialBlobs {
  readonly #setup: LocalPartialsSetup;
  /** The room that is kept, by blob id. */
  readonly #rooms = new Map<string, LocalAllocation>();

  constructor(setup: LocalPartialsSetup) {
    this.#setup = setup;
  }

  async begin(blobId: string, sizeBytes: number): Promise<PartialPlace> {
    const room = this.#setup.allocate(sizeBytes);
    const place = { blobId, diskId: room.diskId };
    try {
      await this.#setup.disk(place.diskId).partialsToWrite.create(blobId);
    } catch (error) {
      room.release();
      throw error;
    }
    this.#rooms.set(blobId, room);
    return place;
  }

  keepRoom({ blobId, diskId }: PartialPlace, sizeBytes: number): void {
    this.#rooms.get(blobId)?.release();
    this.#rooms.set(blobId, new LocalAllocation(this.#setup.disk(diskId), sizeBytes));
  }

  extendRoom(place: PartialPlace, addBytes: number): void {
    this.#roomOf(place).extend(addBytes);
  }

  async append(place: PartialPlace, from: PartialState, options: PartialAppend): Promise<PartialState> {
    const room = this.#roomOf(place);
    const onWritten = (bytes: number): void => room.consume(bytes);
    return this.#setup.disk(place.diskId).partialsToWrite.append(place.blobId, from, { ...options, onWritten });
  }

  async publish({ blobId, diskId }: PartialPlace, state: PartialState): Promise<NewBlob> {
    return this.#setup.disk(diskId).partialsToWrite.publish(blobId, state);
  }

  async readSmall({ blobId, diskId }: PartialPlace, sizeBytes: number): Promise<Uint8Array> {
    return this.#setup.disk(diskId).partialsToWrite.readSmall(blobId, sizeBytes);
  }

  async list(diskId: number): Promise<string[]> {
    return this.#setup.disk(diskId).partialsToWrite.list();
  }

  async remove({ blobId, diskId }: PartialPlace): Promise<void> {
    await this.#setup.disk(diskId).partialsToWrite.remove(blobId);
    this.#rooms.get(blobId)?.release();
    this.#rooms.delete(blobId);
  }

  #roomOf(place: PartialPlace): LocalAllocation {
    const known = this.#rooms.get(place.blobId);
    if (known !== undefined) return known;
    this.keepRoom(place, 0);
    return this.#roomOf(place);
  }
}
