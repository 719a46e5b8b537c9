import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Copy from '@lucide/svelte/icons/copy';
import CopyPlus from '@lucide/svelte/icons/copy-plus';
import FolderInput from '@lucide/svelte/icons/folder-input';
import FolderOutput from '@lucide/svelte/icons/folder-output';
import Pencil from '@lucide/svelte/icons/pencil';
import Scissors from '@lucide/svelte/icons/scissors';
import Trash from '@lucide/svelte/icons/trash';
import X from '@lucide/svelte/icons/x';
import { parentOf } from '../../lib/paths.ts';
import { clipboard } from '../../state/clipboard.svelte.ts';
import type { Action } from './action.ts';
import { moveOrCopy, paste } from './move-copy.ts';
import { prompts } from './prompts.svelte.ts';
import { deleteForGood, moveToTrash } from './remove.ts';
import { isAny, isNothing, isOne, mayAdd, mayRemove } from './rights.ts';
import type { Target } from './target.ts';
import type { Way } from './transfer.ts';

/** What changes something, or is about to. */
export const CHANGE_ACTIONS: readonly Action[] = [
  {
    id: 'cut',
    label: 'action.cut',
    icon: Scissors,
    keys: ['$mod+KeyX'],
    group: 'clipboard',
    isOffered: (target) => isAny(target) && mayRemove(target),
    run: (target) => hold('move', target),
  },
  {
    id: 'copy',
    label: 'action.copy',
    icon: Copy,
    keys: ['$mod+KeyC'],
    group: 'clipboard',
    isOffered: isAny,
    run: (target) => hold('copy', target),
  },
  {
    id: 'paste',
    label: 'action.paste',
    icon: ClipboardPaste,
    keys: ['$mod+KeyV'],
    hasOwnKeys: true,
    group: 'clipboard',
    isCommon: true,
    isOffered: (target) => isNothing(target) && mayAdd(target) && clipboard.clip !== undefined,
    run: ({ folder }) => folder && paste(folder.path),
  },
  {
    id: 'duplicate',
    label: 'action.duplicate',
    icon: CopyPlus,
    keys: ['$mod+KeyD'],
    group: 'clipboard',
    isInMenuOnly: true,
    isOffered: (target) => isAny(target) && mayAdd(target),
    run: async (target) => target.folder && moveOrCopy('copy', await target.entries(), target.folder.path),
  },
  {
    id: 'rename',
    label: 'action.rename',
    icon: Pencil,
    keys: ['F2'],
    group: 'change',
    isOffered: (target) => isOne(target) && mayRemove(target),
    run: ({ known: [entry], view }) => {
      if (!entry) return;
      if (view?.beginRename) view.beginRename(entry);
      else prompts.ask({ kind: 'rename', entry });
    },
  },
  {
    id: 'move-to',
    label: 'action.move-to',
    icon: FolderInput,
    group: 'change',
    isCommon: true,
    isOffered: (target) => isAny(target) && mayRemove(target),
    run: (target) => pickFolder('move', target),
  },
  {
    id: 'copy-to',
    label: 'action.copy-to',
    icon: FolderOutput,
    group: 'change',
    isOffered: isAny,
    run: (target) => pickFolder('copy', target),
  },
  {
    id: 'delete',
    label: 'action.delete',
    icon: Trash,
    keys: ['Delete', '$mod+Backspace'],
    group: 'remove',
    isCommon: true,
    isDangerous: true,
    isOffered: (target) => isAny(target) && mayRemove(target),
    run: async (target) => moveToTrash(await target.entries(), target.view),
  },
  {
    id: 'delete-for-good',
    label: 'action.delete-for-good',
    icon: X,
    keys: ['Shift+Delete'],
    group: 'remove',
    isDangerous: true,
    isInMenuOnly: true,
    isOffered: (target) => isAny(target) && mayRemove(target),
    run: async (target) => deleteForGood(await target.entries(), target.view),
  },
];

async function hold(way: Way, target: Target): Promise<void> {
  clipboard.put({ way, entries: await target.entries() });
}

async function pickFolder(way: Way, target: Target): Promise<void> {
  const entries = await target.entries();
  const start = target.folder?.path ?? parentOf(entries[0]?.path ?? '/');
  prompts.ask({ kind: 'pick-folder', way, entries, start });
}
