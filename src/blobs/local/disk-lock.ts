import { readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './files.ts';
import { readSmallFile, writeDurably } from './identity.ts';
import { LOCK_FILE } from './layout.ts';

/** Who uses a disk. A pid alone is not enough: after a crash or reboot another process may have it. */
interface Holder {
  pid: number;
  /** Changes with every boot; empty where the system does not tell. */
  bootId: string;
  /** When the process started, in the kernel's ticks since boot; empty where the system does not tell. */
  startTicks: string;
}

/**
 * Says in the root of a disk which process uses it, since a second one would clear the uploads of the first.
 * Node has no file locks, so this is a file; one left by a process that was killed does not count. Two processes in
 * containers of their own do not see each other's pids, and are not kept apart.
 */
export class DiskLock {
  readonly #path: string;

  constructor(root: string) {
    this.#path = join(root, LOCK_FILE);
  }

  /**
   * Takes the lock, or finds that this process has it already. Answers the pid of the process that has it otherwise.
   * `anew` writes the file again, which shows whether the disk takes writes. Rejects with the system's error.
   */
  async take(anew: boolean): Promise<number | undefined> {
    const own = await thisProcess();
    const holder = await this.#holder();
    const isOwn = holder !== undefined && isSame(holder, own);
    if (isOwn && !anew) return undefined;
    if (holder !== undefined && !isOwn && (await isRunning(holder, own))) return holder.pid;
    const unfinished = `${this.#path}.${own.pid}`;
    try {
      await writeDurably(unfinished, JSON.stringify(own));
      await rename(unfinished, this.#path);
    } catch (error) {
      await unlinkQuietly(unfinished);
      throw error;
    }
    return undefined;
  }

  /** Gives the lock up if this process has it. */
  async release(): Promise<void> {
    const holder = await this.#holder().catch(() => undefined);
    if (holder !== undefined && isSame(holder, await thisProcess())) await unlinkQuietly(this.#path);
  }

  async #holder(): Promise<Holder | undefined> {
    try {
      return parseHolder(await readSmallFile(this.#path));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, bootId, startTicks } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof bootId !== 'string' || typeof startTicks !== 'string') return undefined;
    return { pid, bootId, startTicks };
  } catch {
    return undefined;
  }
}

function isSame(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.bootId === b.bootId && a.startTicks === b.startTicks;
}

async function isRunning(holder: Holder, own: Holder): Promise<boolean> {
  if (holder.bootId !== own.bootId) return false;
  if (own.startTicks !== '') return holder.startTicks === (await startTicksOf(holder.pid));
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

async function thisProcess(): Promise<Holder> {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return { pid: process.pid, bootId: bootId.trim(), startTicks: await startTicksOf(process.pid) };
}

/** Field 22 of proc_pid_stat(5); the second field is a name in parentheses, in which anything may stand. */
async function startTicksOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function unlinkQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch {
    return;
  }
}
