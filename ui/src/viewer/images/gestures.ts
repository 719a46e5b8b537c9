import type { Point } from './zoom.ts';

interface Hands {
  /** `point` as seen from the middle of the element. */
  zoom: (factor: number, point: Point) => void;
  move: (x: number, y: number) => void;
  /** Twice tapped or clicked. */
  toggle: (point: Point) => void;
  /** How many fingers, or buttons, are down. */
  hold: (count: number) => void;
}

const DOUBLE_TAP_MS = 300;
/** How far the two taps may lie apart, and how far a finger may slip in one. */
const SLIP_PX = 24;

/** Zooms with the wheel and two fingers, moves with the mouse and one finger. */
export function gestures(hands: Hands): (element: HTMLElement) => () => void {
  return (element) => {
    const parts = new AbortController();
    const { signal } = parts;
    const recognized = new Gestures(element, hands);
    element.addEventListener('pointerdown', (event) => recognized.down(event), { signal });
    element.addEventListener('pointermove', (event) => recognized.moved(event), { signal });
    element.addEventListener('pointerup', (event) => recognized.up(event), { signal });
    element.addEventListener('pointercancel', (event) => recognized.cancel(event), { signal });
    element.addEventListener('wheel', (event) => recognized.wheel(event), { signal, passive: false });
    return () => parts.abort();
  };
}

class Gestures {
  readonly #element: HTMLElement;
  readonly #hands: Hands;
  readonly #pointers = new Map<number, Point>();
  /** Where the only finger went down. */
  #pressed: Point | undefined;
  #tap: (Point & { atMs: number }) | undefined;

  constructor(element: HTMLElement, hands: Hands) {
    this.#element = element;
    this.#hands = hands;
  }

  down(event: PointerEvent): void {
    if (event.pointerType === 'mouse') {
      if (event.button !== 0) return;
      this.#element.setPointerCapture(event.pointerId);
    }
    this.#pointers.set(event.pointerId, placeOf(event));
    this.#pressed = this.#pointers.size === 1 ? placeOf(event) : undefined;
    this.#hands.hold(this.#pointers.size);
  }

  moved(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = placeOf(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other === undefined) this.#hands.move(now.x - before.x, now.y - before.y);
    else this.#pinch(other, before, now);
  }

  up(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    this.#hands.hold(this.#pointers.size);
    const at = placeOf(event);
    if (this.#pressed === undefined || distance(this.#pressed, at) > SLIP_PX) {
      this.#tap = undefined;
    } else if (this.#tap && event.timeStamp - this.#tap.atMs < DOUBLE_TAP_MS && distance(this.#tap, at) < SLIP_PX) {
      this.#tap = undefined;
      this.#hands.toggle(this.#fromMiddle(at));
    } else {
      this.#tap = { ...at, atMs: event.timeStamp };
    }
  }

  cancel({ pointerId }: PointerEvent): void {
    this.#pointers.delete(pointerId);
    this.#tap = undefined;
    this.#hands.hold(this.#pointers.size);
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    // A wheel that clicks tells pixels or lines; pinching on a pad, which browsers tell as Ctrl, is much finer.
    const clicks = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3;
    this.#hands.zoom(Math.exp(-clicks * (event.ctrlKey ? 1 : 0.25)), this.#fromMiddle(placeOf(event)));
  }

  /** One finger went from `before` to `now` while the other stayed where it is. */
  #pinch(other: Point, before: Point, now: Point): void {
    const [was, is] = [distance(other, before), distance(other, now)];
    const middle = { x: (other.x + now.x) / 2, y: (other.y + now.y) / 2 };
    if (was > 0) this.#hands.zoom(is / was, this.#fromMiddle(middle));
    this.#hands.move((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  #fromMiddle({ x, y }: Point): Point {
    const box = this.#element.getBoundingClientRect();
    return { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 };
  }
}

function placeOf({ clientX, clientY }: MouseEvent): Point {
  return { x: clientX, y: clientY };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
