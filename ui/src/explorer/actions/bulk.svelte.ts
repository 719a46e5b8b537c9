import {
  changeInJob,
  changeNow,
  MAX_AT_ONCE,
  MAX_IN_JOB,
  type BulkReport,
  type BulkResult,
  type Operation,
} from '../../api/file-changes.ts';
import { cancelJob, getJob, type Job } from '../../api/jobs.ts';
import { Problem } from '../../api/problem.ts';
import { live } from '../../state/live.svelte.ts';

/** In case the events do not come through. */
const ASK_AGAIN_MS = 1000;

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
 * fewer than there are operations when the task was cancelled. With `hasTrees`, some of them may last: they copy folders.
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
    results.push(...(await (isLong ? runJob(part, task) : runNow(part, task))));
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
  const cancel = (): void => void cancelJob(job.id).catch(() => undefined);
  task.signal.addEventListener('abort', cancel);
  if (task.signal.aborted) cancel();
  try {
    const ended = await endOf(job, ({ progress }) => {
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

/** The job when it has ended. Throws `Problem` when the server forgot it. */
async function endOf({ id }: Job, onprogress: (job: Job) => void): Promise<Job> {
  for (;;) {
    const news = listenFor(id);
    try {
      const job = await getJob(id);
      onprogress(job);
      if (job.state !== 'running') return job;
      await news.arrival;
    } finally {
      news.end();
    }
  }
}

/** An event of this job, or a second without one. */
function listenFor(id: string): { arrival: Promise<void>; end: () => void } {
  const ends: (() => void)[] = [];
  const arrival = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ASK_AGAIN_MS);
    const off = live.on('job', (job) => {
      if (job.id === id) resolve();
    });
    ends.push(() => clearTimeout(timer), off);
  });
  return { arrival, end: () => ends.forEach((end) => end()) };
}
