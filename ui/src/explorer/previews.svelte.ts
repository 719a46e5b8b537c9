import type { FileEntry } from '../api/files.ts';
import { getServer } from '../api/server.ts';

/** So many pictures are asked for at a time: a browser has six connections to a server, and lists must not wait. */
const AT_A_TIME = 3;
/** Addresses of which is known that the browser has them. */
const MOST_LOADED = 2000;

/** Small pictures in lists: of what the server can make one, and when it is their turn. */
class Previews {
  #mediaTypes = $state.raw<ReadonlySet<string>>(new Set());
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];
  /** The one that was loaded first is the first. */
  readonly #loaded = new Set<string>();

  /** Finds out what the server can make pictures of; until then there are none. */
  start(): void {
    getServer().then(
      (server) => {
        this.#mediaTypes = new Set(server.previews.mediaTypes);
      },
      // Icons will do; the next folder asks again.
      () => undefined,
    );
  }

  isOf({ kind, mediaType = '' }: FileEntry): boolean {
    if (kind !== 'file') return false;
    return this.#mediaTypes.has(mediaType) || this.#mediaTypes.has(mediaType.replace(/\/.*/, '/*'));
  }

  /** It was shown before: it needs neither time nor a turn to be shown again, when its entry has moved to another place. */
  isLoaded(address: string): boolean {
    return this.#loaded.has(address);
  }

  noteLoaded(address: string): void {
    this.#loaded.add(address);
    const [oldest] = this.#loaded;
    if (this.#loaded.size > MOST_LOADED && oldest !== undefined) this.#loaded.delete(oldest);
  }

  /** Calls `begin` when it is its turn, those asked for last first. What is returned is to be called when it is done with. */
  turn(begin: () => void): () => void {
    let state: 'waiting' | 'underWay' | 'done' = 'waiting';
    const start = (): void => {
      state = 'underWay';
      this.#underWay += 1;
      begin();
    };
    this.#waiting.push(start);
    this.#next();
    return () => {
      if (state === 'underWay') this.#underWay -= 1;
      if (state === 'waiting') this.#waiting.splice(this.#waiting.indexOf(start), 1);
      state = 'done';
      this.#next();
    };
  }

  #next(): void {
    while (this.#underWay < AT_A_TIME) {
      const start = this.#waiting.pop();
      if (!start) return;
      start();
    }
  }
}

export const previews = new Previews();
