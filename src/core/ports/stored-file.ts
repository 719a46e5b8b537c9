/** A file as it lies on a disk. */
export interface StoredFile {
  readonly kind: StoredFileKind;
  /** From the root of the disk. */
  readonly path: string;
  /** Of the blob or pack that its name speaks of; '' for what is foreign. */
  readonly id: string;
  readonly sizeBytes: number;
  /** When it was last written to, or came to be where it is, by the clock of the system. */
  readonly changedAtMs: number;
  /** This process writes to it. */
  readonly isInUse: boolean;
}

/**
 * `blob` and `pack` by place and name; `temporary`: an upload that is not finished; `partial`: bytes that are to become a
 * blob piece by piece; `aside`: put aside by `setAside`;
 * `foreign`: not of our making, never touched. A foreign folder is one file of these, whatever is in it.
 */
export type StoredFileKind = 'blob' | 'pack' | 'temporary' | 'partial' | 'aside' | 'foreign';
