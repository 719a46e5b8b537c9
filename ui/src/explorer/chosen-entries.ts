import type { FileEntry } from '../api/files.ts';

/** Entries by their ids. Never changed: each change makes another. */
export type ChosenEntries = ReadonlyMap<number, FileEntry>;

export const NONE: ChosenEntries = new Map();

export function these(entries: Iterable<FileEntry>): ChosenEntries {
  return plus(NONE, entries);
}

export function plus(chosen: ChosenEntries, entries: Iterable<FileEntry>): ChosenEntries {
  const result = new Map(chosen);
  for (const entry of entries) result.set(entry.id, entry);
  return result;
}

/** The same ones where none of the ids is among them. */
export function without(chosen: ChosenEntries, ids: ReadonlySet<number>): ChosenEntries {
  const kept = [...chosen].filter(([id]) => !ids.has(id));
  return kept.length < chosen.size ? new Map(kept) : chosen;
}

/** Of those that are not among `entries`. */
export function idsBeyond(chosen: ChosenEntries, entries: readonly FileEntry[]): ReadonlySet<number> {
  const others = these(entries);
  return new Set([...chosen.keys()].filter((id) => !others.has(id)));
}

export function toggled(chosen: ChosenEntries, entry: FileEntry): ChosenEntries {
  return chosen.has(entry.id) ? without(chosen, new Set([entry.id])) : plus(chosen, [entry]);
}
