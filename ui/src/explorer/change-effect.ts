import type { Schemas } from '../api/schemas.ts';
import type { FileEntry } from '../api/files.ts';
import { parentOf } from '../lib/paths.ts';

type Change = Schemas['Change'];

/** What a change means to the list of a folder. */
export type Effect =
  | { readonly kind: 'none' }
  /** Something below it: sizes of its folders, mostly. */
  | { readonly kind: 'touched' }
  /** The folder itself is not where it was; `path` is where it is now. */
  | { readonly kind: 'gone'; readonly path: string | undefined }
  | { readonly kind: 'left'; readonly id: number }
  /** It is in the folder now; not `isNew`: it was there before, perhaps by another name. */
  | { readonly kind: 'entered'; readonly entry: FileEntry; readonly isNew: boolean };

interface Folder {
  readonly id: number;
  readonly path: string;
}

const NEW = new Set<Change['action']>(['created', 'copied', 'restored', 'moved']);
const AWAY = new Set<Change['action']>(['trashed', 'expired', 'removed', 'moved', 'renamed']);

export function effectOf(change: Change, folder: Folder): Effect {
  const { action, id, parentId, from, entry } = change;
  const moved = movedTo(change, folder);
  if (moved) return moved;
  if (entry && parentOf(entry.path) === folder.path && parentId === folder.id) {
    return { kind: 'entered', entry, isNew: NEW.has(action) && from?.parentId !== folder.id };
  }
  if (parentId === folder.id || from?.parentId === folder.id) return { kind: 'left', id };
  const isBelow = [change.path, from?.path].some((path) => path !== undefined && isIn(path, folder.path));
  return { kind: isBelow ? 'touched' : 'none' };
}

/** Whether it may have changed what is at a path of which nothing is known yet. */
export function concerns({ path, from }: Change, folder: string): boolean {
  return [path, from?.path].some(
    (changed) => changed !== undefined && (changed === folder || isIn(changed, folder) || isIn(folder, changed)),
  );
}

function movedTo({ action, id, kind, path, from, entry }: Change, folder: Folder): Effect | undefined {
  if (id === folder.id && !AWAY.has(action)) return { kind: 'touched' };
  if (kind !== 'folder' || !AWAY.has(action)) return undefined;
  const before = from ? from.path : path;
  const isAround = before !== undefined && isIn(folder.path, before);
  if (id !== folder.id && !isAround) return undefined;
  if (!from || !entry) return { kind: 'gone', path: undefined };
  return { kind: 'gone', path: entry.path + (isAround ? folder.path.slice(before.length) : '') };
}

/** Strictly below. */
function isIn(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
