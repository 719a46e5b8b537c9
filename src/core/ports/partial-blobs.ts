import type { NewBlob } from './operations.ts';

/** Where bytes gather that are to become a blob. */
export interface PartialPlace {
  readonly blobId: string;
  readonly diskId: number;
}

/** How far they have come, for certain. Kept by whoever keeps the metadata: what lies beyond is worth nothing. */
export interface PartialState {
  readonly sizeBytes: number;
  /** Of the checksum of these bytes, to go on with it; without it they are read again. */
  readonly checksumState: string | undefined;
}

export interface PartialAppend {
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /**
   * Whether what came before `source` failed is kept. With 'nothing' all of it counts or none, and `onDurable` is called
   * once, at the end.
   */
  readonly keeps: 'what-came' | 'nothing';
  /** Called before bytes up to `totalBytes` are written; may throw. */
  readonly grow?: ((totalBytes: number) => Promise<void>) | undefined;
  /** Called with each state that survives a power cut, in order and one at a time. */
  readonly onDurable: (state: PartialState) => Promise<void>;
}

/**
 * Bytes that gather over many requests and restarts until they become a blob. A place has one writer at a time. All
 * methods throw `unavailable` while the disk is down.
 */
export interface PartialBlobs {
  /**
   * Makes an empty one on the disk with most room, and keeps room for `sizeBytes` there. Resolves when it survives a power
   * cut. Throws `no-space`.
   */
  begin(blobId: string, sizeBytes: number): Promise<PartialPlace>;

  /** Keeps room for `sizeBytes` for what is still to come, in place of what was kept before. Never refused. */
  keepRoom(place: PartialPlace, sizeBytes: number): void;
  /** Keeps room for `addBytes` more. Throws `no-space`. */
  extendRoom(place: PartialPlace, addBytes: number): void;

  /**
   * Adds what `source` gives behind `from`; what is there beyond it goes. Rejects with the source's error or the signal's
   * reason, with all kept that `onDurable` was told of: to be gone on from. Throws `no-space`, and `corrupt` where fewer
   * bytes are there than `from` says.
   */
  append(place: PartialPlace, from: PartialState, options: PartialAppend): Promise<PartialState>;

  /**
   * Makes it a blob; resolves when that survives a power cut. May be done again: it is a blob then already. Throws
   * `corrupt` as above.
   */
  publish(place: PartialPlace, state: PartialState): Promise<NewBlob>;

  /** What has been gathered, in one piece; for little of it. Also after `publish`. */
  readSmall(place: PartialPlace, sizeBytes: number): Promise<Uint8Array>;

  /** Ids of all that lie on a disk. */
  list(diskId: number): Promise<string[]>;

  /** Removes it and keeps no room for it any more. A blob that it became stays. Removing what is gone is not an error. */
  remove(place: PartialPlace): Promise<void>;
}
