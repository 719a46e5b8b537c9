import { open } from 'node:fs/promises';

/**
 * Lets what was made, renamed or removed in the folder `path` survive a power cut. Windows has no way to ask for it.
 * Rejects with what the file system says.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
