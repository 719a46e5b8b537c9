import { fittedSize, FITTED, held, naturalScale, turned, zoomedAt, type Point, type Size, type View } from './zoom.ts';

const NOTHING: Size = { width: 0, height: 0 };

/** How the picture that is shown lies before one: zoomed, moved, turned. The file is never changed by it. */
export class Easel {
  frameWidth = $state(0);
  frameHeight = $state(0);
  /** In its own pixels, upright. */
  picture = $state.raw<Size>(NOTHING);
  /** Quarter turns clockwise, always further: a turn back goes back. */
  quarters = $state(0);
  #view = $state.raw<View>(FITTED);

  readonly #frame: Size = $derived({ width: this.frameWidth, height: this.frameHeight });
  /** As it stands in the frame. */
  readonly #standing = $derived(turned(this.picture, this.quarters));
  readonly #fitted = $derived(fittedSize(this.#standing, this.#frame));
  readonly #natural = $derived(naturalScale(this.#standing, this.#fitted));
  readonly view = $derived(held(this.#view, this.#fitted, this.#frame));
  /** Of the element, before it is turned. */
  readonly size = $derived(turned(this.#fitted, this.quarters));
  readonly isZoomed = $derived(this.view.scale > 1.001);
  /** Of its own pixels, 1 for each. */
  readonly magnification = $derived(this.view.scale / this.#natural);

  /** `point` as seen from the middle of the frame. */
  zoom(factor: number, point: Point = { x: 0, y: 0 }): void {
    this.#view = held(zoomedAt(this.view, factor, { point, natural: this.#natural }), this.#fitted, this.#frame);
  }

  fit(): void {
    this.#view = FITTED;
  }

  /** Between the whole of it and every pixel as it is, or twice as large where that is no more. */
  toggle(point: Point): void {
    if (this.isZoomed) this.fit();
    else this.zoom(Math.max(2, this.#natural), point);
  }

  move(x: number, y: number): void {
    this.#view = held({ ...this.view, x: this.view.x + x, y: this.view.y + y }, this.#fitted, this.#frame);
  }

  turn(by: 1 | -1): void {
    this.quarters += by;
    this.fit();
  }
}
