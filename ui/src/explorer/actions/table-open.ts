import Download from '@lucide/svelte/icons/download';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import FolderSearch from '@lucide/svelte/icons/folder-search';
import Info from '@lucide/svelte/icons/info';
import Link from '@lucide/svelte/icons/link';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Upload from '@lucide/svelte/icons/upload';
import { copyText } from '../../lib/copy-text.ts';
import { t } from '../../lib/messages.svelte.ts';
import { nameIn, parentOf } from '../../lib/paths.ts';
import { addressOf, router } from '../../state/router.svelte.ts';
import { tell } from '../../state/toasts.ts';
import { uploads } from '../../uploads/ways-in.ts';
import { explorer } from '../explorer.svelte.ts';
import type { Action } from './action.ts';
import { download } from './download.ts';
import { prompts } from './prompts.svelte.ts';
import { isAny, isNothing, isOne, mayAdd } from './rights.ts';
import type { Target } from './target.ts';

/** What changes nothing that is there. */
export const OPEN_ACTIONS: readonly Action[] = [
  {
    id: 'open',
    label: 'action.open',
    icon: FolderOpen,
    keys: ['Enter'],
    hasOwnKeys: true,
    group: 'open',
    isInMenuOnly: true,
    isOffered: isOne,
    run: ({ known: [entry] }) => entry && explorer.open(entry),
  },
  {
    id: 'show-in-folder',
    label: 'action.show-in-folder',
    icon: FolderSearch,
    group: 'open',
    isOffered: (target) => isOne(target) && (target.place === 'search' || target.place === 'recent'),
    run: ({ known: [entry] }) =>
      entry && router.go(`${addressOf(parentOf(entry.path))}?show=${encodeURIComponent(nameIn(entry.path))}`),
  },
  {
    id: 'download',
    label: 'action.download',
    icon: Download,
    group: 'open',
    isCommon: true,
    isOffered: isAny,
    run: download,
  },
  {
    id: 'new-folder',
    label: 'action.new-folder',
    icon: FolderPlus,
    keys: ['KeyN'],
    group: 'make',
    isInMenuOnly: true,
    isOffered: (target) => isNothing(target) && mayAdd(target),
    run: ({ folder }) => folder && prompts.ask({ kind: 'new-folder', folder }),
  },
  {
    id: 'upload',
    label: 'action.upload-files',
    icon: Upload,
    keys: ['KeyU'],
    group: 'make',
    isInMenuOnly: true,
    isOffered: (target) => isNothing(target) && mayAdd(target),
    run: ({ folder }) => folder && uploads.pickFiles(folder.path),
  },
  {
    id: 'select-all',
    label: 'action.select-all',
    icon: ListChecks,
    keys: ['$mod+KeyA'],
    group: 'about',
    isInMenuOnly: true,
    isOffered: ({ view, count }) => view !== undefined && count === 0,
    run: ({ view }) => view?.selectAll(),
  },
  {
    id: 'copy-address',
    label: 'action.copy-address',
    icon: Link,
    group: 'about',
    isInMenuOnly: true,
    isOffered: (target) => isOne(target) || (isNothing(target) && target.folder !== undefined),
    run: copyAddress,
  },
  {
    id: 'details',
    label: 'action.details',
    icon: Info,
    keys: ['KeyI'],
    group: 'about',
    isInMenuOnly: true,
    isOffered: ({ view }) => view?.toggleDetails !== undefined,
    run: ({ view }) => view?.toggleDetails?.(),
  },
];

async function copyAddress({ known: [entry], folder }: Target): Promise<void> {
  const path = (entry ?? folder)?.path;
  if (path === undefined) return;
  if (await copyText(location.origin + addressOf(path))) tell(t('done.address-copied'));
}
