import type { Actor, Narrowing } from '../actor.ts';
import type { Progress, Watcher } from '../maintenance/progress.ts';

export const JOB_KINDS = ['bulk', 'empty-trash', 'remove-user', 'rebuild-search', 'check'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

/** Something that lasts longer than a request should, and that its user can watch and call off. */
export interface Job {
  readonly id: string;
  readonly userId: number;
  /** Of the app password that began it. */
  readonly narrowing?: Narrowing;
  readonly kind: JobKind;
  /** For people: what is being done. */
  readonly title: string;
  readonly state: JobState;
  readonly progress: Progress;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** What became of it, once it is done, or, where the work can say so, called off: plain data. */
  readonly result: unknown;
  /** Why it failed. */
  readonly error: unknown;
}

/** Thrown by work that was called off and can say what it had done by then: that is the job's result. */
export class CalledOff extends Error {
  override readonly name = 'CalledOff';
  readonly result: unknown;

  constructor(result: unknown) {
    super('called off');
    this.result = result;
  }
}

/** The jobs of this process. What must outlive it is kept by the work itself, which goes on at the next start. */
export interface Jobs {
  /**
   * Begins a job; `work` gets a signal that fires when it is called off or the server ends, and tells how far it is.
   * Throws `busy` when the user has too many.
   */
  start(
    actor: Pick<Actor, 'userId' | 'narrowing'>,
    job: { readonly kind: JobKind; readonly title: string },
    work: (watcher: Watcher) => Promise<unknown>,
  ): Job;
  /** Resolves when the job has ended, or after `patienceMs`; gives what is known by then. */
  settled(id: string, patienceMs: number): Promise<Job>;
  find(id: string): Job | undefined;
  /** Of a user, or of all; the newest first. Of those that ended the latest of each user are remembered for a day. */
  list(userId?: number): Job[];
  /** Fires the signal of a running job; harmless for one that has ended. */
  cancel(id: string): void;
  /** Told of every change of every job, a few times a second at most; gives what ends it. */
  watch(listener: (job: Job) => void): () => void;
}
