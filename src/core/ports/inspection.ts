import type { CheckKey, CheckName, TalliedCheck } from './checks.ts';
import type { Page } from './page.ts';
import type { BlobLocation } from './operations.ts';

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
