import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { sampleSpace } from '../blobs/local/space.ts';
import type { Config } from '../config/load.ts';

/** A reserve that nobody asked for is at most this part of a disk: a small one would never take a file otherwise. */
const DEFAULT_PART = 1 / 20;

/** What is left free on a new disk at `path`, in bytes; the folder need not exist yet. */
export async function reserveFor(config: Config, path: string, sample = sampleSpace): Promise<number> {
  if (config.sources['diskReserve'] !== 'default') return config.diskReserveBytes;
  const { totalBytes } = await sample(existing(resolve(path)));
  return Math.min(config.diskReserveBytes, Math.floor(totalBytes * DEFAULT_PART));
}

/** The folder itself, or the nearest one above it that is there. */
function existing(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : existing(above);
}
