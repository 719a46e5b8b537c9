import { joined } from '../lib/paths.ts';
import type { Incoming } from './incoming.ts';
import type { NewItem } from './upload-item.ts';

/** A file or folder that comes, with what comes in it. */
export interface Branch {
  readonly name: string;
  /** Undefined: a folder. */
  readonly file: File | undefined;
  readonly members: Branch[];
}

export function treeOf(incoming: readonly Incoming[]): Branch[] {
  const root: Branch = { name: '', file: undefined, members: [] };
  const folders = new Map<string, Branch>();
  const folderAt = (path: readonly string[]): Branch => {
    if (path.length === 0) return root;
    const key = path.join('/');
    let folder = folders.get(key);
    if (folder === undefined) {
      folder = { name: path.at(-1) ?? '', file: undefined, members: [] };
      folders.set(key, folder);
      folderAt(path.slice(0, -1)).members.push(folder);
    }
    return folder;
  };
  for (const { path, file } of incoming) {
    if (file === undefined) folderAt(path);
    else folderAt(path.slice(0, -1)).members.push({ name: path.at(-1) ?? '', file, members: [] });
  }
  return root.members;
}

export function filesBelow({ name, file, members }: Branch, above: string): NewItem[] {
  if (file !== undefined) return [{ folder: above, name, file }];
  return members.flatMap((member) => filesBelow(member, joined(above, name)));
}
