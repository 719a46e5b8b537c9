import { toaster } from '../../state/toaster.svelte.ts';
import type { Task } from './bulk.svelte.ts';
import TaskProgress from './task-progress.svelte';

/** What is done sooner needs no words on the way. */
const SHOWN_AFTER_MS = 700;

/** Shows how far `task` is, with a way to call it off, while `work` lasts longer than a moment. */
export async function showing<Result>(task: Task, work: () => Promise<Result>): Promise<Result> {
  let shown: string | number | undefined;
  const timer = setTimeout(() => {
    toaster.use(({ toast }) => {
      shown = toast.custom(TaskProgress, { duration: Infinity, dismissable: false, componentProps: { task } });
    });
  }, SHOWN_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    toaster.use(({ toast }) => shown !== undefined && toast.dismiss(shown));
  }
}
