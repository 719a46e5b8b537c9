import type { FileEntry } from '../api/files.ts';
import type { Series } from './series.ts';
import { viewing } from './viewing.svelte.ts';

/** The way through a series of files: which one is shown, and what is beside it. */
export class Passage {
  entry = $state.raw<FileEntry>();
  /** Why the file could not be found. */
  error = $state.raw<unknown>();
  /** Counted from 0; undefined until it is known. */
  position = $state<number>();
  count = $state(0);
  previous = $state.raw<FileEntry>();
  next = $state.raw<FileEntry>();
  #series: Series | undefined;
  /** Where somebody is on the way to, pressing a key again and again. */
  #wanted: number | undefined;
  /** Of which file the position is. */
  #placedId: number | undefined;
  #path: string | undefined;

  /** Shows the file at a path of a series. */
  async show(path: string, series: Series): Promise<void> {
    this.error = undefined;
    const isSameSeries = series === this.#series;
    this.#series = series;
    this.#path = path;
    try {
      const entry = await viewing.find(path);
      if (this.#path !== path) return;
      this.entry = entry;
      if (!isSameSeries || this.#wanted === undefined || this.#placedId !== entry.id) await this.#locate(entry, series);
      await this.#lookBeside(series);
    } catch (error) {
      if (this.#path === path) this.error = error;
    }
  }

  /**
   * Goes so many on, past those that are not wanted; false where there is none. Asked again before that file is known, it
   * goes on from there.
   */
  async step(by: 1 | -1, isWanted: (entry: FileEntry) => boolean = () => true): Promise<boolean> {
    const series = this.#series;
    if (series === undefined || this.#wanted === undefined) return false;
    for (let position = this.#wanted + by; position >= 0 && position < this.count; position += by) {
      this.#wanted = position;
      const entry = await series.entryAt(position);
      if (this.#wanted !== position) return false;
      if (entry === undefined || !isWanted(entry)) continue;
      this.position = position;
      this.#placedId = entry.id;
      await viewing.goTo(entry);
      return true;
    }
    this.#wanted = this.position;
    return false;
  }

  /** The file that is shown is gone: shows the one beside it; false where there is none. */
  async leave(): Promise<boolean> {
    const [entry, beside] = [this.entry, this.next ?? this.previous];
    if (entry === undefined) return false;
    this.#series?.forget(entry);
    // All that come after it stand elsewhere now.
    this.position = this.#wanted = this.previous = this.next = undefined;
    if (beside === undefined) return false;
    await viewing.goTo(beside);
    return true;
  }

  /** The file that is shown has another name or content now. */
  async follow(entry: FileEntry): Promise<void> {
    this.#series?.update(entry);
    const isRenamed = entry.path !== this.entry?.path;
    // It may stand elsewhere by its new name.
    if (isRenamed) this.#placedId = undefined;
    this.entry = viewing.entry = entry;
    if (isRenamed) await viewing.goTo(entry);
  }

  /** Files came to those beside it, or went. */
  async lookAgain(): Promise<void> {
    const { entry } = this;
    const series = this.#series;
    if (entry === undefined || series === undefined) return;
    series.update(entry);
    const [position, count] = [await series.positionOf(entry), await series.count()];
    if (this.entry !== entry || this.#series !== series) return;
    this.position = this.#wanted = position;
    this.#placedId = entry.id;
    this.count = count;
    await this.#lookBeside(series);
  }

  async #locate(entry: FileEntry, series: Series): Promise<void> {
    this.position = this.#wanted = undefined;
    const [position, count] = [await series.positionOf(entry), await series.count()];
    if (this.entry !== entry) return;
    this.position = this.#wanted = position;
    this.#placedId = entry.id;
    this.count = count;
  }

  async #lookBeside(series: Series): Promise<void> {
    const { position } = this;
    if (position === undefined) return;
    const [previous, next] = await Promise.all([series.entryAt(position - 1), series.entryAt(position + 1)]);
    if (this.position !== position) return;
    this.previous = previous;
    this.next = next;
  }
}
