import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { addDisk } from '../core/disks.ts';
import { freeDiskName } from './administration.ts';
import { mountKnownDisks } from './storage.ts';

/**
 * Takes every disk into use: those known from before, and folders that the settings name for the first time, which
 * become disks. A known disk that is not there is `down` and nothing is written in its place.
 * Throws `refused` for a new folder that cannot become one.
 */
export async function useDisks(core: Core, config: Config): Promise<void> {
  await mountKnownDisks(core);
  const known = new Set((await core.store.listDisks()).map(({ path }) => path));
  for (const path of config.diskFolders) {
    if (known.has(path)) continue;
    await addDisk(core, { path, name: await freeDiskName(core), reserveBytes: config.diskReserveBytes });
  }
}
