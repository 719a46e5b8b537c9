import type { FileEntry } from '../api/files.ts';
import type { Series } from './series.ts';

/** A series of entries that are all at hand. */
export function listSeries(entries: readonly FileEntry[]): Series {
  let files = entries.filter(({ kind }) => kind === 'file');
  return {
    count: async () => files.length,
    positionOf: async ({ id }) => {
      const position = files.findIndex((file) => file.id === id);
      return position < 0 ? undefined : position;
    },
    entryAt: async (position) => files[position],
    forget: ({ id }) => {
      files = files.filter((file) => file.id !== id);
    },
    update: (entry) => {
      files = files.map((file) => (file.id === entry.id ? entry : file));
    },
  };
}
