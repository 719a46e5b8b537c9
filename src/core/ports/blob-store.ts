import type { StoredDisk } from './metadata-store.ts';
import type { BlobLocation, NewBlob } from './operations.ts';
import type { PartialBlobs } from './partial-blobs.ts';
import type { StoredFile } from './stored-file.ts';

/** Both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * A promise of room on a disk, made before the first byte. Release it whatever happens; releasing twice is harmless.
 */
export interface Allocation {
  readonly diskId: number;
  /** Asks for more room on the same disk. Throws `no-space`. */
  extend(addBytes: number): void;
  release(): void;
}

/** A regular file of this machine that is to become a blob, open for reading only. */
export interface HostFile {
  /** Its name. What counts is what is open as `fd`, also when the name is another file's by now. */
  readonly path: string;
  readonly fd: number;
  /** Of the file system that it lies on. */
  readonly device: number;
  readonly sizeBytes: number;
  /** Whoever asks will remove its name: the file itself may become the blob. */
  readonly isGivenAway: boolean;
}

export interface Adopted {
  readonly blob: NewBlob;
  /**
   * To be called in the end, with the file still open: its name has been removed, or stays after all. If it stays, a
   * blob that is kept gets a file of its own, so that nobody writes to it under the other name, and the owner and mode
   * of the original are as before. Throws `no-space`, `busy`, `unavailable`: then `separate` does it later.
   */
  settle(): Promise<void>;
}

/** Open for reading, and shared with others: whoever moves its position opens `/dev/fd` anew. Release it, once. */
export interface OpenFile {
  readonly fd: number;
  release(): void;
}

/** The stored bytes, on any number of disks. Blobs are immutable: written once under a fresh random id, then only read. */
export interface BlobStore {
  /**
   * Promises room for `sizeBytes` on the healthy disk with the most free space, less what is promised already and
   * less its reserve. Throws `no-space` when none has it, `unavailable` when no disk is there at all.
   */
  allocate(sizeBytes: number): Allocation;

  /**
   * Stores small content; resolves when it survives a power cut. Writes that wait at the same time share a sync.
   * On a full disk another one is tried. Throws `no-space`, `unavailable`. A failure leaves nothing that matters.
   */
  putSmall(blobId: string, content: Uint8Array): Promise<NewBlob>;

  /**
   * Streams `source` to the disk of `allocation`; resolves when it survives a power cut. `grow` is called before
   * bytes beyond what it has been told so far are written, and may throw. A chunk of `source` need not outlive the
   * moment at which the next one is asked for.
   * Rejects with the source's error or the signal's reason; after any failure nothing is left behind.
   */
  put(
    blobId: string,
    source: AsyncIterable<Uint8Array>,
    options: { allocation: Allocation; signal: AbortSignal; grow?: (totalBytes: number) => Promise<void> },
  ): Promise<NewBlob>;

  /**
   * Promises a place on a disk that could make a blob of `file` without a copy of its bytes, which needs no room;
   * undefined when none could.
   */
  allocateShared(file: HostFile): Promise<Allocation | undefined>;

  /**
   * Makes a blob of `file` on the disk of `allocation` without a copy of its bytes; resolves when it survives a power
   * cut. It is a clone that shares the bytes until either is written; or, given away, the file itself under a second
   * name, whose owner and mode are the server's then, if nobody else can write to it any more. Undefined, with nothing
   * changed, where neither can be had: it must be `put`.
   * Rejects with the signal's reason, `unavailable`; nothing is left behind, and the file is as before.
   */
  adopt(
    blobId: string,
    file: HostFile,
    options: { allocation: Allocation; signal: AbortSignal },
  ): Promise<Adopted | undefined>;

  /** Blobs that come in pieces. */
  readonly partials: PartialBlobs;

  /** Gives blobs files of their own where `settle` was not called or failed. What cannot be done now waits. */
  separate(): Promise<void>;

  /**
   * Opens a blob for reading, whole or in part; the descriptor is released when the iteration ends, however it ends.
   * Whoever reads a blob whole, also by a range that covers it, is never given all of it unless its checksum is right:
   * the last piece waits for it. A part is not checked.
   * A piece's memory is used again once the next piece is asked for, but for the last one's: copy what is to be kept.
   * Throws `unavailable` when its disk is down, `corrupt` when its bytes there are missing, too short or wrong.
   */
  read(location: BlobLocation, range?: ByteRange): AsyncIterable<Uint8Array>;

  /** Small content in one piece; what `read` throws. */
  readSmall(location: BlobLocation, range?: ByteRange): Promise<Uint8Array>;

  /**
   * A blob as a file of this machine, for a program that goes to and fro in it; undefined where it is not one by itself.
   * Nothing is checked. Must be released. Throws what `read` throws.
   */
  openFile(location: BlobLocation): Promise<OpenFile | undefined>;

  /**
   * Says what is wrong with a blob, undefined when all is well: with its place (file and length, record in a pack), or
   * with its content as well, which is read whole for it. Throws `unavailable`.
   */
  problemOf(location: BlobLocation, what: 'place' | 'content'): Promise<string | undefined>;

  /** Everything that lies on a disk, in no particular order. Throws `unavailable`, or the signal's reason. */
  listFiles(diskId: number, signal: AbortSignal): AsyncIterable<StoredFile>;

  /** Puts a blob or pack that belongs to nothing where it harms nobody and can be had back by hand. */
  setAside(diskId: number, file: StoredFile): Promise<void>;

  /** Removes a file that was put aside, or a temporary or partial one that is not in use; `refused` for any other. */
  removeFile(diskId: number, file: StoredFile): Promise<void>;

  /**
   * Copies pieces of packs to the pack that their disk writes now, into room that is otherwise left to others; resolves
   * when the copies survive a power cut. Answers where they are, in order; undefined for one whose bytes are not right.
   * Throws `no-space`, `unavailable`.
   */
  copyPieces(diskId: number, pieces: readonly BlobLocation[]): Promise<(BlobLocation | undefined)[]>;

  /**
   * Removes the bytes of a blob with a file of its own; no power cut brings them back. Removing what is gone is not an
   * error.
   */
  remove(location: BlobLocation): Promise<void>;

  /** Removes a whole pack, as `remove` does. */
  removePack(diskId: number, packName: string): Promise<void>;

  /** Cuts what a crash left behind `lengthBytes` in a pack that nobody writes any more. */
  trimPack(diskId: number, packName: string, lengthBytes: number): Promise<void>;

  /**
   * Makes the collection `path` of this machine a disk, by an identity file in its root; creates it when missing.
   * A disk that is one already keeps its identity, and `holdsContent` tells whether anything was ever stored on it that
   * is still there. `refused` when it holds anything else or cannot be written.
   */
  initialiseDisk(path: string): Promise<{ identity: string; holdsContent: boolean }>;
  /** Starts to use a disk. One that is not there (no identity file, or another's) is taken as down and watched. */
  mountDisk(disk: StoredDisk): Promise<void>;
  /** Stops using a disk; waits for what is being written. */
  unmountDisk(diskId: number): Promise<void>;
  /** Looks how much room the disks have, now and not only when it is time. */
  sampleRoom(): Promise<void>;
  /** State of each disk, for people, metrics and health checks. */
  listDisks(): DiskState[];
  close(): Promise<void>;
}

export interface DiskState {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  /** `full` is below its floor or cannot be written; `down` is not there (not mounted, replaced, failing). */
  readonly state: 'up' | 'full' | 'down';
  /** Why it is down, or cannot be written. */
  readonly problem: string | undefined;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Promised to uploads that are under way. */
  readonly promisedBytes: number;
  /** What may still be promised: the disk's reserve is not. Negative when there is less than that. */
  readonly availableBytes: number;
}

/** Packs are rows before they are referred to: what a blob store asks of whoever keeps the metadata. */
export interface PackRegistry {
  openPack(diskId: number, name: string): Promise<{ packId: number }>;
  sealPack(packId: number, lengthBytes: number): Promise<void>;
}
