import { setTimeout as delay } from 'node:timers/promises';
import { checkHealth, type HealthProbes } from './health.ts';

const INTERVAL_MS = 5000;

export interface HealthEvents {
  onProblem(problem: string): void;
  /** What `onProblem` told, or was wrong at the start, is over. */
  onOver(problem: string): void;
}

/** Compares what is wrong now with what was wrong before. */
export class HealthChanges {
  readonly #probes: HealthProbes;
  readonly #events: HealthEvents;
  #known: ReadonlySet<string> | undefined;

  constructor(probes: HealthProbes, events: HealthEvents) {
    this.#probes = probes;
    this.#events = events;
  }

  /** Tells the changes; the first look tells nothing, since the start names what is wrong then. */
  async look(): Promise<void> {
    const { problems } = await checkHealth(this.#probes);
    const before = this.#known ?? new Set(problems);
    this.#known = new Set(problems);
    for (const problem of this.#known.difference(before)) this.#events.onProblem(problem);
    for (const problem of before.difference(this.#known)) this.#events.onOver(problem);
  }
}

/** Looks again and again in the background. */
export class HealthWatch {
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(probes: HealthProbes, events: HealthEvents) {
    this.#ended = this.#run(new HealthChanges(probes, events));
  }

  /** Waits for the look that is under way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #run(changes: HealthChanges): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await changes.look();
      await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
