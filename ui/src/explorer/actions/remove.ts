import { purgeTrash, restoreTrash, type BulkResult } from '../../api/file-changes.ts';
import { t } from '../../lib/messages.svelte.ts';
import { confirmation } from '../../state/confirm.svelte.ts';
import type { Held } from '../../state/clipboard.svelte.ts';
import { tell } from '../../state/toasts.ts';
import { runBulk, Task } from './bulk.svelte.ts';
import { hiding, look } from './optimistic.ts';
import { errorOf, forEach, tellFailures, type Failure } from './outcome.ts';
import type { EntriesView } from './target.ts';
import { showing } from './task-toast.ts';

interface Trashed {
  readonly trashId: number;
  readonly name: string;
}

/** Puts them to trash, from where they can be taken back at once. */
export async function moveToTrash(entries: readonly Held[], view?: EntriesView): Promise<void> {
  const task = new Task(t('task.delete', { count: entries.length }), entries.length);
  const trashed = await showing(task, () => trash(entries, task, view));
  const [first] = trashed;
  if (first === undefined) return;
  tell(t('done.deleted', { count: trashed.length, name: first.name }), () => takeBack(trashed));
}

/** For good, after asking. */
export async function deleteForGood(entries: readonly Held[], view?: EntriesView): Promise<void> {
  const values = { count: entries.length, name: entries[0]?.name };
  const isSure = await confirmation.ask({
    title: t('purge.title', values),
    text: t('purge.text', values),
    confirm: t('purge.confirm'),
    isDangerous: true,
  });
  if (!isSure) return;
  const task = new Task(t('task.delete', values), entries.length * 2);
  const purged = await showing(task, async () => purge(await trash(entries, task, view), task));
  if (purged > 0) tell(t('done.purged', { count: purged, name: entries[0]?.name }));
}

async function trash(entries: readonly Held[], task: Task, view?: EntriesView): Promise<Trashed[]> {
  const ids = entries.map(({ id }) => id);
  const results = await hiding(
    ids,
    () =>
      runBulk(
        ids.map((id) => ({ action: 'delete', id })),
        task,
      ),
    view,
  );
  await look();
  tellFailures(results.flatMap((result, index) => failureOf(result, entries[index])));
  return results.flatMap(({ trashId }, index) =>
    trashId === undefined ? [] : [{ trashId, name: entries[index]?.name ?? '' }],
  );
}

function failureOf(result: BulkResult, entry: Held | undefined): Failure[] {
  return result.isDone ? [] : [{ name: entry?.name ?? '', error: errorOf(result) }];
}

/** Gives how many are gone. */
async function purge(trashed: readonly Trashed[], task: Task): Promise<number> {
  const one = async ({ trashId }: Trashed): Promise<void> => {
    await purgeTrash(trashId);
    task.doneCount += 1;
  };
  const before = task.doneCount;
  tellFailures(await forEach(trashed, one, { nameOf: ({ name }) => name, signal: task.signal }));
  return task.doneCount - before;
}

async function takeBack(trashed: readonly Trashed[]): Promise<void> {
  const task = new Task(t('task.undo'), trashed.length);
  const one = async ({ trashId }: Trashed): Promise<void> => {
    await restoreTrash(trashId);
    task.doneCount += 1;
  };
  const failures = await showing(task, () =>
    forEach(trashed, one, { nameOf: ({ name }) => name, signal: task.signal }),
  );
  tellFailures(failures);
  await look();
}
