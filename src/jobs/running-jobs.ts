import type { Actor } from '../core/actor.ts';
import type { Progress, Watcher } from '../core/maintenance/progress.ts';
import { CalledOff, type Job, type JobKind, type Jobs } from '../core/ports/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';

const MAX_RUNNING_PER_USER = 8;
/** Ended jobs are remembered for so long; of each user so many, and as long as what came of them is no larger. */
const REMEMBERED_MS = 24 * 3600 * 1000;
const MAX_REMEMBERED_PER_USER = 50;
const MAX_RESULT_BYTES_PER_USER = 8 * 1024 * 1024;
const MIN_MS_BETWEEN_NEWS = 250;

function resultOf(error: unknown): unknown {
  return error instanceof CalledOff ? error.result : undefined;
}

interface Running {
  job: Job;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  toldAtMs: number;
}

interface Ended {
  readonly id: string;
  readonly endedAtMs: number;
  readonly resultBytes: number;
}

/** As JSON, which is about what it takes in memory. */
function bytesOf(result: unknown): number {
  return result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result));
}

/** The jobs under way in this process, and those that ended lately. */
export class RunningJobs implements Jobs {
  readonly #clock: Clock;
  readonly #onFault: (error: unknown, job: Job) => void;
  readonly #jobs = new Map<string, Running>();
  /** Of each user, the latest last. */
  readonly #ended = new Map<number, Ended[]>();
  readonly #listeners = new Set<(job: Job) => void>();

  /** `onFault` is told of failures that no user caused. */
  constructor(clock: Clock, onFault: (error: unknown, job: Job) => void) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  start(
    { userId, narrowing }: Pick<Actor, 'userId' | 'narrowing'>,
    { kind, title }: { readonly kind: JobKind; readonly title: string },
    work: (watcher: Watcher) => Promise<unknown>,
  ): Job {
    this.#forgetOld();
    const running = this.list(userId).filter(({ state }) => state === 'running');
    if (running.length >= MAX_RUNNING_PER_USER) {
      throw new DomainError('busy', `${running.length} jobs are under way; wait for one of them or cancel it`);
    }
    const job: Job = {
      id: randomId(),
      userId,
      ...(narrowing && { narrowing }),
      kind,
      title,
      state: 'running',
      progress: { activity: 'beginning', doneCount: 0, doneBytes: 0 },
      startedAtMs: this.#clock.nowMs(),
      endedAtMs: undefined,
      result: undefined,
      error: undefined,
    };
    const controller = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#jobs.set(job.id, { job, controller, ended, toldAtMs: job.startedAtMs });
    const onProgress = (progress: Progress) => this.#progress(job.id, progress);
    void this.#do(job.id, () => work({ signal: controller.signal, onProgress })).then(resolve);
    return job;
  }

  async settled(id: string, patienceMs: number): Promise<Job> {
    const running = this.#jobs.get(id);
    if (!running) throw new DomainError('not-found', 'there is no such job');
    const { promise: tired, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patienceMs);
    await Promise.race([running.ended, tired]);
    clearTimeout(timer);
    return running.job;
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id)?.job;
  }

  list(userId?: number): Job[] {
    const jobs = [...this.#jobs.values()].map(({ job }) => job).reverse();
    return userId === undefined ? jobs : jobs.filter((job) => job.userId === userId);
  }

  cancel(id: string): void {
    this.#jobs.get(id)?.controller.abort();
  }

  watch(listener: (job: Job) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls off what is under way and waits for it. */
  async close(): Promise<void> {
    // What goes on at the next start tells this apart from being called off.
    const reason = new DomainError('unavailable', 'the server is stopping');
    for (const { controller } of this.#jobs.values()) controller.abort(reason);
    for (const { ended } of this.#jobs.values()) await ended;
  }

  async #do(id: string, work: () => Promise<unknown>): Promise<void> {
    try {
      const result = await work();
      this.#end(id, { state: 'done', result });
    } catch (error) {
      const isCancelled = this.#jobs.get(id)?.controller.signal.aborted === true;
      const job = this.#end(
        id,
        isCancelled ? { state: 'cancelled', result: resultOf(error) } : { state: 'failed', error },
      );
      if (job && !isCancelled && !(error instanceof DomainError)) this.#onFault(error, job);
    }
  }

  #progress(id: string, progress: Progress): void {
    const running = this.#jobs.get(id);
    if (running?.job.state !== 'running') return;
    running.job = { ...running.job, progress };
    const nowMs = this.#clock.nowMs();
    if (nowMs - running.toldAtMs < MIN_MS_BETWEEN_NEWS) return;
    running.toldAtMs = nowMs;
    this.#tell(running.job);
  }

  #end(id: string, outcome: Pick<Job, 'state'> & Partial<Pick<Job, 'result' | 'error'>>): Job | undefined {
    const running = this.#jobs.get(id);
    if (!running) return undefined;
    const endedAtMs = this.#clock.nowMs();
    running.job = { ...running.job, ...outcome, endedAtMs };
    this.#remember(running.job, endedAtMs);
    this.#tell(running.job);
    return running.job;
  }

  #tell(job: Job): void {
    for (const listener of this.#listeners) listener(job);
  }

  /** At the cost of what ended before; it stays itself, however large: nobody has seen yet what came of it. */
  #remember({ id, userId, result }: Job, endedAtMs: number): void {
    const ended = this.#ended.get(userId) ?? [];
    this.#ended.set(userId, ended);
    ended.push({ id, endedAtMs, resultBytes: bytesOf(result) });
    let bytes = ended.reduce((sum, { resultBytes }) => sum + resultBytes, 0);
    while (ended.length > MAX_REMEMBERED_PER_USER || (ended.length > 1 && bytes > MAX_RESULT_BYTES_PER_USER)) {
      bytes -= this.#forgetFirst(ended);
    }
  }

  #forgetOld(): void {
    const beforeMs = this.#clock.nowMs() - REMEMBERED_MS;
    for (const [userId, ended] of this.#ended) {
      while (ended[0] && ended[0].endedAtMs < beforeMs) this.#forgetFirst(ended);
      if (ended.length === 0) this.#ended.delete(userId);
    }
  }

  /** Gives the bytes of what came of it. */
  #forgetFirst(ended: Ended[]): number {
    const first = ended.shift();
    if (first === undefined) return 0;
    this.#jobs.delete(first.id);
    return first.resultBytes;
  }
}
