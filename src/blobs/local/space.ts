import { statfs } from 'node:fs/promises';
import imported from 'check-disk-space';
import type { SpaceSample } from './placement.ts';

/** Its types describe its CommonJS form, though the module that is loaded has a true default export. */
const checkDiskSpace = imported as unknown as typeof imported.default;

/** Looks how much room a disk has. */
export type SpaceSampler = (path: string) => Promise<SpaceSample>;

/** Runs `df` or its equivalent; where there is none (small containers), asks the system. */
export const sampleSpace: SpaceSampler = async (path) => {
  try {
    const { free, size } = await checkDiskSpace(path);
    if (Number.isFinite(free) && Number.isFinite(size)) return { freeBytes: free, totalBytes: size };
  } catch {
    // The system's own answer follows, with its own error.
  }
  const { bavail, blocks, bsize } = await statfs(path);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
};
