import { readdir, readFile, writeFile } from 'node:fs/promises';

/** What Linux calls USER_HZ, in which /proc counts; the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parentPid: number;
  readonly ticks: number;
}

/** CPU time that the processes and all below them have used so far, with children that ended and were waited for. */
export async function cpuSeconds(roots: readonly number[]): Promise<number> {
  const tree = await processTree(roots);
  return tree.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** Resident memory of the processes and all below them, now and at its peak; pages that they share count for each. */
export async function memoryBytes(roots: readonly number[]): Promise<{ resident: number; peak: number }> {
  let [resident, peak] = [0, 0];
  for (const { pid } of await processTree(roots)) {
    const status = await readIfThere(`/proc/${pid}/status`);
    resident += kibOf(status, 'VmRSS') * 1024;
    peak += kibOf(status, 'VmHWM') * 1024;
  }
  return { resident, peak };
}

/** Lets the peaks of the processes count from now on. */
export async function forgetPeaks(roots: readonly number[]): Promise<void> {
  for (const { pid } of await processTree(roots)) await writeFile(`/proc/${pid}/clear_refs`, '5');
}

async function processTree(roots: readonly number[]): Promise<ProcessTimes[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = (await Promise.all(names.map(timesOf))).filter((times) => times !== undefined);
  const tree = new Set(roots);
  for (let before = 0; before < tree.size;) {
    before = tree.size;
    for (const { pid, parentPid } of all) if (tree.has(parentPid)) tree.add(pid);
  }
  return all.filter(({ pid }) => tree.has(pid));
}

/** The name in the second field may hold anything, so the fields count from its closing parenthesis. */
async function timesOf(name: string): Promise<ProcessTimes | undefined> {
  const stat = await readIfThere(`/proc/${name}/stat`);
  if (stat === '') return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number(name), parentPid: Number(fields[1]), ticks };
}

/** Processes come and go while they are looked at. */
async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function kibOf(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}
