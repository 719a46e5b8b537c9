import type { FileEntry } from '../../api/files.ts';
import type { FileActions } from '../../viewer/file-actions.ts';
import { explorer } from '../explorer.svelte.ts';
import { keyHandler } from './keys.ts';
import { menuOf } from './menus.ts';
import { offered } from './table.ts';
import type { Target } from './target.ts';

/** What can be done to the file that is seen over its folder: the same as in the folder, but for opening it. */
export function actionsOfViewed(toggleDetails: () => void): FileActions {
  let viewed: FileEntry | undefined;
  const press = keyHandler(() => (viewed ? targetOf(viewed, toggleDetails) : undefined));
  return {
    menuOf(entry) {
      const target = targetOf(entry, toggleDetails);
      return menuOf(
        offered(target).filter(({ id }) => id !== 'open'),
        target,
      );
    },
    press(event, entry) {
      viewed = entry;
      press(event);
    },
  };
}

function targetOf(entry: FileEntry, toggleDetails: () => void): Target {
  return {
    place: 'files',
    folder: explorer.list.folder,
    count: 1,
    known: [entry],
    entries: async () => [entry],
    view: {
      selectAll: () => undefined,
      clear: () => undefined,
      reveal: (names) => explorer.reveal(names),
      hide: (ids) => explorer.hide(ids),
      toggleDetails,
    },
  };
}
