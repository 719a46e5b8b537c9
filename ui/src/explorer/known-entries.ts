import type { FileEntry } from '../api/files.ts';

/** From `first` up to, not including, `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** What is known of a long list: entries at their positions, with gaps between. */
export class KnownEntries {
  #entries: (FileEntry | undefined)[] = [];
  #knownCount = 0;

  get count(): number {
    return this.#entries.length;
  }

  get isWhole(): boolean {
    return this.#knownCount === this.#entries.length;
  }

  get knownCount(): number {
    return this.#knownCount;
  }

  at(index: number): FileEntry | undefined {
    return this.#entries[index];
  }

  indexOf(id: number): number {
    return this.#entries.findIndex((entry) => entry?.id === id);
  }

  known(): FileEntry[] {
    return this.#entries.filter((entry) => entry !== undefined);
  }

  /** A list that has become longer or shorter at its end. */
  resize(count: number): void {
    for (let index = count; index < this.#entries.length; index += 1) this.#set(index, undefined);
    this.#entries.length = Math.min(count, this.#entries.length);
    while (this.#entries.length < count) this.#entries.push(undefined);
  }

  put(first: number, entries: readonly FileEntry[]): void {
    entries.forEach((entry, index) => this.#set(first + index, entry));
  }

  insert(index: number, entry: FileEntry): void {
    this.#entries.splice(index, 0, entry);
    this.#knownCount += 1;
  }

  remove(ids: ReadonlySet<number>): void {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => !entry || !ids.has(entry.id));
    this.#knownCount -= before - this.#entries.length;
  }

  /** Leaves gaps everywhere else. */
  keepOnly({ first, end }: Span): void {
    this.#entries.forEach((entry, index) => {
      if (entry && (index < first || index >= end)) this.#set(index, undefined);
    });
  }

  /** The first gap in a span, at most `limit` long; undefined when all is known. */
  gap({ first, end }: Span, limit: number): Span | undefined {
    const last = Math.min(end, this.#entries.length);
    let start = Math.max(0, first);
    while (start < last && this.#entries[start]) start += 1;
    if (start >= last) return undefined;
    let stop = start + 1;
    while (stop < last && stop - start < limit && !this.#entries[stop]) stop += 1;
    return { first: start, end: stop };
  }

  /** The known entries around a position, without a gap. */
  run(index: number): Span {
    let first = index;
    let end = index;
    while (first > 0 && this.#entries[first - 1]) first -= 1;
    while (end < this.#entries.length && this.#entries[end]) end += 1;
    return { first, end };
  }

  #set(index: number, entry: FileEntry | undefined): void {
    if (this.#entries[index]) this.#knownCount -= 1;
    if (entry) this.#knownCount += 1;
    this.#entries[index] = entry;
  }
}

/** Of one. */
export function idsOf({ id }: { readonly id: number }): ReadonlySet<number> {
  return new Set([id]);
}

/** What of `count` is not in a span. */
export function outside({ first, end }: Span, count: number): Span[] {
  return [
    { first: 0, end: first },
    { first: end, end: count },
  ].filter((span) => span.first < span.end);
}
