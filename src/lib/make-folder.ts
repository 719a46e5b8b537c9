import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/**
 * Makes a folder and those above it that are missing, so that they survive a power cut; one that is there already is
 * fine. Rejects with what the file system says. Not `mkdir` with `recursive`: that never returns where a folder is
 * there but takes no others (/proc).
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw error;
    await makeFolder(above, mode);
    await mkdirOnce(path, mode);
  }
  await syncWhereAllowed(dirname(path));
}

/** Somebody else may have made it meanwhile. */
async function mkdirOnce(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** A folder that takes others may not be ours to read, and some network file systems sync none. */
async function syncWhereAllowed(path: string): Promise<void> {
  try {
    await syncFolder(path);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EACCES' && code !== 'EINVAL') throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
