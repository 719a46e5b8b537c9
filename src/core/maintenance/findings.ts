import type { Core } from '../core.ts';
import type { CheckName } from '../ports/checks.ts';
import type { Pace } from './pace.ts';

/** What may be wrong between the metadata and the disks. */
export const DISK_FAULTS = [
  'damaged-blob',
  'orphan-blob',
  'orphan-pack',
  'pack-tail',
  'stale-upload',
  'lost-upload',
  'stale-reservation',
  'foreign-file',
] as const;

export type FindingKind = CheckName | (typeof DISK_FAULTS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly problem: string;
  /** 'mendable': a run that is not dry would mend it. */
  readonly state: 'mended' | 'mendable' | 'remains';
  /** What was done. */
  readonly remedy?: string | undefined;
  /** The files that it is about, as far as there are any, and not more than a few of them. */
  readonly files?: readonly AffectedFile[];
  readonly disk?: string | undefined;
}

export interface AffectedFile {
  readonly owner: string;
  /** As its owner sees it; what is in the trash begins with `(trash)`. */
  readonly path: string;
  /** An old version of the file, not what it holds now. */
  readonly isVersion: boolean;
}

/** What a check works with, and tells what it finds. */
export interface Examination {
  readonly core: Core;
  readonly isDry: boolean;
  /** What came to be on a disk, or was begun, later than this long ago may still be under way. */
  readonly graceMs: number;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly onFinding: (finding: Finding) => void;
  /** `count` more of `what` were looked at; blobs have a size. */
  readonly onChecked: (what: CheckedThing, count: number, sizeBytes?: number) => void;
}

export type CheckedThing = 'rows' | 'blobs' | 'files';
