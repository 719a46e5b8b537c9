import { accessSync, chmodSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/load.ts';
import { DomainError } from '../lib/errors.ts';
import { makeFolder } from '../lib/make-folder.ts';

/** Makes the data folder, for its owner only, and makes sure that it can be written. Throws `unavailable`. */
export async function ensureDataFolder(config: Config): Promise<void> {
  const { dataFolder } = config;
  try {
    await makeFolder(dataFolder, 0o700);
    if (config.database.kind === 'sqlite') await makeFolder(dirname(config.database.file), 0o700);
    if (process.platform !== 'win32') closeToOthers(dataFolder);
    accessSync(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DomainError(
      'unavailable',
      `the data folder "${dataFolder}" cannot be used (${reason}); give another with --data`,
      {
        cause: error,
      },
    );
  }
}

/**
 * An empty folder that was made for us is closed to others. One that holds anything may be somebody's home, or /tmp:
 * what we make in it is private by itself, and `doctor` tells of the folder.
 */
function closeToOthers(folder: string): void {
  const { mode, uid } = statSync(folder);
  const isOpen = (mode & 0o077) !== 0 && uid === process.getuid?.();
  if (isOpen && readdirSync(folder).length === 0) chmodSync(folder, 0o700);
}
