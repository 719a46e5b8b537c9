import { Kept } from '../rows/kept.ts';
import { Trash } from './trash.svelte.ts';

export const kept = new Kept((isEveryones: boolean) => {
  const trash = new Trash(isEveryones);
  // Not while the page is being worked out from it.
  queueMicrotask(() => void trash.list.load());
  return trash;
});
