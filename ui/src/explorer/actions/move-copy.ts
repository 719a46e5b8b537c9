import { conflicts } from '../../conflicts/conflicts.svelte.ts';
import { t } from '../../lib/messages.svelte.ts';
import { nameIn, parentOf } from '../../lib/paths.ts';
import { clipboard, type Held } from '../../state/clipboard.svelte.ts';
import { tell } from '../../state/toasts.ts';
import { explorer } from '../explorer.svelte.ts';
import { Task } from './bulk.svelte.ts';
import { hiding, look } from './optimistic.ts';
import { tellFailures } from './outcome.ts';
import { showing } from './task-toast.ts';
import { Transfer, type Way } from './transfer.ts';
import { undoTransfer } from './undo-transfer.ts';

/** Moves or copies into a folder; asks where names are taken, tells what was done and lets it be taken back. */
export async function moveOrCopy(way: Way, entries: readonly Held[], folder: string): Promise<void> {
  // What is copied beside itself gets another name, what is moved there stays as it is.
  const isHere = ({ path }: Held): boolean => parentOf(path) === folder;
  const here = way === 'copy' ? entries.filter(isHere) : [];
  const others = entries.filter((entry) => !isHere(entry));
  if (here.length + others.length === 0) return;
  const task = new Task(titleOf(way, here.length + others.length), here.length + others.length);
  const transfer = new Transfer(way, task, conflicts.begin(way));
  const work = async (): Promise<void> => {
    if (here.length > 0) await transfer.run(here, folder, 'keep-both');
    if (others.length > 0) await transfer.run(others, folder);
  };
  try {
    await showing(task, () =>
      way === 'move'
        ? hiding(
            others.map(({ id }) => id),
            work,
          )
        : work(),
    );
  } finally {
    await end(way, transfer, folder);
  }
}

/** What was cut is pasted once, what was copied as often as one likes. */
export async function paste(folder: string): Promise<void> {
  const { clip } = clipboard;
  if (clip === undefined) return;
  if (clip.way === 'move') clipboard.put(undefined);
  await moveOrCopy(clip.way, clip.entries, folder);
}

async function end(way: Way, transfer: Transfer, folder: string): Promise<void> {
  const { arrivals, failures } = transfer;
  tellFailures(failures);
  const [first] = arrivals;
  if (first === undefined) return;
  const count = arrivals.length;
  const to = nameIn(folder) || t('nav.files');
  const done = way === 'move' ? 'done.moved' : 'done.copied';
  tell(t(done, { count, name: first.entry.name, folder: to }), () => undoTransfer(way, transfer));
  await look();
  if (explorer.path === folder) explorer.reveal(arrivals.map(({ entry }) => entry.name));
}

function titleOf(way: Way, count: number): string {
  return t(way === 'move' ? 'task.move' : 'task.copy', { count });
}
