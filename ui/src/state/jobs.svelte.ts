import { cancelJob, listJobs, type Job } from '../api/jobs.ts';
import { isProblem } from '../api/problem.ts';
import { live } from './live.svelte.ts';

/** Events tell of a job at once; asking finds what they missed. */
const ASK_EVERY_MS = 3000;

/** What the server does in the background for the one who is signed in, whoever of their devices began it. */
class Jobs {
  running = $state.raw<readonly Job[]>([]);
  readonly #waiting = new Map<string, ((job: Job) => void)[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Returns how to end it. */
  start(): () => void {
    const ends = [live.on('job', (job) => this.#take(job)), live.on('reset', () => void this.#ask())];
    void this.#ask();
    return () => {
      ends.forEach((end) => end());
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.running = [];
    };
  }

  /** Resolves when a job has ended, done or not; `job` is what the request answered that began it. */
  follow(job: Job): Promise<Job> {
    return new Promise((resolve) => {
      this.#waiting.set(job.id, [...(this.#waiting.get(job.id) ?? []), resolve]);
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
    const others = this.running.filter(({ id }) => id !== job.id);
    if (job.state === 'running') {
      this.running = this.running.some(({ id }) => id === job.id)
        ? this.running.map((each) => (each.id === job.id ? job : each))
        : [job, ...others];
    } else {
      this.running = others;
      this.#waiting.get(job.id)?.forEach((resolve) => resolve(job));
      this.#waiting.delete(job.id);
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
      for (const job of known) {
        if (job.state === 'running' || this.running.some(({ id }) => id === job.id)) this.#take(job);
      }
      // The server was restarted, and what it did then is over.
      for (const job of this.running) {
        if (!known.some(({ id }) => id === job.id)) this.#take({ ...job, state: 'cancelled' });
      }
    } catch (error) {
      if (!isProblem(error)) throw error;
    }
    this.#plan();
  }
}

export const jobs = new Jobs();
