import { existsSync, statSync } from 'node:fs';
import type { Config } from '../../config/load.ts';
import { formatBytes } from '../../config/units.ts';
import type { DiskView } from '../requests.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Room for what is being written while the free space is looked at. */
const LITTLE_ROOM_BYTES = 1e9;

export async function checkDisks(config: Config, disks: readonly DiskView[]): Promise<Finding[]> {
  const known = new Set(disks.map(({ path }) => path));
  // The disk in the data folder is made only for those who have no other.
  const isUnused = config.sources['disks'] === 'default' && disks.length > 0;
  const fresh = isUnused ? [] : config.diskFolders.filter((folder) => !known.has(folder));
  return [
    ...disks.map(checkState),
    ...checkSharing(disks),
    ...fresh.map((folder) => ok('disks', `"${folder}" becomes a disk at the next start`)),
  ];
}

function checkState({ name, path, state, problem, freeBytes, reserveBytes }: DiskView): Finding {
  const subject = `disk "${name}"`;
  if (state === 'down') {
    const advice = `mount it at "${path}"; if it is somewhere else now: \`nosocial disk add DIR\``;
    return fail(subject, `it is down: ${problem ?? 'it cannot be used'}`, advice);
  }
  const room = `${formatBytes(freeBytes)} free at "${path}", of which ${formatBytes(reserveBytes)} are left to others`;
  const advice = 'free some space there, or add a disk: `nosocial disk add DIR`';
  if (state === 'full') return warn(subject, `it takes no more files: ${room}`, advice);
  if (freeBytes - reserveBytes < LITTLE_ROOM_BYTES) return warn(subject, `it is nearly full: ${room}`, advice);
  return ok(subject, room);
}

/** Two disks on one file system are lost together, and count the same free space twice. */
function checkSharing(disks: readonly DiskView[]): Finding[] {
  const system = deviceOf('/');
  const firstOn = new Map<number, string>();
  return disks.flatMap(({ name, path }) => {
    const device = deviceOf(path);
    if (device === undefined) return [];
    const first = firstOn.get(device);
    const subject = `disk "${name}"`;
    if (first !== undefined) {
      const advice = 'give each disk a file system of its own, or keep only one of them';
      return [warn(subject, `it lies on the same file system as disk "${first}"`, advice)];
    }
    firstOn.set(device, name);
    if (device !== system) return [];
    const advice = 'fine to begin with; for more room give it a drive of its own: `nosocial disk add DIR`';
    return [warn(subject, 'it lies on the file system of the operating system', advice)];
  });
}

function deviceOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).dev : undefined;
}
