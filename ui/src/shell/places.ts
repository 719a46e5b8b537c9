import Clock from '@lucide/svelte/icons/clock';
import Folder from '@lucide/svelte/icons/folder';
import Search from '@lucide/svelte/icons/search';
import Trash from '@lucide/svelte/icons/trash';
import type { MessageKey } from '../lib/messages.svelte.ts';
import type { Icon } from '../parts/icon.ts';

interface MainPlace {
  readonly page: string;
  readonly href: string;
  readonly label: MessageKey;
  readonly icon: Icon;
}

/** Where one can go from anywhere: the side pane, and the bar at the bottom of a phone. */
export const MAIN_PLACES: readonly MainPlace[] = [
  { page: 'files', href: '/files', label: 'nav.files', icon: Folder },
  { page: 'recent', href: '/recent', label: 'nav.recent', icon: Clock },
  { page: 'search', href: '/search', label: 'nav.search', icon: Search },
  { page: 'trash', href: '/trash', label: 'nav.trash', icon: Trash },
];
