import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalBlobStore, type LocalBlobStoreOptions } from '../../src/blobs/local/local-blob-store.ts';
import type { Actor } from '../../src/core/actor.ts';
import { NO_CONDITIONS, type Core } from '../../src/core/core.ts';
import { addDisk } from '../../src/core/disks.ts';
import { putFile } from '../../src/core/transfer.ts';
import { find } from '../../src/core/tree.ts';
import { createUser } from '../../src/core/users.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { Slots } from '../../src/lib/slots.ts';
import { Turns } from '../../src/lib/turns.ts';
import { openSqliteStore } from '../../src/meta/sqlite/store.ts';
import { FakeClock } from './fake-clock.ts';
import { Scratch } from './processes.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Of the blob store, as far as tests change them. */
type DiskOptions = Pick<LocalBlobStoreOptions, 'faults' | 'maxPackBytes'>;

/** The core on SQLite and one real disk, with the user `ann`; it can be opened again on the same data. */
export class DiskCore {
  readonly folder: string;
  readonly clock = new FakeClock();
  core!: Core;
  ann!: Actor;

  private constructor(folder: string) {
    this.folder = folder;
    // Files have the time of the system.
    this.clock.advanceMs(Date.now() - this.clock.nowMs());
  }

  static async open(): Promise<DiskCore> {
    const test = new DiskCore((await Scratch.create('disk-core')).folder);
    await test.start();
    await addDisk(test.core, { path: test.diskPath, name: 'disk1', reserveBytes: 0 });
    const { userId } = await createUser(test.core, {
      name: 'ann',
      role: 'advanced',
      passwordHash: 'none',
      quotaBytes: undefined,
    });
    test.ann = { userId, name: 'ann', role: 'advanced' };
    return test;
  }

  /** On data that were made by `open`, perhaps in another process that is gone. */
  static async attach(folder: string, options: DiskOptions = {}): Promise<DiskCore> {
    const test = new DiskCore(folder);
    await test.start(options);
    test.ann = { ...(await test.core.store.findUser('ann'))! };
    return test;
  }

  get diskPath(): string {
    return join(this.folder, 'disk');
  }

  /** Opens the data; mounts the disks that are known. */
  async start(options: DiskOptions = {}): Promise<void> {
    const { clock } = this;
    const store = await openSqliteStore({ file: join(this.folder, 'metadata.db'), clock });
    const registry = {
      openPack: (diskId: number, name: string) => store.run('openPack', { diskId, name, nowMs: clock.nowMs() }),
      sealPack: (packId: number, lengthBytes: number) => store.run('sealPack', { packId, lengthBytes }),
    };
    const blobs = await LocalBlobStore.open({ registry, ...options });
    const settings = {
      defaultQuotaBytes: 1e9,
      versionsKept: 0,
      versionsKeptMs: 30 * DAY_MS,
      trashKeptMs: 30 * DAY_MS,
      uploadsKeptMs: 7 * DAY_MS,
      maxLocksPerUser: 100,
      maxLockTimeoutSeconds: 3600,
      accounts: { registration: 'closed' as const, newRole: 'advanced' as const, adminsOpenHomes: false },
    };
    this.core = {
      store,
      blobs,
      clock,
      settings,
      runningUploads: new Set(),
      runningRemovals: new Set(),
      reclaiming: new Slots(1),
      searching: new Turns(1),
    };
    for (const disk of await store.listDisks()) await blobs.mountDisk(disk);
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    const source = (async function* () {
      yield content;
    })();
    const body = { source, sizeBytes: content.length, mediaType: 'text/plain' };
    const signal = new AbortController().signal;
    const target = await find(this.core, this.ann, parsePlainPath(path));
    await putFile(this.core, this.ann, target, { body, conditions: NO_CONDITIONS, signal });
  }

  /** Lets go of disks and database, as at the end of a process. */
  async end(): Promise<void> {
    await this.core.blobs.close();
    await this.core.store.close();
  }

  async close(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true });
  }
}
