import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core/core.ts';
import { requireDisk } from '../core/disks.ts';
import type { CheckedThing, Finding, FindingKind } from '../core/maintenance/findings.ts';
import { fsck, type NotChecked } from '../core/maintenance/fsck.ts';
import { Pace, type Rest } from '../core/maintenance/pace.ts';
import type { FsckReport } from './fsck-report.ts';
import type { AdminArgs, Asker, Progress } from './requests.ts';

/** What came to be later than this may be half of something that goes on. Nothing goes on while no server runs. */
const GRACE_MS = 60_000;
/** The longest report that goes through the control socket, with room to spare. */
const MAX_FINDINGS_BYTES = 3_000_000;
const PROGRESS_EVERY_MS = 250;

/** Does `fsck` and `scrub`, beside everything else where a server runs: then it rests as long as it works. */
export async function examine(
  { core, isServing }: { core: Core; isServing: boolean },
  { isDry, disk, what, readsContent }: AdminArgs<'fsck'>,
  { signal, onProgress }: Asker,
): Promise<FsckReport> {
  const diskId = disk === undefined ? undefined : (await requireDisk(core, disk)).id;
  const report = new Report(await totals(core, diskId), onProgress);
  const rest: Rest = isServing ? (workedMs) => delay(workedMs, undefined, { signal }) : () => nextTurn();
  const examination = {
    core,
    isDry,
    graceMs: isServing ? GRACE_MS : 0,
    pace: new Pace(rest),
    signal,
    onFinding: (finding: Finding) => report.add(finding),
    onChecked: (thing: CheckedThing, count: number, sizeBytes = 0) => report.count(thing, count, sizeBytes),
  };
  const notChecked = await fsck(examination, { diskId, what, readsContent });
  return report.end(isDry, notChecked);
}

async function totals(core: Core, diskId: number | undefined): Promise<{ totalCount: number; totalBytes: number }> {
  const disks = (await core.store.listDisks()).filter(({ id }) => diskId === undefined || id === diskId);
  return {
    totalCount: disks.reduce((sum, { blobCount }) => sum + blobCount, 0),
    totalBytes: disks.reduce((sum, { blobBytes }) => sum + blobBytes, 0),
  };
}

class Report {
  readonly #totals: { totalCount: number; totalBytes: number };
  readonly #onProgress: (progress: Progress) => void;
  readonly #findings: Finding[] = [];
  readonly #kinds = new Map<FindingKind, { mended: number; mendable: number; remains: number }>();
  readonly #checked: Record<CheckedThing, number> = { rows: 0, blobs: 0, files: 0 };
  #findingsBytes = 0;
  #checkedBytes = 0;
  #toldAt = 0;

  constructor(all: { totalCount: number; totalBytes: number }, onProgress: (progress: Progress) => void) {
    this.#totals = all;
    this.#onProgress = onProgress;
  }

  add(finding: Finding): void {
    const counts = this.#kinds.get(finding.kind) ?? { mended: 0, mendable: 0, remains: 0 };
    counts[finding.state] += 1;
    this.#kinds.set(finding.kind, counts);
    this.#findingsBytes += Buffer.byteLength(JSON.stringify(finding));
    if (this.#findingsBytes <= MAX_FINDINGS_BYTES) this.#findings.push(finding);
  }

  count(thing: CheckedThing, count: number, sizeBytes: number): void {
    this.#checked[thing] += count;
    this.#checkedBytes += sizeBytes;
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_EVERY_MS) return;
    this.#toldAt = now;
    const done = { doneCount: this.#checked.blobs, doneBytes: this.#checkedBytes };
    this.#onProgress({ activity: 'checking', ...done, ...this.#totals });
  }

  end(isDry: boolean, notChecked: readonly NotChecked[]): FsckReport {
    const kinds = [...this.#kinds].map(([kind, counts]) => ({ kind, ...counts }));
    const isMended = kinds.every(({ mendable, remains }) => mendable + remains === 0);
    return {
      isDry,
      isClean: isMended && notChecked.length === 0,
      kinds,
      findings: this.#findings,
      isComplete: this.#findingsBytes <= MAX_FINDINGS_BYTES,
      notChecked,
      checked: this.#checked,
    };
  }
}
