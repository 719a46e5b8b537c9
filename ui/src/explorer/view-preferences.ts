import { parentOf } from '../lib/paths.ts';
import { readStored, store } from '../lib/stored.ts';
import type { Sorting } from './folder-order.ts';

export type ViewName = 'list' | 'grid';

/** How a folder is looked at. */
export interface FolderLook extends Sorting {
  readonly view: ViewName;
}

/** Where nobody chose. */
export const BY_NAME: FolderLook = { view: 'list', sort: 'name', order: 'asc' };

const STORED_AS = 'views';
/** Folders whose look is kept. */
const MOST = 500;

type Looks = Readonly<Record<string, FolderLook>>;

/** As chosen in this folder, else in the nearest one around it; undefined where nobody chose. */
export function lookOf(path: string, looks: Looks = readStored<Looks>(STORED_AS, {})): FolderLook | undefined {
  for (let folder = path; ; folder = parentOf(folder)) {
    const look = Object.hasOwn(looks, folder) ? looks[folder] : undefined;
    if (look || folder === '/') return look;
  }
}

export function keepLook(path: string, look: FolderLook): void {
  const { [path]: _before, ...others } = readStored<Looks>(STORED_AS, {});
  store(STORED_AS, Object.fromEntries([...Object.entries(others), [path, look]].slice(-MOST)));
}
