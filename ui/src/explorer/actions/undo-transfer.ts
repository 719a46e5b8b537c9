import type { Operation } from '../../api/file-changes.ts';
import { waysBack } from '../../api/replacements.ts';
import { t } from '../../lib/messages.svelte.ts';
import { runBulk, Task } from './bulk.svelte.ts';
import { look } from './optimistic.ts';
import { errorOf, failuresOf, forEach, tellFailures, type Failure } from './outcome.ts';
import { restoreAll } from './remove.ts';
import { showing } from './task-toast.ts';
import type { Arrival, Transfer, Way } from './transfer.ts';

/** Takes back what a move or copy did, the last first. */
export async function undoTransfer(way: Way, { arrivals, emptied }: Transfer): Promise<void> {
  const task = new Task(t('task.undo'), emptied.length + arrivals.length);
  await showing(task, async () => {
    await restoreAll(emptied, task);
    const backwards = arrivals.toReversed();
    const failures = await undoReplacements(way, backwards, task);
    tellFailures([...failures, ...(await undoArrivals(way, backwards, task))]);
  });
  await look();
}

async function undoArrivals(way: Way, arrivals: readonly Arrival[], task: Task): Promise<Failure[]> {
  const wanted = arrivals.filter(({ replaced }) => !replaced);
  const operations = wanted.map(({ entry: { id }, from }): Operation => {
    if (way === 'copy') return { action: 'delete', id };
    return { action: 'move', id, to: from.path, onConflict: 'keep-both' };
  });
  const names = wanted.map(({ entry: { name } }) => ({ name }));
  return failuresOf(names, await runBulk(operations, task));
}

/** What took the place of another file is its content now: that goes back to where it came from, and the old one comes back. */
async function undoReplacements(way: Way, arrivals: readonly Arrival[], task: Task): Promise<Failure[]> {
  const undoOf = async (file: readonly Arrival[]): Promise<void> => {
    const replacements = file.flatMap(({ entry, replaced }) => (replaced ? [{ before: replaced, after: entry }] : []));
    const ways = await waysBack(replacements);
    for (const [index, { entry, from }] of file.entries()) {
      if (way === 'move') {
        const [result] = await runBulk(
          [{ action: 'copy', id: entry.id, to: from.path, onConflict: 'keep-both' }],
          task,
        );
        if (!result?.isDone) throw errorOf(result ?? { isDone: false });
      }
      await ways[index]?.();
    }
  };
  const wanted = arrivals.filter(({ replaced }) => replaced);
  const files = new Map<number, Arrival[]>();
  for (const one of wanted) files.set(one.entry.id, [...(files.get(one.entry.id) ?? []), one]);
  return forEach([...files.values()], undoOf, { nameOf: ([last]) => last?.entry.name ?? '', signal: task.signal });
}
