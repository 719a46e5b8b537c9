import type { FileEntry } from '../api/files.ts';
import type { Series } from './series.ts';

/** A series of entries that are all at hand. */
export function listSeries(entries: readonly FileEntry[]): Series {
  const files = entries.filter(({ kind }) => kind === 'file');
  return {
    count: async () => files.length,
    positionOf: async ({ id }) => {
      const position = files.findIndex((file) => file.id === id);
      return position < 0 ? undefined : position;
    },
    entryAt: async (position) => files[position],
  };
}
