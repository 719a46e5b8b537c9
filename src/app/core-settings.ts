import type { Config } from '../config/load.ts';
import { OF_PROFILE } from '../core/account-settings.ts';
import type { CoreSettings } from '../core/core.ts';

const DAY_MS = 24 * 3600 * 1000;

/** What the core wants to know of the configuration. */
export function coreSettings({ files, webdav, accounts }: Config): CoreSettings {
  const ofProfile = OF_PROFILE[accounts.profile];
  return {
    defaultQuotaBytes: files.defaultQuotaBytes,
    versionsKept: files.versionsKept,
    versionsKeptMs: files.versionsKeptDays * DAY_MS,
    trashKeptMs: files.trashKeptDays * DAY_MS,
    uploadsKeptMs: files.uploadsKeptDays * DAY_MS,
    maxLocksPerUser: webdav.maxLocksPerUser,
    maxLockTimeoutSeconds: webdav.maxLockSeconds,
    accounts: {
      registration: accounts.registration ?? ofProfile.registration,
      newRole: accounts.newRole ?? ofProfile.newRole,
      adminsOpenHomes: accounts.adminsOpenHomes ?? ofProfile.adminsOpenHomes,
    },
  };
}
