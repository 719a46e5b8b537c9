import type { FileEntry } from '../api/files.ts';

/** What is known of the folders in a folder. */
export interface Branch {
  readonly id: number;
  readonly folders: readonly FileEntry[];
  /** Where the rest of them begins. */
  readonly cursor: string | undefined;
}

export interface TreeRow {
  readonly folder: FileEntry;
  /** 1 for the outermost. */
  readonly level: number;
  readonly isOpen: boolean;
  /** Nothing was found in it. */
  readonly isLeaf: boolean;
  /** It is no folder: stands for those of this one that are not loaded yet. */
  readonly isMore?: boolean;
}

interface Known {
  readonly isRootShown: boolean;
  readonly open: ReadonlySet<string>;
  readonly branches: ReadonlyMap<string, Branch>;
}

/** The lines of a tree, from above to below. */
export function rowsOf(root: FileEntry, known: Known): TreeRow[] {
  const rows: TreeRow[] = [];
  if (known.isRootShown) add(root, 1, known, rows);
  else addBelow(root, 1, known, rows);
  return rows;
}

function add(folder: FileEntry, level: number, known: Known, rows: TreeRow[]): void {
  const branch = known.branches.get(folder.path);
  // How many there were when this one was listed is older than what was found in it.
  const isLeaf = branch ? branch.folders.length === 0 : folder.nodeCount === 0;
  const isOpen = !isLeaf && branch !== undefined && known.open.has(folder.path);
  rows.push({ folder, level, isOpen, isLeaf });
  if (isOpen) addBelow(folder, level + 1, known, rows);
}

function addBelow(folder: FileEntry, level: number, known: Known, rows: TreeRow[]): void {
  const branch = known.branches.get(folder.path);
  for (const child of branch?.folders ?? []) add(child, level, known, rows);
  if (branch?.cursor !== undefined) rows.push({ folder, level, isOpen: false, isLeaf: true, isMore: true });
}

type Step = (rows: readonly TreeRow[], at: number) => number | undefined;

/** ARIA's tree pattern, as far as keys lead from one line to another. */
const STEPS: Readonly<Record<string, Step>> = {
  ArrowDown: (rows, at) => (at + 1 < rows.length ? at + 1 : undefined),
  ArrowUp: (_, at) => (at > 0 ? at - 1 : undefined),
  Home: () => 0,
  End: (rows) => rows.length - 1,
  ArrowRight: (rows, at) => (rows[at]?.isOpen ? at + 1 : undefined),
  ArrowLeft: (rows, at) => (rows[at]?.isOpen ? undefined : parentIndex(rows, at)),
};

/** Where a key leads from row `at`, a letter to the next name that begins with it; undefined where that is nowhere. */
export function stepFrom(rows: readonly TreeRow[], at: number, key: string): number | undefined {
  const step = STEPS[key];
  if (step) return step(rows, at);
  return key.length === 1 && key !== ' ' ? nextBeginning(rows, at, key) : undefined;
}

/** The key opens this line, or closes it. */
export function isTurn({ isOpen, isLeaf }: TreeRow, key: string): boolean {
  return isOpen ? key === 'ArrowLeft' : key === 'ArrowRight' && !isLeaf;
}

function parentIndex(rows: readonly TreeRow[], at: number): number | undefined {
  const level = rows[at]?.level ?? 1;
  const index = rows.findLastIndex((row, index) => index < at && row.level < level);
  return index < 0 ? undefined : index;
}

function nextBeginning(rows: readonly TreeRow[], at: number, letter: string): number | undefined {
  const wanted = letter.toLocaleLowerCase();
  const fits = ({ folder, isMore }: TreeRow): boolean => !isMore && folder.name.toLocaleLowerCase().startsWith(wanted);
  const below = rows.findIndex((row, index) => index > at && fits(row));
  const found = below < 0 ? rows.findIndex(fits) : below;
  return found < 0 ? undefined : found;
}
