import type { FileEntry } from '../api/files.ts';
import { readStored, store } from '../lib/stored.ts';
import { session } from './session.svelte.ts';

const STORED_AS = 'clipboard';

/** As much of an entry as one needs to move it, wherever it is by then. */
export type Held = Pick<FileEntry, 'id' | 'name' | 'kind' | 'path'>;

export interface Clip {
  readonly way: 'move' | 'copy';
  readonly entries: readonly Held[];
}

interface StoredClip extends Clip {
  /** Nobody pastes what somebody else cut in this browser. */
  readonly user: string | undefined;
}

/** What was cut or copied, in this tab or another. */
class Clipboard {
  #stored = $state.raw(readStored<StoredClip | undefined>(STORED_AS, undefined));
  readonly #cutIds = $derived(new Set(this.clip?.way === 'move' ? this.clip.entries.map(({ id }) => id) : []));

  constructor() {
    addEventListener('storage', () => {
      this.#stored = readStored<StoredClip | undefined>(STORED_AS, undefined);
    });
  }

  get clip(): Clip | undefined {
    return this.#stored?.user === session.account?.name ? this.#stored : undefined;
  }

  /** With `undefined` there is nothing to paste any more. */
  put(clip: Clip | undefined): void {
    this.#stored = clip && {
      way: clip.way,
      entries: clip.entries.map(({ id, name, kind, path }) => ({ id, name, kind, path })),
      user: session.account?.name,
    };
    store(STORED_AS, this.#stored);
  }

  /** It will go from here as soon as it is pasted. */
  isCut(id: number): boolean {
    return this.#cutIds.has(id);
  }
}

export const clipboard = new Clipboard();
