import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DomainError } from '../lib/errors.ts';
import { MAX_HEAP_MIB, type ImageAbilities, type ImageMessage, type ImageOutcome } from './image-job.ts';
import { endLimited, startLimited } from './limited-process.ts';

/** An image that takes longer is taken for one that would never be done. */
const JOB_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 30_000;
/** After so long without work the process ends, and its memory is free; the next picture starts another (300 ms). */
const IDLE_MS = 30_000;
/** After so much work another takes its place: the system ends one that works for much longer, which nobody may see. */
const WORN_SECONDS = 60;
const PROCESSOR_SECONDS = WORN_SECONDS + (JOB_TIMEOUT_MS / 1000) * Math.max(2, availableParallelism());

export interface Original {
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly sizeBytes: number;
}

/** The process ended over a picture: for want of memory that day, or because of what is in the file. */
export class EndedOverIt extends Error {
  override readonly name = 'EndedOverIt';
}

/**
 * One process that makes pictures, one at a time; started when it is needed. Whatever happens to it, the next picture
 * is made by a fresh one.
 */
export class ImageProcess {
  readonly #timeoutMs: number;
  readonly #startTimeoutMs: number;
  readonly #wornSeconds: number;
  #running: Running | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor({
    timeoutMs = JOB_TIMEOUT_MS,
    startTimeoutMs = START_TIMEOUT_MS,
    wornSeconds = WORN_SECONDS,
  }: { timeoutMs?: number; startTimeoutMs?: number; wornSeconds?: number } = {}) {
    this.#timeoutMs = timeoutMs;
    this.#startTimeoutMs = startTimeoutMs;
    this.#wornSeconds = wornSeconds;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#running?.isOver === false ? this.#running.pid : undefined;
  }

  /** What it can read; nothing when it cannot even run. */
  async abilities(): Promise<readonly string[]> {
    return this.#use(async (running) => (await running.abilities)?.mediaTypes ?? []);
  }

  /**
   * The picture of an image; undefined when there is none to be had of it, since it cannot be read or takes too long.
   * Throws `EndedOverIt`, `unavailable` when the process cannot run, and what reading `original` throws.
   */
  async make(original: Original, side: number): Promise<Uint8Array | undefined> {
    return this.#use(async (running) => {
      if (!(await running.abilities)) throw notRunning();
      const outcome = await running.make(original, side, this.#timeoutMs);
      if (outcome && outcome.processorSeconds > this.#wornSeconds) this.close();
      return outcome && 'picture' in outcome ? outcome.picture : undefined;
    });
  }

  close(): void {
    clearTimeout(this.#idleTimer);
    this.#running?.kill();
    this.#running = undefined;
  }

  async #use<T>(work: (running: Running) => Promise<T>): Promise<T> {
    clearTimeout(this.#idleTimer);
    const running = this.#running && !this.#running.isOver ? this.#running : new Running(this.#startTimeoutMs);
    this.#running = running;
    try {
      return await work(running);
    } finally {
      this.#idleTimer = setTimeout(() => this.close(), IDLE_MS).unref();
    }
  }
}

/** Tells what went wrong with the source from what went wrong with whoever reads it. */
class Watched implements AsyncIterable<Uint8Array> {
  readonly #source: Original['bytes'];
  failure: { readonly reason: unknown } | undefined;
  isAtEnd = false;

  constructor(source: Original['bytes']) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#source;
      this.isAtEnd = true;
    } catch (reason) {
      this.failure = { reason };
      throw reason;
    }
  }
}

/** One life of the process. */
class Running {
  readonly abilities: Promise<ImageAbilities | undefined>;
  readonly #child: ChildProcess;
  /** Takes what the process says next; undefined when it ends instead. */
  #listener: (message: ImageMessage | undefined) => void = () => undefined;
  isOver = false;
  #wasKilled = false;

  constructor(startTimeoutMs: number) {
    this.#child = start();
    const timer = setTimeout(() => this.kill(), startTimeoutMs);
    this.#child.on('message', (message: ImageMessage) => this.#listener(message));
    this.#child.once('exit', () => this.#end());
    this.#child.on('error', () => this.#end());
    // That it went away is known from its end.
    this.#child.stdin?.on('error', () => undefined);
    this.abilities = this.#next<ImageAbilities>().finally(() => clearTimeout(timer));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    this.#wasKilled = true;
    endLimited(this.#child);
    this.#end();
  }

  /**
   * Undefined when the process had to be ended. Rejects with `EndedOverIt` when it ended by itself, when `original`
   * cannot be read, with `unavailable` when that takes too long.
   */
  async make({ bytes, sizeBytes }: Original, side: number, timeoutMs: number): Promise<ImageOutcome | undefined> {
    const { stdin } = this.#child;
    if (this.isOver || !stdin || !this.#child.connected) throw notRunning();
    const source = new Watched(bytes);
    const timer = setTimeout(() => {
      source.failure ??= source.isAtEnd ? undefined : { reason: tooSlow() };
      this.kill();
    }, timeoutMs);
    try {
      const outcome = this.#next<ImageOutcome>();
      this.#child.send({ sizeBytes, side });
      send(source, stdin).catch(() => {
        // It would wait for bytes that do not come.
        if (source.failure) this.kill();
      });
      const made = await outcome;
      if (source.failure) throw source.failure.reason;
      if (made === undefined && !this.#wasKilled) throw new EndedOverIt('the process ended over a picture');
      return made;
    } finally {
      clearTimeout(timer);
    }
  }

  #next<T extends ImageMessage>(): Promise<T | undefined> {
    if (this.isOver) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#listener = (message) => resolve(message as T | undefined);
    });
  }

  #end(): void {
    this.isOver = true;
    this.#listener(undefined);
  }
}

/**
 * Not `pipeline`, which leaves listeners on a stream that outlives it. A blob's piece, whose memory is used again, has
 * gone before the next one is asked for.
 */
async function send(pieces: AsyncIterable<Uint8Array>, stdin: Writable): Promise<void> {
  for await (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stdin.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
}

function notRunning(): DomainError {
  return new DomainError('unavailable', 'no previews can be made now');
}

function tooSlow(): DomainError {
  return new DomainError('unavailable', 'the content comes too slowly for a preview');
}

function start(): ChildProcess {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const worker = new URL(`./image-worker${ending}`, import.meta.url);
  // Its own JavaScript can read files, which it loads, and nothing else: no writing, no programs, no network.
  const guards = ['--permission', '--allow-fs-read=*', '--allow-addons', `--max-old-space-size=${MAX_HEAP_MIB}`];
  return startLimited([process.execPath, ...guards, '--no-warnings', fileURLToPath(worker)], {
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    environment: { UV_THREADPOOL_SIZE: '2' },
    processorSeconds: PROCESSOR_SECONDS,
  });
}
