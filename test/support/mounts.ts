import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, runWell } from './processes.ts';

/** Mounts a memory file system of its own at `folder`; as root. */
export async function mountTmpfs(folder: string, sizeMiB: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await runWell('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0700`, 'nosocial-test', folder]);
}

/** Mounts `source` a second time at `folder`, so that it can be taken away and given back with everything in it; as root. */
export async function mountBind(source: string, folder: string): Promise<void> {
  await runWell('mount', ['--bind', source, folder]);
}

/** Lets nothing be written below the mount at `folder`, or again something. Not while a file is open for writing there. */
export async function setReadOnly(folder: string, isReadOnly: boolean): Promise<void> {
  await runWell('mount', ['-o', `remount,bind,${isReadOnly ? 'ro' : 'rw'}`, folder]);
}

/** Unmounts what is mounted at `folder`, detaching it when it is busy; nothing to do when nothing is. */
export async function unmount(folder: string): Promise<void> {
  while (await isMounted(folder)) {
    const { code } = await run('umount', [folder]);
    if (code !== 0) await runWell('umount', ['--lazy', folder]);
  }
}

export async function isMounted(folder: string): Promise<boolean> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table.split('\n').some((line) => line.split(' ')[4] === folder);
}

/** Takes all the room that is left, as another program may, with a file `filler`. */
export async function fillUp(folder: string): Promise<void> {
  const file = await open(join(folder, 'filler'), 'w');
  try {
    for (const size of [1024 * 1024, 4096]) {
      for (;;) await file.writeFile(Buffer.alloc(size));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
