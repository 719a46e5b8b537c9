import type { Stage } from '../stage.svelte.ts';
import type { Easel } from './easel.svelte.ts';

export const ZOOM_STEP = 1.5;
const MOVE_PX = 80;

const MOVES: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [MOVE_PX, 0],
  ArrowRight: [-MOVE_PX, 0],
  ArrowUp: [0, MOVE_PX],
  ArrowDown: [0, -MOVE_PX],
};

/** Keys of a picture; the arrows move it only where it is larger than its frame. */
export function easelKey(
  { key, ctrlKey, metaKey, altKey }: KeyboardEvent,
  { easel, stage }: { easel: Easel; stage: Stage },
): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const move = MOVES[key];
  if (move) {
    if (easel.isZoomed) easel.move(...move);
    return easel.isZoomed;
  }
  const doing = actionOf(key.toLowerCase(), easel, stage);
  doing?.();
  return doing !== undefined;
}

function actionOf(key: string, easel: Easel, { slideshow }: Stage): (() => void) | undefined {
  switch (key) {
    case '+':
    case '=':
      return () => easel.zoom(ZOOM_STEP);
    case '-':
      return () => easel.zoom(1 / ZOOM_STEP);
    case '0':
      return () => easel.fit();
    case 'r':
      return () => easel.turn(1);
    case 's':
      return () => slideshow.toggle();
    default:
      return undefined;
  }
}
