import { LocalBlobStore } from '../blobs/local/local-blob-store.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import type { PackRegistry } from '../core/ports/blob-store.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { openFilesLimit } from '../lib/open-files.ts';
import { UNFINISHED_MOVE } from '../meta/move/move.ts';
import { openMysqlStore } from '../meta/mysql/store.ts';
import { Slots } from '../lib/slots.ts';
import { Turns } from '../lib/turns.ts';
import { openSqliteStore } from '../meta/sqlite/store.ts';
import { LiveSettings } from './live-settings.ts';

/** Files that a disk keeps open for reading, where the system lets this process open many. */
const MAX_DESCRIPTORS = 256;
/** The part of what may be open that one disk keeps at most; the rest is for clients, uploads and other disks. */
const DISK_SHARE = 1 / 16;
/** Of each user. */
const SEARCHES_AT_ONCE = 2;

/** The core on its database and its disks, without anything that listens. The caller holds the data lock. */
export interface Storage {
  readonly core: Core;
  /** What `core.settings` comes from. */
  readonly settings: LiveSettings;
  /** Disks first: they seal their packs in the database. */
  close(): Promise<void>;
}

/**
 * Opens the database and takes it to this version's schema; `onWarning` is told what is not safe about it. No disk is
 * in use yet.
 */
export async function openStorage(config: Config, onWarning?: (text: string) => void): Promise<Storage> {
  const clock = systemClock();
  const store = await openStore(config, clock, onWarning);
  try {
    if ((await store.getSetting(UNFINISHED_MOVE)) !== undefined) {
      throw new DomainError('refused', 'the database is half a copy of another one; run `nosocial move-db` again');
    }
    const blobs = await LocalBlobStore.open({ registry: packRegistry(store, clock), maxDescriptors: maxDescriptors() });
    const settings = await LiveSettings.open(config, store);
    const core: Core = {
      store,
      blobs,
      clock,
      settings: settings.core,
      runningUploads: new Set(),
      runningRemovals: new Set(),
      reclaiming: new Slots(1),
      searching: new Turns(SEARCHES_AT_ONCE),
    };
    return {
      core,
      settings,
      close: async () => {
        try {
          await blobs.close();
        } finally {
          await store.close();
        }
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openStore(
  { database, dataFolder }: Config,
  clock: Clock,
  onWarning: ((text: string) => void) | undefined,
): Promise<MetadataStore> {
  if (database.kind === 'sqlite') return openSqliteStore({ file: database.file, clock });
  return openMysqlStore({ server: database, clock, dataFolder, ...(onWarning && { onWarning }) });
}

/** Starts to use every known disk. One that is not there is `down`. */
export async function mountKnownDisks(core: Core): Promise<void> {
  for (const disk of await core.store.listDisks()) await core.blobs.mountDisk(disk);
}

function maxDescriptors(): number {
  return Math.min(MAX_DESCRIPTORS, Math.floor(openFilesLimit() * DISK_SHARE));
}

function packRegistry(store: MetadataStore, clock: Clock): PackRegistry {
  return {
    openPack: (diskId, name) => store.run('openPack', { diskId, name, nowMs: clock.nowMs() }),
    sealPack: (packId, lengthBytes) => store.run('sealPack', { packId, lengthBytes }),
  };
}
