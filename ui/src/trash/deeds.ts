import type { TrashEntry } from '../api/trash.ts';
import { formatBytes, formatNumber } from '../lib/format.ts';
import { t } from '../lib/messages.svelte.ts';
import { folderText } from '../lib/path-text.ts';
import { parentOf } from '../lib/paths.ts';
import { confirmation } from '../state/confirm.svelte.ts';
import { tell, tellProblem } from '../state/toasts.ts';
import { outcomeOf } from './outcome.ts';
import type { Restored, Trash } from './trash.svelte.ts';

/** What it is called; what lay in somebody's home has no name for others. */
export function nameOf({ name, kind, owner }: TrashEntry): string {
  return name ?? t(kind === 'folder' ? 'trash.hidden-folder' : 'trash.hidden-file', { owner: owner ?? '' });
}

/** Puts back where it was, and says what came back otherwise. */
export async function restore(trash: Trash, entries: readonly TrashEntry[]): Promise<void> {
  const { done, error, failedCount } = await trash.restore(entries);
  if (done.length > 0) tell(restoredText(done), () => trash.trashAgain(done));
  tellFailures(error, failedCount);
}

export async function purge(trash: Trash, entries: readonly TrashEntry[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const isAgreed = await confirmation.ask({
    title: t('trash.purge-title', { count: entries.length, name: nameOf(first) }),
    text: t('trash.for-good'),
    confirm: t('trash.purge'),
    isDangerous: true,
  });
  if (!isAgreed) return;
  const { done, error, failedCount } = await trash.purge(entries);
  if (done.length > 0) tell(t('trash.purged', { count: done.length, name: nameOf(done[0] ?? first) }));
  tellFailures(error, failedCount);
}

export async function empty(trash: Trash): Promise<void> {
  try {
    const { count, bytes, isMore } = await trash.measure();
    const isAgreed = await confirmation.ask({
      title: t('trash.empty-title'),
      text: t(isMore ? 'trash.empty-more' : 'trash.empty-text', {
        count,
        number: formatNumber(count),
        size: formatBytes(bytes),
      }),
      confirm: t('trash.empty'),
      isDangerous: true,
    });
    if (!isAgreed) return;
    const purged = await trash.empty();
    tell(purged === undefined ? t('trash.empty-stopped') : t('trash.emptied', { count: purged }));
  } catch (error) {
    tellProblem(error);
  }
}

function restoredText(done: readonly Restored[]): string {
  const [first] = done;
  if (first === undefined) return '';
  const outcomes = done.map(({ entry, back }) => outcomeOf(entry, back.path));
  if (done.length === 1) {
    const { entry, back } = first;
    const folder = folderText(parentOf(back.path));
    return t(`trash.back-${outcomes[0] ?? 'same'}`, { name: nameOf(entry), newName: back.name, folder });
  }
  const count = (outcome: string): number => outcomes.filter((each) => each === outcome).length;
  return [
    t('trash.back-many', { count: done.length }),
    ...(count('renamed') > 0 ? [t('trash.back-many-renamed', { count: count('renamed') })] : []),
    ...(count('elsewhere') > 0 ? [t('trash.back-many-elsewhere', { count: count('elsewhere') })] : []),
  ].join(' ');
}

function tellFailures(error: unknown, count: number): void {
  if (count === 0) return;
  tellProblem(error);
  if (count > 1) tell(t('trash.failed-more', { count: count - 1 }));
}
