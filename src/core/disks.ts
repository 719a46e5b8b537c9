import { DomainError } from '../lib/errors.ts';
import type { Core } from './core.ts';
import type { DiskState } from './ports/blob-store.ts';
import type { StoredDisk } from './ports/metadata-store.ts';

export interface DiskReport extends DiskState {
  readonly reserveBytes: number;
  readonly blobCount: number;
  readonly blobBytes: number;
}

/**
 * Makes `path` a disk and starts to use it. A disk that is known already only gets its new path.
 * Throws `refused` when the folder holds anything else, `already-exists` when the name is taken.
 *
 * `refused` also for a disk full of contents that this database knows nothing of: it lost its own database, or was
 * given another, and everything on it would look like what belongs to nothing.
 */
export async function addDisk(
  core: Core,
  { path, name, reserveBytes }: { path: string; name: string; reserveBytes: number },
): Promise<StoredDisk> {
  const { identity, holdsContent } = await core.blobs.initialiseDisk(path);
  const known = (await core.store.listDisks()).find((disk) => disk.identity === identity);
  if (known) {
    await core.store.run('updateDisk', { diskId: known.id, path, reserveBytes });
    await core.blobs.unmountDisk(known.id);
  } else if (holdsContent) {
    throw new DomainError(
      'refused',
      `${path} holds files of another database: use that one (the setting "database", or "nosocial move-db" to take it elsewhere), or an empty folder`,
    );
  } else {
    await core.store.run('addDisk', { name, path, identity, reserveBytes, nowMs: core.clock.nowMs() });
  }
  const stored = (await core.store.listDisks()).find((disk) => disk.identity === identity);
  if (!stored) throw new DomainError('not-found', `the disk at "${path}" was removed meanwhile`);
  await core.blobs.mountDisk(stored);
  return stored;
}

/** Forgets a disk that holds nothing; its folder stays. Throws `not-found`, `refused` while it holds files. */
export async function removeDisk(core: Core, name: string): Promise<void> {
  const disk = await requireDisk(core, name);
  await core.store.run('removeDisk', { diskId: disk.id });
  await core.blobs.unmountDisk(disk.id);
}

/** Throws `not-found`. */
export async function requireDisk(core: Core, name: string): Promise<StoredDisk> {
  const disk = (await core.store.listDisks()).find((candidate) => candidate.name === name);
  if (!disk) throw new DomainError('not-found', `there is no disk "${name}"`);
  return disk;
}

/** Every known disk with its present state; one that is not mounted is `down`. */
export async function listDisks(core: Core): Promise<DiskReport[]> {
  const states = new Map(core.blobs.listDisks().map((state) => [state.id, state]));
  return (await core.store.listDisks()).map((disk) => ({
    ...notMounted(disk),
    ...states.get(disk.id),
    ...counts(disk),
  }));
}

function notMounted({ id, name, path }: StoredDisk): DiskState {
  return {
    id,
    name,
    path,
    state: 'down',
    problem: 'not in use by this process',
    freeBytes: 0,
    totalBytes: 0,
    promisedBytes: 0,
    availableBytes: 0,
  };
}

function counts({ reserveBytes, blobCount, blobBytes }: StoredDisk) {
  return { reserveBytes, blobCount, blobBytes };
}
