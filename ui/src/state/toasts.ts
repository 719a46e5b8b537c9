import { problemText, t } from '../lib/messages.svelte.ts';
import { session } from './session.svelte.ts';
import { toaster } from './toaster.svelte.ts';

/** How long a toast stays that can be undone, or says what went wrong. */
const LONG_MS = 10_000;

/** Toasts that can be taken back. */
let told = 0;

/** Says in passing that something was done; with `undo`, how to have it back. */
export function tell(text: string, undo?: () => Promise<void>): void {
  if (undo === undefined) {
    toaster.use(({ toast }) => toast(text));
    return;
  }
  told += 1;
  const id = `undo-${told}`;
  const takeBack = once(undo, () => toaster.use(({ toast }) => toast.dismiss(id)));
  const action = { label: t('action.undo'), onClick: () => void undoLatest(takeBack) };
  toaster.use(({ toast }) => toast(text, { id, duration: LONG_MS, action }));
  latestUndo = takeBack;
}

/** By the button or by the key, but not by both, nor by who signs in next; then there is nothing more to take back. */
function once(undo: () => Promise<void>, ondone: () => void): () => Promise<void> {
  let isDone = false;
  const user = session.account?.name;
  return async () => {
    if (isDone || session.account?.name !== user) return;
    isDone = true;
    ondone();
    await undo();
  };
}

export function tellProblem(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  toaster.use(({ toast }) => toast.error(problemText(error), { duration: LONG_MS }));
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
