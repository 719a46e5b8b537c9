import { DAY_MS } from '../lib/clock.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import { MAX_NAME_BYTES } from '../lib/node-path.ts';
import type { User } from './actor.ts';
import { adopt } from './copy-move.ts';
import type { Core } from './core.ts';
import type { Watcher } from './maintenance/progress.ts';
import type { Removal, RemovalProgress } from './ports/account-operations.ts';
import { isReservedAtRoot } from './spaces.ts';
import { requireUser } from './users.ts';

/** Nodes that change hands, or go from the trash, in one transaction. */
const GIVE_BATCH = 1000;
/** What lies right in a home, moved to its trash in one transaction; each takes several statements. */
const EMPTY_BATCH = 200;
/** Nodes outside the home that are purged in one transaction; each has a place of its own. */
const PURGE_BATCH = 100;
const TRASH_BATCH = 100;
/** What comes in while a user is removed is gone through again, and not for ever. */
const MAX_ROUNDS = 5;

/** What becomes of the files of a user who goes. */
export type Disposal =
  | { readonly files: 'keep'; readonly days: number }
  | { readonly files: 'hand-over'; readonly to: string; readonly isForced?: boolean }
  | { readonly files: 'delete' };

export interface RemovalRules {
  /** Whether the last administrator stays. */
  readonly keepsAdministrator: boolean;
}

/**
 * Locks a user out for good and notes what becomes of the files; from now on it happens, sooner or later, even after a
 * crash. Throws `not-found`, `refused`, `quota-exceeded` (the receiver's).
 */
export async function beginRemoval(
  core: Core,
  name: string,
  { disposal, keepsAdministrator }: RemovalRules & { disposal: Disposal },
): Promise<User> {
  const user = await requireUser(core, name);
  const nowMs = core.clock.nowMs();
  const to = disposal.files === 'hand-over' ? await receiver(core, disposal.to) : undefined;
  await core.store.run('startRemoval', {
    userId: user.id,
    files: disposal.files,
    toUserId: to?.id,
    dueAtMs: disposal.files === 'keep' ? nowMs + disposal.days * DAY_MS : undefined,
    isForced: disposal.files === 'hand-over' && disposal.isForced === true,
    keepsAdministrator,
    nowMs,
  });
  return user;
}

async function receiver(core: Core, name: string): Promise<User> {
  const user = await core.store.findUser(name);
  if (!user) throw new DomainError('refused', `there is no user "${name}" to hand the files over to`);
  return user;
}

/** Whether a signal fired because the server ends, and not because somebody calls the work off. */
export function isStopping({ reason }: AbortSignal): boolean {
  return isDomainError(reason, 'unavailable');
}

/** Calls a removal off; the user stays locked out, with what is left. */
export async function callOffRemoval(core: Core, userId: number): Promise<void> {
  await core.store.run('stopRemoval', { userId });
}

/**
 * Does what was noted of a user who goes, in short transactions; stops between them when `signal` fires, and can be cut
 * off anywhere: begun again, it goes on. Returns whether the user is gone now. Not so, and no error, while something of
 * theirs is still under way.
 */
export async function carryOutRemoval(core: Core, userId: number, watcher: Watcher): Promise<boolean> {
  if (core.runningRemovals.has(userId)) return false;
  core.runningRemovals.add(userId);
  try {
    return await doRounds(core, userId, watcher);
  } finally {
    core.runningRemovals.delete(userId);
  }
}

async function doRounds(core: Core, userId: number, watcher: Watcher): Promise<boolean> {
  const work = new RemovalWork(core, userId, watcher);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const removal = await core.store.accounts.getRemoval(userId);
    if (!removal) return (await core.store.getUser(userId)) === undefined;
    if (removal.files === 'keep') return false;
    try {
      await work.round(removal);
      await core.store.run('removeUser', { userId, nowMs: core.clock.nowMs() });
      return true;
    } catch (error) {
      // 'refused': something has come in since. 'not-found': called off, or somebody else was faster.
      if (isDomainError(error, 'busy')) return false;
      if (!isDomainError(error, 'refused', 'not-found')) throw error;
    }
  }
  return false;
}

class RemovalWork {
  readonly #core: Core;
  readonly #userId: number;
  readonly #watcher: Watcher;
  #doneCount = 0;

  constructor(core: Core, userId: number, watcher: Watcher) {
    this.#core = core;
    this.#userId = userId;
    this.#watcher = watcher;
  }

  async round({ files, userName }: Removal): Promise<void> {
    if (files === 'hand-over') {
      await this.#handOverHome(userName);
      await this.#purgeTrash();
      await this.#repeat('handing over', GIVE_BATCH, (step) => this.#core.store.run('giveNodes', step));
    } else {
      await this.#repeat('emptying the home', EMPTY_BATCH, (step) => this.#core.store.run('emptyHome', step));
      await this.#purgeTrash();
      await this.#repeat('deleting', PURGE_BATCH, (step) => this.#core.store.run('purgeOwned', step));
    }
  }

  async #handOverHome(userName: string): Promise<void> {
    const folderName = homeFolderName(userName);
    const nowMs = this.#core.clock.nowMs();
    const { jobId } = await this.#core.store.run('handOverHome', { userId: this.#userId, folderName, nowMs });
    if (jobId !== undefined) await adopt(this.#core, jobId);
  }

  /** What is in the trash of the home goes with it. */
  async #purgeTrash(): Promise<void> {
    const user = await this.#core.store.getUser(this.#userId);
    if (user?.homeSpaceId === undefined) return;
    for (;;) {
      this.#watcher.signal.throwIfAborted();
      const ids = await this.#core.store.accounts.listTrashedIn(user.homeSpaceId, TRASH_BATCH);
      if (ids.length === 0) return;
      for (const id of ids) await this.#purge(id);
    }
  }

  async #purge(nodeId: number): Promise<void> {
    const { store, clock } = this.#core;
    for (let done = false; !done;) {
      this.#watcher.signal.throwIfAborted();
      ({ done } = await store.run('purgeTree', { nodeId, limit: GIVE_BATCH, nowMs: clock.nowMs() }));
      this.#tell('deleting', 1);
    }
  }

  async #repeat(
    activity: string,
    limit: number,
    run: (step: { userId: number; limit: number; nowMs: number }) => Promise<RemovalProgress>,
  ): Promise<void> {
    for (;;) {
      this.#watcher.signal.throwIfAborted();
      const { done, count } = await run({ userId: this.#userId, limit, nowMs: this.#core.clock.nowMs() });
      this.#tell(activity, count);
      if (done) return;
    }
  }

  #tell(activity: string, count: number): void {
    this.#doneCount += count;
    this.#watcher.onProgress({ activity, doneCount: this.#doneCount, doneBytes: 0 });
  }
}

/** What a home is called in the home of somebody else: not like something that the root keeps for itself. */
function homeFolderName(userName: string): string {
  const name = isReservedAtRoot(userName) ? `${userName} (home)` : userName;
  // Room for a number behind it.
  let fitting = name;
  while (Buffer.byteLength(fitting) > MAX_NAME_BYTES - 7) fitting = Array.from(fitting).slice(0, -1).join('');
  return fitting;
}

/**
 * What has come due, and what a crash or the end of the last server cut off; run in the background. `onRemoved` is told
 * of each user who is gone. What goes wrong with one keeps none of the others.
 */
export async function continueRemovals(core: Core, { signal, onRemoved }: Continuation): Promise<void> {
  const failures: unknown[] = [];
  for (const removal of await core.store.accounts.listRemovals()) {
    if (signal.aborted) return;
    try {
      if (await continueRemoval(core, removal, signal)) onRemoved(removal);
    } catch (error) {
      if (error === signal.reason) return;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

interface Continuation {
  readonly signal: AbortSignal;
  readonly onRemoved: (removal: Removal) => void;
}

async function continueRemoval(
  core: Core,
  { files, dueAtMs = 0, userId, userName }: Removal,
  signal: AbortSignal,
): Promise<boolean> {
  if (files === 'keep') {
    if (dueAtMs > core.clock.nowMs()) return false;
    await beginRemoval(core, userName, { disposal: { files: 'delete' }, keepsAdministrator: false });
  }
  return carryOutRemoval(core, userId, { signal, onProgress: () => undefined });
}
