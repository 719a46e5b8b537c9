import { t } from '../lib/messages.svelte.ts';
import { session } from '../state/session.svelte.ts';
import { tellProblem } from '../state/toasts.ts';
import { walk, type Incoming } from './incoming.ts';
import { tellingName } from './names.ts';
import { onDemand } from './on-demand.svelte.ts';
import { pick } from './picker.ts';
import { entriesOf, picked } from './taken.ts';

async function add(folder: string, find: () => Promise<Incoming[]> | Incoming[]): Promise<void> {
  try {
    const [found, { queue }] = await Promise.all([find(), onDemand.load(session.account?.name)]);
    await queue.add(found, folder);
  } catch (error) {
    tellProblem(error);
  }
}

/** To be called during the event. */
function addDropped(transfer: DataTransfer, folder: string): void {
  const entries = entriesOf(transfer);
  if (entries.length > 0) void add(folder, () => walk(entries));
}

function addPasted(files: Iterable<File>, folder: string): void {
  void add(folder, () => named(files, t('uploads.pasted')));
}

/** A picker opens only during a click or a key press. */
function pickFiles(folder: string): void {
  pick({ multiple: true }, (files) => void add(folder, () => picked(files)));
}

function pickFolder(folder: string): void {
  pick({ webkitdirectory: true }, (files) => void add(folder, () => picked(files)));
}

function takePhoto(folder: string): void {
  pick({ accept: 'image/*', capture: 'environment' }, (files) => {
    void add(folder, () => named(files, t('uploads.photo')));
  });
}

/** The ways in which files come; `folder` is the path of the one that they go to. */
export const uploads = { addDropped, addPasted, pickFiles, pickFolder, takePhoto };

function named(files: Iterable<File>, about: string): Incoming[] {
  const now = new Date();
  return Array.from(files, (file) => ({ path: [tellingName(file, about, now)], file }));
}
