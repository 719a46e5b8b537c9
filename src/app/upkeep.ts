import { setTimeout as delay } from 'node:timers/promises';
import type { Core } from '../core/core.ts';
import { compact } from '../core/maintenance/compact.ts';
import type { Finding } from '../core/maintenance/findings.ts';
import { Pace, type Rest } from '../core/maintenance/pace.ts';
import { pruneChanges } from '../core/maintenance/prune-changes.ts';
import { tidyDisk } from '../core/maintenance/tidy-disk.ts';
import type { DiskState } from '../core/ports/blob-store.ts';
import { isDomainError } from '../lib/errors.ts';

const INTERVAL_MS = 5 * 60_000;
const TIDY_EVERY_MS = 24 * 3600 * 1000;
/** What is younger may be half of something that goes on. */
const GRACE_MS = 3600 * 1000;
/** A disk of another store, or an old database, can make problems without number. */
const MAX_TOLD = 20;
/** Requests come first: for each second of work four of rest. */
const REST_FACTOR = 4;

export interface UpkeepEvents {
  onFailure(error: unknown): void;
  /** Compaction moved so many bytes. */
  onMoved(sizeBytes: number): void;
  /** How much a look at a disk found, if it was anything, and the first of it. */
  onTidied(disk: string, found: { readonly count: number; readonly problems: readonly string[] }): void;
}

/** What besides is to be done now and then, in little time. */
export type Chore = () => Promise<void>;

/** What it is doing, for `doctor`. */
export type UpkeepActivity = 'resting' | 'compacting' | `tidying ${string}`;

/** The slow work on disks, beside all other: mostly dead packs are emptied, and each disk is looked through once a day. */
export class Upkeep {
  readonly #core: Core;
  readonly #chores: readonly Chore[];
  readonly #events: UpkeepEvents;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;
  #activity: UpkeepActivity = 'resting';

  constructor(core: Core, chores: readonly Chore[], events: UpkeepEvents) {
    this.#core = core;
    this.#chores = chores;
    this.#events = events;
    this.#ended = this.#run();
  }

  get activity(): UpkeepActivity {
    return this.#activity;
  }

  /** Waits for the step that is under way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (await this.#isTime()) {
      try {
        await this.#round();
      } catch (error) {
        const isEnding = signal.aborted;
        if (!isEnding) this.#events.onFailure(error);
      }
      this.#activity = 'resting';
    }
  }

  /** False when it is time to end instead. */
  async #isTime(): Promise<boolean> {
    const { signal } = this.#abort;
    await delay(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    return !signal.aborted;
  }

  async #round(): Promise<void> {
    const { signal } = this.#abort;
    for (const chore of this.#chores) await chore();
    this.#activity = 'compacting';
    const onMoved = (_: number, sizeBytes: number): void => this.#events.onMoved(sizeBytes);
    await compact({ core: this.#core, signal, rest: this.#rest, onMoved });
    for (const disk of this.#core.blobs.listDisks()) {
      if (disk.state !== 'down' && (await this.#isDue(disk))) await this.#tidy(disk);
    }
  }

  readonly #rest: Rest = async (workedMs) => {
    await delay(workedMs * REST_FACTOR, undefined, { signal: this.#abort.signal, ref: false });
  };

  /** Kept in the database: a server that is started every day would otherwise never come to it. */
  async #isDue(disk: DiskState): Promise<boolean> {
    const lastMs = Number((await this.#core.store.getSetting(settingOf(disk))) ?? 0);
    return this.#core.clock.nowMs() - lastMs >= TIDY_EVERY_MS;
  }

  async #tidy(disk: DiskState): Promise<void> {
    this.#activity = `tidying ${disk.name}`;
    const { signal } = this.#abort;
    const core = this.#core;
    const problems: string[] = [];
    let count = 0;
    const examination = {
      core,
      isDry: false,
      graceMs: GRACE_MS,
      pace: new Pace(this.#rest),
      signal,
      onFinding: ({ problem }: Finding) => {
        count += 1;
        if (problems.length < MAX_TOLD) problems.push(problem);
      },
      onChecked: () => undefined,
    };
    try {
      await tidyDisk(examination, disk);
    } catch (error) {
      if (!isDomainError(error, 'unavailable')) throw error;
      return;
    }
    await pruneChanges(core, signal);
    await core.store.run('setSetting', { key: settingOf(disk), value: String(core.clock.nowMs()) });
    if (count > 0) this.#events.onTidied(disk.name, { count, problems });
  }
}

function settingOf({ id }: DiskState): string {
  return `tidied-disk-${id}`;
}
