import { CHECKS, type CheckKey, type CheckName, type TalliedCheck } from '../ports/checks.ts';
import { TALLY_SOURCES, type Disagreement, type Sum } from '../ports/inspection.ts';
import { listUsers } from '../users.ts';
import { affectedFiles } from './affected-files.ts';
import type { Examination } from './findings.ts';

const TALLIED: ReadonlySet<CheckName> = new Set<TalliedCheck>(['pack-totals', 'disk-totals', 'user-usage']);

/** Compares the metadata with themselves and mends what can be; each once more within the operation that mends it. */
export async function checkMetadata(examination: Examination): Promise<void> {
  for (const name of CHECKS) if (!TALLIED.has(name)) await checkRows(examination, name);
  for (const [check, ids] of await suspectSums(examination)) {
    for (const key of ids) await settle(examination, { check, key, nodeId: undefined, problem: '', canMend: true });
  }
}

async function checkRows(examination: Examination, name: CheckName): Promise<void> {
  const { core, pace, signal } = examination;
  let after: CheckKey | undefined;
  do {
    signal.throwIfAborted();
    const page = await pace.page((limit) => core.store.inspection.check(name, { ...from(after), limit }));
    examination.onChecked('rows', page.checked);
    for (const disagreement of page.found) await settle(examination, disagreement);
    after = page.next;
  } while (after !== undefined);
}

function from(after: CheckKey | undefined): { after?: CheckKey } {
  return after === undefined ? {} : { after };
}

/** A dry run believes what it sees: one page is true of one moment. Sums are of many moments, so it looks again. */
async function settle(examination: Examination, seen: Disagreement): Promise<void> {
  const { core, isDry } = examination;
  const { check, key, canMend } = seen;
  if (isDry && !TALLIED.has(check)) {
    return tell(examination, seen, { state: canMend ? 'mendable' : 'remains', problem: seen.problem });
  }
  const nowMs = core.clock.nowMs();
  const outcome = await core.store.run('mend', { check, key, isTrial: isDry, nowMs });
  if (outcome.outcome === 'gone') return;
  const { problem } = outcome;
  if (outcome.outcome === 'mended')
    return tell(examination, seen, { state: 'mended', problem, remedy: outcome.remedy });
  return tell(examination, seen, { state: isDry && canMend ? 'mendable' : 'remains', problem });
}

async function tell(
  { core, onFinding }: Examination,
  { check, nodeId }: Disagreement,
  outcome: { state: 'mended' | 'mendable' | 'remains'; problem: string; remedy?: string },
): Promise<void> {
  const files = nodeId === undefined ? [] : await affectedFiles(core, [{ nodeId, isVersion: false }]);
  onFinding({ kind: check, ...outcome, ...(files.length > 0 && { files }) });
}

type SumsById = Map<number, { count: number; sizeBytes: number }>;
type Sums = Map<TalliedCheck, SumsById>;

/**
 * The keepers of totals that are not the sum of their rows. What changes meanwhile is seen half; a total that was right
 * before or after is taken as right.
 */
async function suspectSums(examination: Examination): Promise<Map<TalliedCheck, number[]>> {
  const before = await keptSums(examination);
  const found = await addUp(examination);
  const after = await keptSums(examination);
  const suspects = new Map<TalliedCheck, number[]>();
  for (const [check, kept] of after) {
    const ids = [...kept.keys()].filter((id) => {
      const sum = found.get(check)?.get(id) ?? { count: 0, sizeBytes: 0 };
      return !isSame(check, sum, kept.get(id)) && !isSame(check, sum, before.get(check)?.get(id));
    });
    suspects.set(check, ids);
  }
  return suspects;
}

/** Users keep no count of their files. */
function isSame(
  check: TalliedCheck,
  sum: { count: number; sizeBytes: number },
  kept: { count: number; sizeBytes: number } | undefined,
): boolean {
  return kept?.sizeBytes === sum.sizeBytes && (check === 'user-usage' || kept.count === sum.count);
}

async function addUp({ core, pace, signal, onChecked }: Examination): Promise<Sums> {
  const sums: Sums = new Map();
  for (const source of TALLY_SOURCES) {
    let after: CheckKey | undefined;
    do {
      signal.throwIfAborted();
      const page = await pace.page((limit) => core.store.inspection.tally(source, { ...from(after), limit }));
      for (const sum of page.sums) add(sums, sum, source === 'staged' ? -1 : 1);
      onChecked('rows', page.sums.length);
      after = page.next;
    } while (after !== undefined);
  }
  return sums;
}

function add(sums: Sums, { check, id, count, sizeBytes }: Sum, sign: 1 | -1): void {
  const ofCheck = sums.get(check) ?? (new Map() as SumsById);
  const sum = ofCheck.get(id) ?? { count: 0, sizeBytes: 0 };
  ofCheck.set(id, { count: sum.count + sign * count, sizeBytes: sum.sizeBytes + sign * sizeBytes });
  sums.set(check, ofCheck);
}

/** What users, disks and packs are said to hold. */
async function keptSums({ core }: Examination): Promise<Sums> {
  const packs: SumsById = new Map();
  const disks: SumsById = new Map();
  const users: SumsById = new Map();
  for (const { id, blobCount, blobBytes } of await core.store.listDisks()) {
    disks.set(id, { count: blobCount, sizeBytes: blobBytes });
    for (const { id: packId, liveCount, liveBytes } of await core.store.listPacks(id)) {
      packs.set(packId, { count: liveCount, sizeBytes: liveBytes });
    }
  }
  for await (const page of listUsers(core)) {
    for (const { id, usedBytes } of page) users.set(id, { count: 0, sizeBytes: usedBytes });
  }
  return new Map([
    ['pack-totals', packs],
    ['disk-totals', disks],
    ['user-usage', users],
  ]);
}
