import { isDomainError } from '../lib/errors.ts';
import type { Core } from './core.ts';
import { collectBytes } from './maintenance/collect-garbage.ts';
import type { DiskState } from './ports/blob-store.ts';
import type { StoredVersion } from './node.ts';
import { ruleFor } from './rules.ts';
import { purgeTrashEntry } from './trash.ts';

/** Trash and old versions younger than this never give way. */
const PROTECTED_MS = 24 * 3600 * 1000;
const TRASH_PAGE = 50;
const VERSIONS_PAGE = 500;
/** Disks are short of room when none of them can take files of more than this part of its size. */
const LOW_PART = 1 / 100;

const MAX_STEP_BYTES = 64 * 1024 * 1024;

/** Who stores how much more. */
export interface Need {
  readonly ownerId: number;
  readonly sizeBytes: number;
}

/** What the disk with most room can take, in bytes. */
export function roomOnDisks(core: Core): number {
  const disks = core.blobs.listDisks().filter((disk) => disk.state === 'up');
  return Math.max(0, ...disks.map((disk) => disk.availableBytes));
}

/**
 * Runs `store`. When the owner's quota or the room on the disks is in the way, trash and then old versions give way,
 * the oldest first and no more of them than are in the way, and it is run again. Nothing gives way when even all of it
 * would not do, by a sum that counts the versions that policies keep, too, and bytes that copies share as often as they
 * are referred to. Throws what `store` throws in the end.
 */
export async function withRoom<T>(core: Core, need: Need, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (!isShortage(error)) throw error;
  }
  return core.reclaiming.take(async () => {
    for (;;) {
      try {
        return await store();
      } catch (error) {
        if (!isShortage(error) || !(await giveWay(core, need, error.code))) throw error;
      }
    }
  });
}

/**
 * More and more room for an upload of unknown length, in steps that double: few of them for a large one, and not much
 * too much for a small one.
 */
export class GrowingRoom {
  readonly #core: Core;
  readonly #ownerId: number;
  #stepBytes: number;

  constructor(core: Core, { ownerId, firstStepBytes }: { ownerId: number; firstStepBytes: number }) {
    this.#core = core;
    this.#ownerId = ownerId;
    this.#stepBytes = firstStepBytes;
  }

  /**
   * Has `extendTo` promise a step more than the `promisedBytes` so far, and at least `totalBytes`; just those where there
   * is no room for a whole step. Throws what `extendTo` throws in the end.
   */
  async grow(
    { promisedBytes, totalBytes }: { promisedBytes: number; totalBytes: number },
    extendTo: (bytes: number) => Promise<void>,
  ): Promise<void> {
    if (totalBytes <= promisedBytes) return;
    const stepTo = Math.max(totalBytes, promisedBytes + this.#stepBytes);
    this.#stepBytes = Math.min(this.#stepBytes * 2, MAX_STEP_BYTES);
    try {
      await extendTo(stepTo);
    } catch (error) {
      if (!isShortage(error)) throw error;
      const need = { ownerId: this.#ownerId, sizeBytes: totalBytes - promisedBytes };
      await withRoom(this.#core, need, () => extendTo(totalBytes));
    }
  }
}

function isShortage(error: unknown) {
  return isDomainError(error, 'quota-exceeded', 'no-space');
}

/** Whether anything gave way. */
async function giveWay(core: Core, { ownerId, sizeBytes }: Need, shortOf: string): Promise<boolean> {
  const user = await core.store.getUser(ownerId);
  if (!user) return false;
  const overQuota = sizeBytes - (user.quotaBytes - user.usedBytes - user.reservedBytes);
  if (shortOf === 'quota-exceeded') return removeOldest(core, { missingBytes: Math.max(1, overQuota), ownerId });
  const missingBytes = Math.max(1, sizeBytes - roomOnDisks(core));
  if ((await core.store.sumOfOld({ beforeMs: protectedSince(core) })) < missingBytes) return false;
  const query = overQuota > 0 ? { missingBytes: overQuota, ownerId } : { missingBytes };
  if (!(await removeOldest(core, query))) return false;
  await regainRoom(core);
  return true;
}

/** When no disk has much room left, lets as much give way as is missing, or all that may. */
export async function relieveDisks(core: Core): Promise<void> {
  await core.reclaiming.take(async () => {
    const wantedBytes = missingRoom(core.blobs.listDisks());
    if (wantedBytes <= 0) return;
    const missingBytes = Math.min(wantedBytes, await core.store.sumOfOld({ beforeMs: protectedSince(core) }));
    if (missingBytes > 0 && (await removeOldest(core, { missingBytes }))) await regainRoom(core);
  });
}

/** A disk that is not there, or that nobody can write to, does not get any emptier. */
function missingRoom(disks: readonly DiskState[]): number {
  const missing = disks
    .filter((disk) => disk.problem === undefined && disk.state !== 'down')
    .map((disk) => disk.totalBytes * LOW_PART - disk.availableBytes);
  return missing.length === 0 ? 0 : Math.min(...missing);
}

function protectedSince(core: Core): number {
  return core.clock.nowMs() - PROTECTED_MS;
}

interface Shortage {
  readonly missingBytes: number;
  /** Whose trash and versions may give way; everybody's without it. */
  readonly ownerId?: number;
}

async function removeOldest(core: Core, shortage: Shortage): Promise<boolean> {
  const { missingBytes, ...whose } = shortage;
  if ((await core.store.sumOfOld({ beforeMs: protectedSince(core), ...whose })) < missingBytes) return false;
  const fromTrash = await purgeOldest(core, shortage);
  if (fromTrash >= missingBytes) return true;
  const fromVersions = await dropOldest(core, { ...shortage, missingBytes: missingBytes - fromTrash });
  return fromTrash + fromVersions > 0;
}

async function purgeOldest(core: Core, { missingBytes, ...whose }: Shortage): Promise<number> {
  for (let freedBytes = 0; ;) {
    const entries = await core.store.listOldTrash({ beforeMs: protectedSince(core), ...whose, limit: TRASH_PAGE });
    if (entries.length === 0) return freedBytes;
    for (const entry of entries) {
      freedBytes += await purgeTrashEntry(core, entry.node.id);
      if (freedBytes >= missingBytes) return freedBytes;
    }
  }
}

/** Where a policy says how long versions are kept, they are: those never give way. */
async function dropOldest(core: Core, { missingBytes, ...whose }: Shortage): Promise<number> {
  let freedBytes = 0;
  let after: StoredVersion | undefined;
  while (freedBytes < missingBytes) {
    const query = { beforeMs: protectedSince(core), ...whose, limit: VERSIONS_PAGE };
    const page = await core.store.listOldVersions({ ...query, ...(after && { after }) });
    after = page.at(-1);
    if (!after) break;
    const free = await withoutPolicy(core, page);
    const versionIds = oldestOf(free, missingBytes - freedBytes);
    if (versionIds.length > 0) freedBytes += (await core.store.run('dropVersions', { versionIds })).freedBytes;
  }
  return freedBytes;
}

async function withoutPolicy(core: Core, versions: readonly StoredVersion[]): Promise<StoredVersion[]> {
  const chains = await core.store.ruleChains([...new Set(versions.map(({ nodeId }) => nodeId))]);
  return versions.filter(({ nodeId }) => {
    const chain = chains.get(nodeId) ?? [];
    return ruleFor(chain, 'versionsKept') === undefined && ruleFor(chain, 'versionsKeptMs') === undefined;
  });
}

function oldestOf(versions: readonly StoredVersion[], bytes: number): number[] {
  const ids: number[] = [];
  let sum = 0;
  for (const { id, sizeBytes } of versions) {
    if (sum >= bytes) break;
    ids.push(id);
    sum += sizeBytes;
  }
  return ids;
}

/**
 * Removes what gave way from the disks, where nobody has been able to come by it for a day, and looks how much room
 * that made. What lay in packs comes free when they are compacted.
 */
async function regainRoom(core: Core): Promise<void> {
  for (let done = false; !done;) ({ done } = await collectBytes(core));
  await core.blobs.sampleRoom();
}
