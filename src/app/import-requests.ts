import type { Core } from '../core/core.ts';
import { requireUser } from '../core/users.ts';
import { exportTree } from '../core/maintenance/export/export-tree.ts';
import { importTree } from '../core/maintenance/import/import-tree.ts';
import { mediaTypeFor } from '../dav/methods/put.ts';
import { parsePlainPath } from '../lib/node-path.ts';
import type { AdminArgs, AdminResult, Asker } from './requests.ts';

const PROGRESS_EVERY_MS = 200;

/** Brings a folder of this machine into a user's tree. */
export async function importFolder(
  { core, dataFolder }: { core: Core; dataFolder: string },
  { user, folder, to, isMove }: AdminArgs<'import'>,
  asker: Asker,
): Promise<AdminResult<'import'>> {
  const actor = await requireUser(core, user);
  const ownFolders = [dataFolder, ...core.blobs.listDisks().map(({ path }) => path)];
  const mediaTypeOf = (name: string): string => mediaTypeFor(undefined, name);
  const request = { actor, folder, to: parsePlainPath(to), isMove, ownFolders, mediaTypeOf };
  return importTree(core, request, throttled(asker));
}

/** Writes a part of a user's tree to a folder of this machine. */
export async function exportFolder(
  core: Core,
  { user, from, folder, isForced }: AdminArgs<'export'>,
  asker: Asker,
): Promise<AdminResult<'export'>> {
  const actor = await requireUser(core, user);
  return exportTree(core, { actor, from: parsePlainPath(from), folder, isForced }, throttled(asker));
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
