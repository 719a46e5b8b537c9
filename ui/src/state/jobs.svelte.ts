import { cancelJob, getJob, listJobs, type Job } from '../api/jobs.ts';
import { isProblem } from '../api/problem.ts';
import { t } from '../lib/messages.svelte.ts';
import { live } from './live.svelte.ts';

/** Events tell of a job at once; asking finds what they missed. */
const ASK_EVERY_MS = 3000;

interface Follower {
  readonly onprogress: (job: Job) => void;
  readonly onend: (job: Job) => void;
}

/** What the server does in the background for the one who is signed in, whoever of their devices began it. */
class Jobs {
  running = $state.raw<readonly Job[]>([]);
  /** Without those that somebody else shows. */
  readonly shown = $derived(this.running.filter(({ id }) => !this.#shownElsewhere.has(id)));
  readonly #waiting = new Map<string, Follower[]>();
  readonly #shownElsewhere = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Returns how to end it. */
  start(): () => void {
    const ends = [live.on('job', (job) => this.#take(job)), live.on('reset', () => void this.#ask())];
    void this.#ask();
    return () => {
      ends.forEach((end) => end());
      // Whoever signed out hears of none of them any more.
      for (const job of this.running) this.#take({ ...job, state: 'cancelled' });
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /**
   * Resolves when a job has ended, done or not; `job` is what the request answered that began it. Who wants to know of its
   * progress shows it, and how to call it off.
   */
  follow(job: Job, onprogress?: (job: Job) => void): Promise<Job> {
    if (onprogress) this.#shownElsewhere.add(job.id);
    return new Promise((resolve) => {
      const follower = { onprogress: onprogress ?? (() => undefined), onend: resolve };
      this.#waiting.set(job.id, [...(this.#waiting.get(job.id) ?? []), follower]);
      this.#take(job);
      // A short one ended before anybody listened.
      if (job.state === 'running') void this.#ask();
    });
  }

  /** Throws `Problem`. */
  async cancel(id: string): Promise<void> {
    await cancelJob(id);
  }

  #take(job: Job): void {
    const followers = this.#waiting.get(job.id) ?? [];
    const others = this.running.filter(({ id }) => id !== job.id);
    if (job.state === 'running') {
      this.running = this.running.some(({ id }) => id === job.id)
        ? this.running.map((each) => (each.id === job.id ? job : each))
        : [job, ...others];
    } else {
      this.running = others;
      this.#waiting.delete(job.id);
      this.#shownElsewhere.delete(job.id);
    }
    for (const { onprogress, onend } of followers) {
      onprogress(job);
      if (job.state !== 'running') onend(job);
    }
    this.#plan();
  }

  #plan(): void {
    if (this.running.length === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, ASK_EVERY_MS);
  }

  async #ask(): Promise<void> {
    try {
      const known = await listJobs();
      const ended = known.filter(({ id, state }) => state !== 'running' && this.running.some((job) => job.id === id));
      for (const job of known) if (job.state === 'running') this.#take(job);
      // The server was restarted, and what it did then is over.
      for (const job of this.running) {
        if (!known.some(({ id }) => id === job.id)) this.#take(lost(job));
      }
      // In the list they are without what came of them.
      for (const { id } of ended) this.#take(await getJob(id));
    } catch (error) {
      if (!isProblem(error)) throw error;
    }
    this.#plan();
  }
}

function lost(job: Job): Job {
  return { ...job, state: 'failed', problem: { code: 'job-lost', detail: t('jobs.lost') } };
}

export const jobs = new Jobs();
