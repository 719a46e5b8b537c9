import {
  changeInJob,
  changeNow,
  MAX_AT_ONCE,
  MAX_IN_JOB,
  type BulkReport,
  type BulkResult,
  type Operation,
} from '../../api/file-changes.ts';
import { Problem } from '../../api/problem.ts';
import { jobs } from '../../state/jobs.svelte.ts';
import { tellProblem } from '../../state/toasts.ts';

/** Something that may last: how far it is, and that nothing more of it is wanted. */
export class Task {
  readonly title: string;
  doneCount = $state(0);
  totalCount = $state(0);
  isCancelled = $state(false);
  readonly #abort = new AbortController();

  constructor(title: string, totalCount: number) {
    this.title = title;
    this.totalCount = totalCount;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What was done stays done. */
  cancel(): void {
    this.isCancelled = true;
    this.#abort.abort();
  }
}

/**
 * Does all of them, in as few requests as they need. Gives one result for each that the server came to, in their order:
 * fewer than there are operations when the task was cancelled, or failed after some were done, which is told. With
 * `hasTrees`, some of them may last: they copy folders or remove them for good.
 */
export async function runBulk(
  operations: readonly Operation[],
  task: Task,
  { hasTrees = false } = {},
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (let first = 0; first < operations.length && !task.signal.aborted; first += MAX_IN_JOB) {
    const part = operations.slice(first, first + MAX_IN_JOB);
    const isLong = hasTrees || part.length > MAX_AT_ONCE;
    try {
      results.push(...(await (isLong ? runJob(part, task) : runNow(part, task))));
    } catch (error) {
      // What was done can be taken back only by who hears of it.
      if (results.length === 0) throw error;
      tellProblem(error);
      task.cancel();
    }
  }
  return results;
}

async function runNow(operations: readonly Operation[], task: Task): Promise<BulkResult[]> {
  const { results } = await changeNow(operations);
  task.doneCount += results.length;
  return results;
}

async function runJob(operations: readonly Operation[], task: Task): Promise<BulkResult[]> {
  const before = task.doneCount;
  const job = await changeInJob(operations);
  const cancel = (): void => void jobs.cancel(job.id).catch(() => undefined);
  task.signal.addEventListener('abort', cancel);
  if (task.signal.aborted) cancel();
  try {
    const ended = await jobs.follow(job, ({ progress }) => {
      task.doneCount = before + progress.doneCount;
    });
    // It can be called off elsewhere, too.
    if (ended.state === 'cancelled') task.cancel();
    const report = ended.result as BulkReport | undefined;
    if (report === undefined && ended.problem) throw new Problem({ detail: '', ...ended.problem, status: 0 });
    return report?.results ?? [];
  } finally {
    task.signal.removeEventListener('abort', cancel);
  }
}
