import type { MediaEntry } from '../../core/ports/media-library.ts';
import { OBJECT_CLASSES } from '../didl/object-class.ts';
import type { Shown, ShownContainer } from '../didl/shown.ts';
import { folderId, itemId } from './object-ids.ts';
import { ROOT_ID, type View } from './views.ts';

/** A folder or a piece where it is, or a piece as `view` refers to it. */
export function shownEntry(entry: MediaEntry, view?: View): Shown {
  const { nodeId, parentId } = entry;
  const id = itemId(nodeId);
  if (entry.kind === 'folder') return shownFolder(entry);
  if (view) return { type: 'item', id: `${view.id}/${id}`, parentId: view.id, refId: id, entry };
  return { type: 'item', id, parentId: folderId(parentId), refId: undefined, entry };
}

/** The folder that all is in stands beside the views. */
export function shownFolder({ nodeId, parentId, title, childCount, folderCoverId }: MediaEntry): ShownContainer {
  return {
    type: 'container',
    id: folderId(nodeId),
    parentId: parentId === 0 ? ROOT_ID : folderId(parentId),
    title,
    objectClass: OBJECT_CLASSES.folder,
    childCount,
    isSearchable: true,
    picturedId: folderCoverId === undefined ? undefined : nodeId,
  };
}

export function shownView({ id, parentId, title, objectClass, most }: View, childCount: number): ShownContainer {
  const isSearchable = most === undefined;
  return { type: 'container', id, parentId, title, objectClass, childCount, isSearchable, picturedId: undefined };
}
