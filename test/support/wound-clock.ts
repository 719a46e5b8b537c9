import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Scratch } from './processes.ts';

/** The system's clock as a process sees it, which a test sets (libfaketime, from the Debian package `faketime`). */
export class WoundClock {
  readonly #file: string;
  /** For the environment of the process. */
  readonly env: NodeJS.ProcessEnv;

  private constructor(file: string, isJumping: boolean) {
    this.#file = file;
    this.env = {
      LD_PRELOAD: globSync('/usr/lib/*/faketime/libfaketime.so.1')[0],
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      ...(isJumping && { FAKETIME_DONT_FAKE_MONOTONIC: '1' }),
    };
  }

  /** It jumps: the monotonic clock goes on as it should, and what depends on that is not deceived. */
  static async jumping(scratch: Scratch): Promise<WoundClock> {
    return WoundClock.#start(scratch.path('jumping-clock'), true);
  }

  /** Time passes when it is set ahead, by the monotonic clock as well; that does not take being set back. */
  static async passing(scratch: Scratch): Promise<WoundClock> {
    return WoundClock.#start(scratch.path('passing-clock'), false);
  }

  static async #start(file: string, isJumping: boolean): Promise<WoundClock> {
    const clock = new WoundClock(file, isJumping);
    await clock.set(0);
    return clock;
  }

  /** So many seconds ahead of the real one. */
  async set(seconds: number): Promise<void> {
    await writeFile(this.#file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`);
  }
}
