/** Ids of what was taken out of a list before the server has. */
export class HiddenEntries {
  readonly #ids = new Set<number>();

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  /** How many of these. */
  countOf(ids: ReadonlySet<number>): number {
    let count = 0;
    for (const id of ids) if (this.#ids.has(id)) count += 1;
    return count;
  }

  add(ids: ReadonlySet<number>): void {
    ids.forEach((id) => this.#ids.add(id));
  }

  delete(ids: ReadonlySet<number>): void {
    ids.forEach((id) => this.#ids.delete(id));
  }
}
