import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../api/connect/places.ts';
import { PasswordHasher } from '../auth/password.ts';
import type { Config } from '../config/load.ts';
import { recover } from '../core/maintenance/recover.ts';
import { ensureCommonSpaces } from '../core/spaces.ts';
import { endpoints } from './addresses.ts';
import { administer } from './administration.ts';
import { openAudit } from './audit.ts';
import type { DataLock } from './data-lock.ts';
import type { AdminArgs, AdminRequestName, AdminResult, Asker } from './requests.ts';
import { mountKnownDisks, openStorage, type Storage } from './storage.ts';

/** The requests that look at disks; for all others they need not be there. */
const NEED_DISKS: ReadonlySet<AdminRequestName> = new Set([
  'diskAdd',
  'diskList',
  'diskShow',
  'diskRemove',
  'status',
  'fsck',
  'import',
  'export',
]);
/** The requests that write contents: what a process left that was killed must not stand in their way. */
const NEED_RECOVERY: ReadonlySet<AdminRequestName> = new Set(['import']);

/** Does a request in this process, which holds the data, and lets go of them again. */
export async function actAlone<K extends AdminRequestName>(
  config: Config,
  lock: DataLock,
  { request, asker }: { request: { name: K; args: AdminArgs<K> }; asker: Asker },
): Promise<AdminResult<K>> {
  try {
    const storage = await openStorage(config);
    try {
      if (NEED_DISKS.has(request.name)) await mountKnownDisks(storage.core);
      if (NEED_RECOVERY.has(request.name)) {
        await recover(storage.core);
        await ensureCommonSpaces(storage.core);
      }
      return await actOn(storage, config, { request, asker });
    } finally {
      await storage.close();
    }
  } finally {
    lock.release();
  }
}

async function actOn<K extends AdminRequestName>(
  { core, settings }: Storage,
  config: Config,
  { request, asker }: { request: { name: K; args: AdminArgs<K> }; asker: Asker },
): Promise<AdminResult<K>> {
  const { publicUrl, listen: plain } = config;
  const listEndpoints = (): Endpoint[] => endpoints({ publicUrl, plain }, networkInterfaces());
  const hasher = new PasswordHasher();
  const audit = await openAudit(config, core, (error) => {
    process.emitWarning(`the audit log could not be written: ${String(error)}`);
  });
  try {
    return await administer(
      {
        core,
        config,
        settings,
        isServing: false,
        listEndpoints,
        tls: undefined,
        arrivals: undefined,
        hasher,
        audit,
        upkeep: undefined,
      },
      request,
      asker,
    );
  } finally {
    hasher.close();
    await audit.close();
  }
}
