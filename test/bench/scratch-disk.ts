import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run, runWell } from '../support/processes.ts';

/** The image is sparse: it takes what is written. */
const IMAGE_BYTES = 24 * 1024 ** 3;
const INODES = 600_000;

/** A fresh ext4 of its own for a server, in an image below `folder`; a plain folder where mounting is not allowed. */
export class ScratchDisk {
  readonly folder: string;
  readonly #image: string | undefined;

  private constructor(folder: string, image: string | undefined) {
    this.folder = folder;
    this.#image = image;
  }

  static async create(parent: string, name: string): Promise<ScratchDisk> {
    const folder = join(parent, name);
    await mkdir(folder, { mode: 0o755 });
    if (!(await canMount())) return new ScratchDisk(folder, undefined);
    const image = `${folder}.img`;
    const file = await open(image, 'w');
    await file.truncate(IMAGE_BYTES);
    await file.close();
    // Nothing may be left for the kernel to initialise while a server is measured.
    const now = 'lazy_itable_init=0,lazy_journal_init=0';
    await runWell('mkfs.ext4', ['-q', '-F', '-m', '0', '-N', String(INODES), '-E', now, image]);
    await runWell('mount', ['-o', 'loop', image, folder]);
    return new ScratchDisk(folder, image);
  }

  get isMounted(): boolean {
    return this.#image !== undefined;
  }

  async remove(): Promise<void> {
    if (this.#image !== undefined) {
      const { code } = await run('umount', [this.folder]);
      if (code !== 0) await runWell('umount', ['--lazy', this.folder]);
      await rm(this.#image);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

let mountIsAllowed: Promise<boolean> | undefined;

/** Root in a container may have neither loop devices nor the right to mount. */
async function canMount(): Promise<boolean> {
  mountIsAllowed ??= run('losetup', ['--find']).then(
    ({ code }) => process.getuid?.() === 0 && code === 0,
    () => false,
  );
  return mountIsAllowed;
}

/** Waits until everything is on the disk that was written to the file system of `folder`, without measuring it. */
export async function settle(folder: string): Promise<void> {
  await runWell('sync', ['--file-system', folder]);
}
