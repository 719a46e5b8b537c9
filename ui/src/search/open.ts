import type { FileEntry } from '../api/files.ts';
import { parentOf } from '../lib/paths.ts';
import { addressOf, router } from '../state/router.svelte.ts';
import { listSeries } from '../viewer/list-series.ts';
import { viewing } from '../viewer/viewing.svelte.ts';

/** A folder, or a file in the viewer; of a list of files the next and previous are there, too. */
export function openFile(file: FileEntry, among?: readonly FileEntry[]): void {
  if (file.kind === 'folder') void router.go(addressOf(file.path));
  else void viewing.open(file, among && listSeries(among.filter(({ kind }) => kind === 'file')));
}

/** Opens the folder that holds it, and chooses it there. */
export function showInFolder({ path, name }: FileEntry): void {
  void router.go(`${addressOf(parentOf(path))}?show=${encodeURIComponent(name)}`);
}
