import { MemoryBlobStore } from '../../src/blobs/memory.ts';
import type { Actor, Role } from '../../src/core/actor.ts';
import { NO_CONDITIONS, type Core, type CoreSettings } from '../../src/core/core.ts';
import { addDisk } from '../../src/core/disks.ts';
import { ensureCommonSpaces } from '../../src/core/spaces.ts';
import { putFile } from '../../src/core/transfer.ts';
import { createCollection, find } from '../../src/core/tree.ts';
import { createUser } from '../../src/core/users.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { Slots } from '../../src/lib/slots.ts';
import { Turns } from '../../src/lib/turns.ts';
import { openSqliteStore } from '../../src/meta/sqlite/store.ts';
import { FakeClock } from './fake-clock.ts';
import { Scratch } from './processes.ts';

const CORE_SETTINGS: CoreSettings = {
  defaultQuotaBytes: 100 * 1024 * 1024,
  versionsKept: 10,
  versionsKeptMs: 30 * 24 * 3600 * 1000,
  trashKeptMs: 30 * 24 * 3600 * 1000,
  uploadsKeptMs: 7 * 24 * 3600 * 1000,
  maxLocksPerUser: 1000,
  maxLockTimeoutSeconds: 3600,
  accounts: { registration: 'closed', newRole: 'advanced', adminsOpenHomes: false },
};

async function createActors(core: Core): Promise<Map<string, Actor>> {
  const roles: [name: string, role: Role][] = [
    ['ann', 'advanced'],
    ['ben', 'advanced'],
    ['nora', 'normal'],
    ['adam', 'admin'],
  ];
  const actors = new Map<string, Actor>();
  for (const [name, role] of roles) {
    const { userId } = await createUser(core, { name, role, passwordHash: 'none', quotaBytes: undefined });
    actors.set(name, { userId, name, role });
  }
  return actors;
}

/** The core on SQLite and memory, with users `ann` and `ben` (advanced), `nora` (normal) and `adam` (admin). */
export class TestCore {
  readonly core: Core;
  readonly clock: FakeClock;
  readonly blobs: MemoryBlobStore;
  readonly actors: ReadonlyMap<string, Actor>;
  readonly #scratch: Scratch;

  private constructor(parts: Pick<TestCore, 'core' | 'clock' | 'blobs' | 'actors'>, scratch: Scratch) {
    this.core = parts.core;
    this.clock = parts.clock;
    this.blobs = parts.blobs;
    this.actors = parts.actors;
    this.#scratch = scratch;
  }

  static async open(settings: Partial<CoreSettings> = {}, disk: { diskBytes?: number } = {}): Promise<TestCore> {
    const scratch = await Scratch.create('core');
    const clock = new FakeClock();
    const blobs = await MemoryBlobStore.open(disk);
    const store = await openSqliteStore({ file: scratch.path('metadata.db'), clock });
    const core: Core = {
      store,
      blobs,
      clock,
      settings: { ...CORE_SETTINGS, ...settings },
      runningUploads: new Set(),
      runningRemovals: new Set(),
      reclaiming: new Slots(1),
      searching: new Turns(1),
    };
    await ensureCommonSpaces(core);
    await addDisk(core, { path: '/memory', name: 'memory', reserveBytes: 0 });
    return new TestCore({ core, clock, blobs, actors: await createActors(core) }, scratch);
  }

  as(name: string): Actor {
    return this.actors.get(name)!;
  }

  async put(name: string, path: string, sizeBytes: number, isSidecar = false): Promise<number> {
    const body = { source: chunks(sizeBytes), sizeBytes, mediaType: 'text/plain', isSidecar };
    const signal = new AbortController().signal;
    const how = { body, conditions: NO_CONDITIONS, signal };
    const target = await find(this.core, this.as(name), parsePlainPath(path));
    return (await putFile(this.core, this.as(name), target, how)).nodeId;
  }

  async mkcol(name: string, path: string): Promise<number> {
    return (await createCollection(this.core, this.as(name), parsePlainPath(path), NO_CONDITIONS)).nodeId;
  }

  async usedBytes(name: string): Promise<number> {
    return (await this.core.store.findUser(name))!.usedBytes;
  }

  async close(): Promise<void> {
    await this.core.blobs.close();
    await this.core.store.close();
    await this.#scratch.remove();
  }
}

async function* chunks(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), 'x');
}
