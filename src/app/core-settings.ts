import type { Config } from '../config/load.ts';
import { OF_PROFILE, type AccountSettings } from '../core/account-settings.ts';
import type { CoreSettings } from '../core/core.ts';
import { DAY_MS } from '../lib/clock.ts';

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
  const said = Object.entries(config.accounts).filter(([, value]) => value !== undefined);
  const names = Object.keys(OF_PROFILE[profile]) as (keyof AccountSettings)[];
  const unsaid = names.filter((name) => config.accounts[name] === undefined);
  return {
    ...config,
    accounts: { ...config.accounts, ...OF_PROFILE[profile], ...(Object.fromEntries(said) as Partial<AccountSettings>) },
    sources: {
      ...config.sources,
      ...Object.fromEntries(unsaid.map((name) => [`accounts.${name}`, `profile ${profile}`])),
    },
  };
}
