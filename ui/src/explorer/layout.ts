import type { Span } from './known-entries.ts';

/** Browsers draw nothing beyond some 17 (Firefox) or 33 million pixels; a longer list is scrolled in larger steps. */
const MAX_PIXELS = 15_000_000;
/** Rows drawn before and after those that are seen. */
const SPARE_ROWS = 6;

export interface Shape {
  readonly count: number;
  readonly rowHeight: number;
  /** Undefined: one entry in a row. */
  readonly minTileWidth: number | undefined;
  readonly width: number;
  readonly height: number;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where the entries of a list stand: in rows of one height, one or several in a row. */
export class Layout {
  readonly columns: number;
  readonly rows: number;
  readonly rowHeight: number;
  /** Of everything, as it is scrolled through. */
  readonly pixels: number;
  readonly #shape: Shape;

  constructor(shape: Shape) {
    const { count, rowHeight, minTileWidth, width } = shape;
    this.#shape = shape;
    this.rowHeight = rowHeight;
    this.columns = minTileWidth === undefined ? 1 : Math.max(1, Math.floor(width / minTileWidth));
    this.rows = Math.ceil(count / this.columns);
    this.pixels = Math.min(MAX_PIXELS, this.rows * rowHeight);
  }

  get rowsInView(): number {
    return Math.max(1, Math.floor(this.#shape.height / this.rowHeight));
  }

  /** The entries to draw when it is scrolled to `top`. */
  seen(top: number): Span {
    const from = this.#unscaled(top);
    const firstRow = Math.max(0, Math.floor(from / this.rowHeight) - SPARE_ROWS);
    const endRow = Math.min(this.rows, Math.ceil((from + this.#shape.height) / this.rowHeight) + SPARE_ROWS);
    return { first: firstRow * this.columns, end: Math.min(this.#shape.count, endRow * this.columns) };
  }

  /** Where the row of an entry is drawn, when it is scrolled to `top`. */
  rowTop(index: number, top: number): number {
    return this.#row(index) * this.rowHeight - this.#unscaled(top) + top;
  }

  /** How far to scroll to see all of an entry, coming from `top`. */
  topToShow(index: number, top: number): number {
    const start = this.#row(index) * this.rowHeight;
    const from = this.#unscaled(top);
    if (start < from) return this.#scaled(start);
    const missing = start + this.rowHeight - this.#shape.height - from;
    return missing > 0 ? this.#scaled(from + missing) : top;
  }

  /** How far to scroll so that the row at `top` before is where it was, after `by` entries came before it. */
  topAfter(by: number, top: number): number {
    return this.#scaled(this.#unscaled(top) + Math.round(by / this.columns) * this.rowHeight);
  }

  /** The first entry that is seen whole. */
  firstIn(top: number): number {
    return Math.ceil(this.#unscaled(top) / this.rowHeight) * this.columns;
  }

  /** The entries that a rectangle touches, one span for each row; in pixels of what is scrolled. */
  within({ left, top, right, bottom }: Rectangle, scrolled: number): Span[] {
    const shift = this.#unscaled(scrolled) - scrolled;
    const firstRow = Math.max(0, Math.floor((top + shift) / this.rowHeight));
    const lastRow = Math.min(this.rows - 1, Math.floor((bottom + shift) / this.rowHeight));
    const tileWidth = this.#shape.width / this.columns;
    const firstColumn = Math.max(0, Math.floor(left / tileWidth));
    const endColumn = Math.min(this.columns, Math.floor(right / tileWidth) + 1);
    if (firstRow > lastRow || firstColumn >= endColumn) return [];
    if (this.columns === 1) return [{ first: firstRow, end: lastRow + 1 }];
    return Array.from({ length: lastRow - firstRow + 1 }, (_, row) => {
      const start = (firstRow + row) * this.columns;
      return { first: start + firstColumn, end: Math.min(start + endColumn, this.#shape.count) };
    }).filter(({ first, end }) => first < end);
  }

  #row(index: number): number {
    return Math.floor(index / this.columns);
  }

  get #scale(): number {
    const whole = this.rows * this.rowHeight;
    return whole > this.pixels ? (this.pixels - this.#shape.height) / (whole - this.#shape.height) : 1;
  }

  #scaled(position: number): number {
    const most = Math.max(0, this.pixels - this.#shape.height);
    return Math.min(most, Math.max(0, position * this.#scale));
  }

  #unscaled(top: number): number {
    return top / this.#scale;
  }
}
