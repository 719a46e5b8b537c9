import type { Page } from './metadata-store.ts';
import type { BlobLocation } from './operations.ts';

/**
 * What is compared within the metadata, in the order in which it is to be: what a later one adds up, an earlier one has
 * put right. Each is named for what it finds.
 */
export const CHECKS = [
  'space-without-root',
  'space-behind-its-changes',
  'root-without-space',
  'cycle',
  'lost-node',
  'node-key',
  'node-space',
  'node-owner',
  'collection-content',
  'file-members',
  'blob-of-nobody',
  'dead-blob-in-use',
  'file-without-blob',
  'version-without-blob',
  'file-size',
  'version-size',
  'property-of-nothing',
  'lock-of-nothing',
  'policy-of-nothing',
  'share-of-nothing',
  'link-of-nothing',
  'version-of-nothing',
  'trash-of-nothing',
  'property-count',
  'trash-elsewhere',
  'trash-unlisted',
  'copy-unlisted',
  'job-of-nothing',
  'visit-of-nothing',
  'unwritten-without-lock',
  'lost-blob',
  'blob-without-copy',
  'copy-without-blob',
  'copy-nowhere',
  'copy-length',
  'pack-without-disk',
  'collection-totals',
  'user-reserved',
  'pack-totals',
  'disk-totals',
  'user-usage',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** The sums of many rows, which are added up page by page (`tally`) before anybody looks at them at once. */
export type TalliedCheck = 'pack-totals' | 'disk-totals' | 'user-usage';

export type CheckKey = number | string;

/** One row that disagrees with others. */
export interface Disagreement {
  readonly check: CheckName;
  /** What names it to `mend`: the id of what the check looks at. */
  readonly key: CheckKey;
  /** The node that it is about, if it is about one. */
  readonly nodeId: number | undefined;
  /** What is wrong, for people. */
  readonly problem: string;
  /** Whether `mend` can put it right; if not, nobody can know what would be right. */
  readonly canMend: boolean;
}

export interface CheckedPage {
  readonly found: readonly Disagreement[];
  /** How many things were looked at. */
  readonly checked: number;
  /** The `after` of the next page; undefined at the end. */
  readonly next: CheckKey | undefined;
}

/** What rows add up to for one disk, pack or user. */
export interface Sum {
  readonly check: TalliedCheck;
  readonly id: number;
  readonly count: number;
  readonly sizeBytes: number;
}

export interface TalliedPage {
  readonly sums: readonly Sum[];
  readonly next: CheckKey | undefined;
}

/** A stored copy of a blob, as the metadata know it. */
export interface StoredCopy extends BlobLocation {
  /** Dead ones may be gone from the disk already. */
  readonly isDead: boolean;
}

/** What holds a blob: a file's content, or one of its versions. */
export interface Referrer {
  readonly nodeId: number;
  readonly isVersion: boolean;
}

/** Looks at the metadata as a whole, in pages that each take little time. Every page is true of one moment. */
export interface Inspection {
  /** Compares the next `limit` things; changes nothing. `mend` looks again and puts right. */
  check(name: CheckName, page: Page<CheckKey>): Promise<CheckedPage>;
  /** Adds up the next `limit` rows of a source of sums; start with each source at the beginning. */
  tally(source: TallySource, page: Page<CheckKey>): Promise<TalliedPage>;
  /** The copies on a disk, by blob id. */
  listCopies(diskId: number, page: Page<string>): Promise<StoredCopy[]>;
  /** The pieces of a pack, in the order in which they lie there; `after` is an offset. */
  listPieces(packId: number, page: Page<number>): Promise<StoredCopy[]>;
  /** Which of `blobIds` should be on a disk, or are on their way to it. */
  knownBlobs(diskId: number, blobIds: readonly string[]): Promise<Set<string>>;
  listReferrers(blobId: string, limit: number): Promise<Referrer[]>;
}

/** Where sums come from; those of 'staged' count for nobody, and are to be subtracted from those of 'files'. */
export const TALLY_SOURCES = ['files', 'versions', 'staged', 'copies'] as const;
export type TallySource = (typeof TALLY_SOURCES)[number];
