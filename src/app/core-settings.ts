import type { Config } from '../config/load.ts';
import { OF_PROFILE, type AccountSettings } from '../core/account-settings.ts';
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

/** The configuration with what its profile says where nothing else does. */
export function withProfile(config: Config): Config {
  const { profile } = config.accounts;
  const isUnsaid = (name: string): boolean => config.accounts[name as keyof AccountSettings] === undefined;
  const unsaid = Object.entries(OF_PROFILE[profile]).filter(([name]) => isUnsaid(name));
  const sources = unsaid.map(([name]) => [`accounts.${name}`, `profile ${profile}`]);
  return {
    ...config,
    accounts: { ...config.accounts, ...Object.fromEntries(unsaid) },
    sources: { ...config.sources, ...Object.fromEntries(sources) },
  };
}
