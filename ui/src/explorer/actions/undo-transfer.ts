import { restoreLastVersion, restoreTrash, type Operation } from '../../api/file-changes.ts';
import { t } from '../../lib/messages.svelte.ts';
import { runBulk, Task } from './bulk.svelte.ts';
import { errorOf, forEach, tellFailures, type Failure } from './outcome.ts';
import { showing } from './task-toast.ts';
import type { Arrival, Transfer, Way } from './transfer.ts';

/** Takes back what a move or copy did, the last first. */
export async function undoTransfer(way: Way, { arrivals, emptied }: Transfer): Promise<void> {
  const task = new Task(t('task.undo'), arrivals.length);
  await showing(task, async () => {
    const failures: Failure[] = [];
    // The outer one went last, and has to be there before what was in it.
    for (const { trashId, name } of emptied.toReversed()) {
      failures.push(...(await forEach([trashId], restoreTrash, { nameOf: () => name })));
    }
    const backwards = arrivals.toReversed();
    failures.push(...(await undoReplacements(way, backwards, task)));
    failures.push(...(await undoArrivals(way, backwards, task)));
    tellFailures(failures);
  });
}

async function undoArrivals(way: Way, arrivals: readonly Arrival[], task: Task): Promise<Failure[]> {
  const wanted = arrivals.filter(({ isReplacement }) => !isReplacement);
  const operations = wanted.map(({ entry: { id }, from }): Operation => {
    if (way === 'copy') return { action: 'delete', id };
    return { action: 'move', id, to: from.path, onConflict: 'keep-both' };
  });
  const results = await runBulk(operations, task);
  return results.flatMap((result, index) =>
    result.isDone ? [] : [{ name: wanted[index]?.entry.name ?? '', error: errorOf(result) }],
  );
}

/** What took the place of another file is its content now: that goes back to where it came from, and the old one comes back. */
async function undoReplacements(way: Way, arrivals: readonly Arrival[], task: Task): Promise<Failure[]> {
  const wanted = arrivals.filter(({ isReplacement }) => isReplacement);
  const undoOne = async ({ entry: { id }, from }: Arrival): Promise<void> => {
    if (way === 'move') {
      const [result] = await runBulk([{ action: 'copy', id, to: from.path, onConflict: 'keep-both' }], task);
      if (!result?.isDone) throw errorOf(result ?? { isDone: false });
    }
    await restoreLastVersion(id);
  };
  return forEach(wanted, undoOne, { nameOf: ({ entry }) => entry.name, signal: task.signal });
}
