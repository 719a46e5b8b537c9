import type { Operation } from '../../api/file-changes.ts';
import { t } from '../../lib/messages.svelte.ts';
import { confirmation } from '../../state/confirm.svelte.ts';
import type { Held } from '../../state/clipboard.svelte.ts';
import { tell } from '../../state/toasts.ts';
import { runBulk, Task } from './bulk.svelte.ts';
import { hiding, look } from './optimistic.ts';
import { failuresOf, tellFailures } from './outcome.ts';
import type { EntriesView } from './target.ts';
import { showing } from './task-toast.ts';

interface Trashed {
  readonly trashId: number;
  readonly name: string;
  readonly kind: Held['kind'];
}

/** Puts them to trash, from where they can be taken back at once. */
export async function moveToTrash(entries: readonly Held[], view?: EntriesView): Promise<void> {
  const { trashed } = await trash(entries, view);
  tellTrashed(trashed);
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
  const { trashed, isCancelled } = await trash(entries, view);
  const purged = isCancelled ? [] : await purge(trashed);
  tellTrashed(trashed.filter((one) => !purged.includes(one)));
  if (purged.length > 0) tell(t('done.purged', { count: purged.length, name: purged[0]?.name }));
}

function tellTrashed(trashed: readonly Trashed[]): void {
  const [first] = trashed;
  if (first === undefined) return;
  tell(t('done.deleted', { count: trashed.length, name: first.name }), () => takeBack(trashed));
}

async function trash(
  entries: readonly Held[],
  view?: EntriesView,
): Promise<{ trashed: Trashed[]; isCancelled: boolean }> {
  const task = new Task(t('task.delete', { count: entries.length }), entries.length);
  const ids = entries.map(({ id }) => id);
  const operations = ids.map((id): Operation => ({ action: 'delete', id }));
  const results = await showing(task, () => hiding(ids, () => runBulk(operations, task), view));
  await look();
  tellFailures(failuresOf(entries, results));
  const trashed = entries.flatMap(({ name, kind }, index) => {
    const trashId = results[index]?.trashId;
    return trashId === undefined ? [] : [{ trashId, name, kind }];
  });
  return { trashed, isCancelled: task.isCancelled };
}

/** Gives those that are gone. */
async function purge(trashed: readonly Trashed[]): Promise<Trashed[]> {
  const task = new Task(t('task.purge', { count: trashed.length }), trashed.length);
  const operations = trashed.map(({ trashId }): Operation => ({ action: 'purge', trashId }));
  const hasTrees = trashed.some(({ kind }) => kind === 'folder');
  const results = await showing(task, () => runBulk(operations, task, { hasTrees }));
  tellFailures(failuresOf(trashed, results));
  return trashed.filter((_, index) => results[index]?.isDone === true);
}

async function takeBack(trashed: readonly Trashed[]): Promise<void> {
  const task = new Task(t('task.undo'), trashed.length);
  await showing(task, () => restoreAll(trashed, task));
  await look();
}

/** The last first: a folder has to be there before what was deleted from it earlier. */
export async function restoreAll(trashed: readonly Pick<Trashed, 'trashId' | 'name'>[], task: Task): Promise<void> {
  const backwards = trashed.toReversed();
  const operations = backwards.map(({ trashId }): Operation => ({ action: 'restore', trashId }));
  tellFailures(failuresOf(backwards, await runBulk(operations, task)));
}
