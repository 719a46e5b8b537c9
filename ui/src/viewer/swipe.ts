/** In pixels: a finger that went less far was a tap, or did not mean it. */
const FAR_PX = 60;
/** Sideways, and not up or down. */
const FLATNESS = 1.5;

interface Swiping {
  isHeld: () => boolean;
  /** The finger is so far to the side; 0 at the end. */
  ondrag: (byPx: number) => void;
  onswipe: (by: 1 | -1) => void;
}

/** Swipes of one finger over an element; what is below may hold them for itself. */
export function swipe({ isHeld, ondrag, onswipe }: Swiping): (element: HTMLElement) => () => void {
  return (element) => {
    let start: { id: number; x: number; y: number } | undefined;
    const fingers = new Set<number>();

    function end(): void {
      if (start) ondrag(0);
      start = undefined;
    }
    function down({ pointerId, pointerType, clientX, clientY, target }: PointerEvent): void {
      if (pointerType !== 'touch') return;
      fingers.add(pointerId);
      const isControl =
        target instanceof Element && target.closest('input, select, textarea, [data-no-swipe]') !== null;
      if (fingers.size > 1 || isHeld() || isControl) end();
      else start = { id: pointerId, x: clientX, y: clientY };
    }
    function move({ pointerId, clientX, clientY }: PointerEvent): void {
      if (start?.id !== pointerId) return;
      if (isHeld()) end();
      else if (isFlat(clientX - start.x, clientY - start.y)) ondrag(clientX - start.x);
    }
    function up({ pointerId, clientX, clientY }: PointerEvent): void {
      fingers.delete(pointerId);
      if (start?.id !== pointerId) return;
      const [x, y] = [clientX - start.x, clientY - start.y];
      end();
      if (Math.abs(x) >= FAR_PX && isFlat(x, y)) onswipe(x < 0 ? 1 : -1);
    }
    function cancel({ pointerId }: PointerEvent): void {
      fingers.delete(pointerId);
      end();
    }

    const parts = new AbortController();
    const { signal } = parts;
    element.addEventListener('pointerdown', down, { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', up, { signal });
    element.addEventListener('pointercancel', cancel, { signal });
    return () => parts.abort();
  };
}

function isFlat(x: number, y: number): boolean {
  return Math.abs(x) > FLATNESS * Math.abs(y);
}
