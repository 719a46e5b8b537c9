import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/load.ts';
import { DomainError } from '../lib/errors.ts';

/** Makes the data folder, for its owner only, and makes sure that it can be written. Throws `refused`. */
export function ensureDataFolder(config: Config): void {
  const { dataFolder } = config;
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    mkdirSync(dirname(config.database.file), { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') closeToOthers(dataFolder);
    accessSync(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DomainError(
      'refused',
      `the data folder "${dataFolder}" cannot be used (${reason}); give another with --data`,
      {
        cause: error,
      },
    );
  }
}

/** Our own folder is ours to close; that of another owner is not, and `doctor` tells of it. */
function closeToOthers(folder: string): void {
  const { mode, uid } = statSync(folder);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(folder, 0o700);
}
