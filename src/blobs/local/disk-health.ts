import { stat } from 'node:fs/promises';
import { DiskLock } from './disk-lock.ts';
import { hasFolders, readIdentity } from './identity.ts';

export interface HealthSetup {
  root: string;
  /** What the identity file must say. */
  identity: string;
  /** A disk that does not answer for so long is taken as down. */
  timeoutMs: number;
  /** Called before a disk that was down is used again. Must not reject. */
  onUp: () => Promise<void>;
  /** Called when the disk is no longer there. */
  onDown: () => void;
}

interface Finding {
  /** Why the disk is down. */
  problem?: string;
  /** Why it is read only. */
  writeProblem?: string;
  /** The file system that the root is on. */
  device?: number;
}

/** Whether a disk is there: its own identity file in its root, its folders, and no other process that uses it. */
export class DiskHealth {
  readonly #setup: HealthSetup;
  readonly #lock: DiskLock;
  #finding: Finding = { problem: 'not looked at yet' };
  #looking: Promise<void> = Promise.resolve();
  #nextLook: Promise<void> | undefined;
  #isSuspect = false;
  #isReleased = false;

  constructor(setup: HealthSetup) {
    this.#setup = setup;
    this.#lock = new DiskLock(setup.root);
  }

  get isUp(): boolean {
    return this.#finding.problem === undefined;
  }

  get isWritable(): boolean {
    return this.isUp && this.#finding.writeProblem === undefined;
  }

  get problem(): string | undefined {
    return this.#finding.problem ?? this.#finding.writeProblem;
  }

  /** The number of the file system that was found to be the disk's. */
  get device(): number | undefined {
    return this.#finding.device;
  }

  /**
   * Looks again; resolves with the outcome applied, or when the disk does not answer in time. Never rejects.
   * `isSuspect`: a write failed, so look whether the disk still takes any.
   */
  async check(isSuspect = false): Promise<void> {
    if (this.#isReleased) return;
    this.#isSuspect ||= isSuspect;
    // A look that is under way may have looked before what made the caller ask.
    this.#nextLook ??= this.#looking.then(() => {
      this.#nextLook = undefined;
      this.#looking = this.#look();
      return this.#looking;
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#setup.timeoutMs);
    timer.unref();
    const answered = await Promise.race([this.#nextLook.then(() => true), late.then(() => false)]);
    clearTimeout(timer);
    if (!answered) await this.#apply({ problem: 'it does not answer' });
  }

  /** Stops looking, for good, and lets other processes use the disk. */
  async release(): Promise<void> {
    this.#isReleased = true;
    if (!this.isUp) return;
    await this.#looking;
    await this.#lock.release();
  }

  async #look(): Promise<void> {
    await this.#apply(await this.#inspect());
  }

  async #apply(finding: Finding): Promise<void> {
    const wasUp = this.isUp;
    const isUp = finding.problem === undefined;
    if (isUp && !wasUp) await this.#setup.onUp();
    this.#finding = finding;
    if (wasUp && !isUp) this.#setup.onDown();
  }

  async #inspect(): Promise<Finding> {
    const { root, identity } = this.#setup;
    let device: number;
    try {
      const found = await readIdentity(root);
      if (found === undefined) return { problem: 'its identity file is missing; is it mounted?' };
      if (found !== identity) return { problem: 'another disk is in its place' };
      if (!(await hasFolders(root))) return { problem: 'one of its folders is not a folder' };
      device = (await stat(root)).dev;
    } catch (error) {
      return { problem: messageOf(error) };
    }
    return { device, ...(await this.#takeLock()) };
  }

  async #takeLock(): Promise<Finding> {
    try {
      const holder = await this.#lock.take(this.#isSuspect);
      if (holder !== undefined) return { problem: `in use by process ${holder}` };
      this.#isSuspect = false;
      return {};
    } catch (error) {
      // It can still be read, and reading does no harm beside another process.
      return { writeProblem: `it cannot be written: ${messageOf(error)}` };
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
