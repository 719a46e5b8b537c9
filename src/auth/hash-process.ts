import { fork, type ChildProcess } from 'node:child_process';
import { DomainError } from '../lib/errors.ts';
import type { HashJob, HashOutcome } from './hash-job.ts';

/** After so long without work the process ends, and its memory is free; the next hash starts another (50 ms). */
const IDLE_MS = 60_000;

interface Waiting {
  readonly resolve: (result: string | boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The process in which argon2 runs. Its native code takes threads of libuv's pool; in the server's own process those
 * are the ones that read, write and sync files.
 */
export class HashProcess {
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** Throws `unavailable` when the process cannot run or dies at it. */
  async run(job: Omit<HashJob, 'id'>): Promise<string | boolean> {
    clearTimeout(this.#idleTimer);
    const child = (this.#child ??= this.#start());
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<string | boolean>();
    this.#waiting.set(id, { resolve, reject });
    child.ref();
    child.channel?.ref();
    // One that could not be started, for want of descriptors, has no channel; that it failed is said in a moment.
    if (child.connected) {
      child.send({ id, ...job }, (error) => {
        if (error) this.#settle(id, ({ reject: fail }) => fail(unavailable(error)));
      });
    }
    try {
      return await promise;
    } finally {
      if (this.#waiting.size === 0) this.#rest();
    }
  }

  close(): void {
    clearTimeout(this.#idleTimer);
    const child = this.#child;
    this.#child = undefined;
    if (child?.connected) child.disconnect();
  }

  #start(): ChildProcess {
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const child = fork(new URL(`./hash-worker${ending}`, import.meta.url), {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (outcome: HashOutcome) => this.#onOutcome(outcome));
    child.on('error', (error) => this.#onEnd(child, error));
    child.on('exit', () => this.#onEnd(child, undefined));
    return child;
  }

  #onOutcome({ id, result, problem }: HashOutcome): void {
    this.#settle(id, ({ resolve, reject }) => {
      if (result === undefined) reject(new Error(`a password could not be hashed: ${problem ?? ''}`));
      else resolve(result);
    });
  }

  #onEnd(child: ChildProcess, cause: Error | undefined): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, ({ reject }) => reject(unavailable(cause)));
  }

  #settle(id: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) settle(waiting);
  }

  /** Lets this process end while the other only waits. */
  #rest(): void {
    this.#child?.unref();
    this.#child?.channel?.unref();
    this.#idleTimer = setTimeout(() => this.close(), IDLE_MS).unref();
  }
}

function unavailable(cause: Error | undefined): DomainError {
  return new DomainError('unavailable', 'passwords cannot be checked now', { cause, retryAfterSeconds: 2 });
}
