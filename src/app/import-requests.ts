import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { requireUser } from '../core/users.ts';
import { exportTree } from '../core/maintenance/export/export-tree.ts';
import { OwnPlaces } from '../core/maintenance/own-places.ts';
import { importTree } from '../core/maintenance/import/import-tree.ts';
import { mediaTypeFor } from '../http/media-type.ts';
import { parsePlainPath } from '../lib/node-path.ts';
import type { AdminArgs, AdminResult, Asker } from './requests.ts';

const PROGRESS_EVERY_MS = 200;

/** The core, and where its data lie. */
interface Place {
  readonly core: Core;
  readonly config: Pick<Config, 'dataFolder' | 'database'>;
}

/** Brings a folder of this machine into a user's tree. */
export async function importFolder(
  { core, config }: Place,
  { user, folder, to, isMove }: AdminArgs<'import'>,
  asker: Asker,
): Promise<AdminResult<'import'>> {
  const actor = await requireUser(core, user);
  const ownPlaces = await ownPlacesOf({ core, config });
  const mediaTypeOf = (name: string): string => mediaTypeFor(undefined, name);
  const request = { actor, folder, to: parsePlainPath(to), isMove, ownPlaces, mediaTypeOf };
  return importTree(core, request, throttled(asker));
}

/** Writes a part of a user's tree to a folder of this machine. */
export async function exportFolder(
  { core, config }: Place,
  { user, from, folder, isForced }: AdminArgs<'export'>,
  asker: Asker,
): Promise<AdminResult<'export'>> {
  const actor = await requireUser(core, user);
  const ownPlaces = await ownPlacesOf({ core, config });
  return exportTree(core, { actor, from: parsePlainPath(from), folder, isForced, ownPlaces }, throttled(asker));
}

async function ownPlacesOf({ core, config: { dataFolder, database } }: Place): Promise<OwnPlaces> {
  const disks = core.blobs.listDisks().map(({ path }) => path);
  const suffixes = ['', '-wal', '-shm', '.lock'];
  const files = database.kind === 'sqlite' ? suffixes.map((suffix) => database.file + suffix) : [];
  return OwnPlaces.at([dataFolder, ...disks, ...files]);
}

/** The same asker, told only a few times a second how far it is. */
function throttled({ signal, onProgress }: Asker): Asker {
  let toldAt = -Infinity;
  return {
    signal,
    onProgress: (progress) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = now;
      onProgress(progress);
    },
  };
}
