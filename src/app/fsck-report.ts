import type { CheckedThing, Finding, FindingKind } from '../core/maintenance/findings.ts';
import type { NotChecked } from '../core/maintenance/fsck.ts';

/** What `fsck --json` and `scrub --json` print. */
export interface FsckReport {
  readonly isDry: boolean;
  /** Nothing was wrong, or nothing is any more; and all was looked at. */
  readonly isClean: boolean;
  readonly kinds: readonly FoundKind[];
  readonly findings: readonly Finding[];
  /** False when there were more findings than a report holds; `kinds` counts them all. */
  readonly isComplete: boolean;
  readonly notChecked: readonly NotChecked[];
  readonly checked: Readonly<Record<CheckedThing, number>>;
}

interface FoundKind {
  readonly kind: FindingKind;
  readonly mended: number;
  readonly mendable: number;
  readonly remains: number;
}
