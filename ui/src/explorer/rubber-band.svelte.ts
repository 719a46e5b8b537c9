import { NONE } from './chosen-entries.ts';
import { explorer } from './explorer.svelte.ts';
import type { Span } from './known-entries.ts';
import type { Rectangle } from './layout.ts';
import type { Viewport } from './viewport.svelte.ts';

/** So far the pointer moves before a press becomes a rubber band. */
const SLACK = 4;
/** Pixels a frame, for each pixel that the pointer is beyond the edge. */
const SPEED = 0.3;
const EDGE = 16;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Chooses what a rectangle touches that is drawn with the mouse; scrolls when the pointer comes to an edge. */
export class RubberBand {
  /** In pixels of what is scrolled. */
  rectangle = $state.raw<Rectangle>();
  /** The press that ended was a rubber band: the click that follows means nothing. */
  wasDrawn = false;
  readonly #viewport: Viewport;
  #frame = 0;

  constructor(viewport: Viewport) {
    this.#viewport = viewport;
  }

  begin(box: HTMLElement, press: PointerEvent): void {
    const from = this.#pointIn(box, press);
    const before = explorer.selection.marked;
    const isAdding = press.ctrlKey || press.metaKey || press.shiftKey;
    let pointer: PointerEvent = press;
    let spans: readonly Span[] = [];
    this.wasDrawn = false;

    const draw = (): void => {
      this.#frame = 0;
      // Nothing is left in the folder to draw it over.
      if (!box.isConnected) {
        end();
        return;
      }
      const overshoot = overshootOf(box, pointer);
      if (overshoot !== 0) this.#viewport.scrollTo(this.#viewport.top + overshoot * SPEED);
      const to = this.#pointIn(box, pointer);
      this.rectangle = {
        left: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        right: Math.max(from.x, to.x),
        bottom: Math.max(from.y, to.y),
      };
      spans = this.#viewport.layout.within(this.rectangle, this.#viewport.top);
      explorer.selection.spans(spans, isAdding ? before : NONE);
      if (overshoot !== 0) this.#frame = requestAnimationFrame(draw);
    };
    const move = (event: PointerEvent): void => {
      pointer = event;
      if (!this.rectangle && Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < SLACK) return;
      if (!this.wasDrawn) box.setPointerCapture(press.pointerId);
      this.wasDrawn = true;
      this.#frame ||= requestAnimationFrame(draw);
    };
    const end = (): void => {
      box.removeEventListener('pointermove', move);
      box.removeEventListener('pointerup', end);
      box.removeEventListener('pointercancel', end);
      if (this.#frame !== 0) {
        cancelAnimationFrame(this.#frame);
        draw();
        cancelAnimationFrame(this.#frame);
      }
      this.#frame = 0;
      this.rectangle = undefined;
      if (this.wasDrawn) explorer.selection.settle(spans);
    };
    box.addEventListener('pointermove', move);
    box.addEventListener('pointerup', end);
    box.addEventListener('pointercancel', end);
  }

  #pointIn(box: HTMLElement, { clientX, clientY }: PointerEvent): Point {
    const { left, top } = box.getBoundingClientRect();
    const x = Math.min(Math.max(clientX - left, 0), box.clientWidth - 1);
    const y = Math.min(Math.max(clientY - top, 0), box.clientHeight - 1);
    return { x, y: y + this.#viewport.top };
  }
}

/** How far the pointer is beyond the upper (negative) or the lower edge. */
function overshootOf(box: HTMLElement, { clientY }: PointerEvent): number {
  const { top, bottom } = box.getBoundingClientRect();
  if (clientY < top + EDGE) return clientY - top - EDGE;
  return Math.max(0, clientY - bottom + EDGE);
}
