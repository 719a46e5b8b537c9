import type { Held } from '../state/clipboard.svelte.ts';

/** What a drag tells the other windows of the page. */
export interface Dragged {
  /** Ids mean nothing to another server. */
  readonly origin: string;
  readonly user: string;
  readonly entries: readonly Held[];
}

/** What was dragged here from another window, where that is of the same server and user. */
export function readDragged(
  text: string,
  { origin, user }: { origin: string; user: string | undefined },
): readonly Held[] | undefined {
  let dragged: unknown;
  try {
    dragged = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isDragged(dragged) || dragged.origin !== origin || dragged.user !== user) return undefined;
  return dragged.entries.every(isHeld) ? dragged.entries : undefined;
}

function isDragged(value: unknown): value is Dragged {
  return typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries);
}

/** Any page can put anything into a drag. */
function isHeld(value: Partial<Held> | null): value is Held {
  return (
    typeof value === 'object' &&
    Number.isSafeInteger(value?.id) &&
    typeof value?.name === 'string' &&
    typeof value.path === 'string' &&
    (value.kind === 'file' || value.kind === 'folder')
  );
}
