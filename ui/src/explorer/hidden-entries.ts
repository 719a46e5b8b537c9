/** Ids of what was taken out of a list before the server has. */
export class HiddenEntries {
  readonly #ids = new Set<number>();

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  hasAny(ids: ReadonlySet<number>): boolean {
    return [...ids].some((id) => this.#ids.has(id));
  }

  add(ids: ReadonlySet<number>): void {
    ids.forEach((id) => this.#ids.add(id));
  }

  delete(ids: ReadonlySet<number>): void {
    ids.forEach((id) => this.#ids.delete(id));
  }
}
