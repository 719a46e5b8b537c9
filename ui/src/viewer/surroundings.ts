import type { FileEntry } from '../api/files.ts';
import { parentOf } from '../lib/paths.ts';
import type { Change } from '../state/live.svelte.ts';

/** Many files may come at once: they are counted when it is quiet. */
const QUIET_MS = 300;

/** What changes around the file that is shown. */
export class Surroundings {
  readonly #look: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // What cannot be known now is as it was, and asked for with the next file.
      this.#look().catch(() => undefined);
    }, QUIET_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Whether a file came to the folder of `entry`, or went, or has another name there. */
export function isBeside({ action, kind, path, from }: Change, entry: FileEntry): boolean {
  if (kind !== 'file' || action === 'changed' || action === 'properties') return false;
  return [path, from?.path].some((one) => one !== undefined && parentOf(one) === parentOf(entry.path));
}
