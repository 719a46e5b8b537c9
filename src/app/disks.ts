import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { addDisk } from '../core/disks.ts';
import { freeDiskName } from './administration.ts';
import { reserveFor } from './disk-reserve.ts';
import { mountKnownDisks } from './storage.ts';

/**
 * Takes every disk into use: those known from before, and folders that the settings name for the first time, which
 * become disks. A known disk that is not there is `down` and nothing is written in its place. The disk in the data
 * folder is for those who have no other.
 * Throws `refused` for a new folder that cannot become one.
 */
export async function useDisks(core: Core, config: Config): Promise<void> {
  await mountKnownDisks(core);
  const known = await core.store.listDisks();
  if (known.length > 0 && config.sources['disks'] === 'default') return;
  for (const path of config.diskFolders) {
    if (known.some((disk) => disk.path === path)) continue;
    await addDisk(core, { path, name: await freeDiskName(core), reserveBytes: await reserveFor(config, path) });
  }
}
