import type { Player } from './player.svelte.ts';

const SEEK_SECONDS = 5;
const VOLUME_STEP = 0.05;

/** Keys of what is played. A button in the focus keeps its own. */
export function playerKey(event: KeyboardEvent, player: Player, goFullScreen?: () => void): boolean {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return false;
  if (key === ' ' && target instanceof Element && target.closest('button, a') !== null) return false;
  const doing = actionOf(key, player) ?? (key.toLowerCase() === 'f' ? goFullScreen : undefined);
  doing?.();
  return doing !== undefined;
}

function actionOf(key: string, player: Player): (() => void) | undefined {
  const actions: Readonly<Record<string, () => void>> = {
    ' ': () => player.toggle(),
    k: () => player.toggle(),
    m: () => player.toggleMuted(),
    '<': () => player.stepSpeed(-1),
    '>': () => player.stepSpeed(1),
    ArrowLeft: () => player.seek(-SEEK_SECONDS),
    ArrowRight: () => player.seek(SEEK_SECONDS),
    ArrowUp: () => player.louder(VOLUME_STEP),
    ArrowDown: () => player.louder(-VOLUME_STEP),
  };
  return actions[key];
}
