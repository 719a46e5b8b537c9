/** A row that is drawn, and the element that it is drawn in. */
export interface SlottedRow {
  readonly row: number;
  readonly slot: number;
}

/**
 * Which row is drawn in which element. To make elements takes several times as long as to write something else into them:
 * those of rows that went out of view are used again for rows that came into it.
 */
export class RowSlots {
  #drawn = new Map<number, SlottedRow>();

  /** In the order of `rows`; a row that was drawn before keeps its element. */
  place(rows: readonly number[]): SlottedRow[] {
    const wanted = new Set(rows);
    const free = [...this.#drawn.values()].filter(({ row }) => !wanted.has(row)).map(({ slot }) => slot);
    let next = 1 + Math.max(-1, ...[...this.#drawn.values()].map(({ slot }) => slot));
    const placed = rows.map((row) => this.#drawn.get(row) ?? { row, slot: free.shift() ?? next++ });
    this.#drawn = new Map(placed.map((one) => [one.row, one]));
    return placed;
  }
}
