import { READ, type Files } from './files.ts';

/** An open file on loan: give it back with `release`, once. */
export interface Descriptor {
  readonly fd: number;
  release: () => void;
}

interface Entry {
  readonly opening: Promise<number>;
  users: number;
  /** No longer in the cache: closed when its last user is done. */
  isEvicted: boolean;
}

/**
 * The files of one disk that are open for reading: opening costs as much as a small read does. Keeps up to `limit`
 * that nobody uses, the last used longest. A descriptor in use is never closed.
 */
export class Descriptors {
  readonly #files: Files;
  readonly #limit: number;
  /** By path, the least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();

  constructor(files: Files, limit: number) {
    this.#files = files;
    this.#limit = limit;
  }

  /** Rejects with the error of the system's `open`. */
  async acquire(path: string): Promise<Descriptor> {
    const entry = this.#entries.get(path) ?? { opening: this.#files.open(path, READ), users: 0, isEvicted: false };
    entry.users += 1;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    try {
      const fd = await entry.opening;
      this.#shrink();
      return { fd, release: () => this.#release(entry) };
    } catch (error) {
      if (this.#entries.get(path) === entry) this.#entries.delete(path);
      throw error;
    }
  }

  /** Lets go of a file that is removed, so that its space comes free; of all without a path. */
  async evict(path?: string): Promise<void> {
    for (const known of path === undefined ? [...this.#entries.keys()] : [path]) this.#evictOne(known);
    await Promise.all(this.#closing);
  }

  #evictOne(path: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    entry.isEvicted = true;
    if (entry.users === 0) this.#close(entry);
  }

  #release(entry: Entry): void {
    entry.users -= 1;
    if (entry.isEvicted && entry.users === 0) this.#close(entry);
    else this.#shrink();
  }

  #shrink(): void {
    if (this.#entries.size <= this.#limit) return;
    for (const [path, { users }] of this.#entries) {
      if (users === 0) this.#evictOne(path);
      if (this.#entries.size <= this.#limit) return;
    }
  }

  #close(entry: Entry): void {
    const closed = entry.opening
      .then((fd) => this.#files.close(fd))
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}
