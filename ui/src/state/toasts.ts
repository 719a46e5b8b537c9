import { toast } from 'svelte-sonner';
import { problemText, t } from '../lib/messages.svelte.ts';

/** How long something can be undone from its toast. */
const UNDO_MS = 10_000;

/** Says in passing that something was done; with `undo`, how to have it back. */
export function tell(text: string, undo?: () => Promise<void>): void {
  if (undo === undefined) {
    toast(text);
    return;
  }
  const takeBack = once(undo, () => toast.dismiss(id));
  const id = toast(text, {
    duration: UNDO_MS,
    action: { label: t('action.undo'), onClick: () => void undoLatest(takeBack) },
  });
  latestUndo = takeBack;
}

/** By the button or by the key, but not by both; then there is nothing more to take back. */
function once(undo: () => Promise<void>, ondone: () => void): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    ondone();
    await undo();
  };
}

export function tellProblem(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  toast.error(problemText(error), { duration: UNDO_MS });
}

let latestUndo: (() => Promise<void>) | undefined;

/** Ctrl+Z: takes back what was told of last, once. */
export async function undoLatest(undo = latestUndo): Promise<void> {
  if (undo === undefined) return;
  if (undo === latestUndo) latestUndo = undefined;
  try {
    await undo();
  } catch (error) {
    tellProblem(error);
  }
}
