import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { runWell, Scratch } from '../../support/processes.ts';
import { unmount } from '../../support/mounts.ts';

export type FileSystem = 'ext4' | 'btrfs';

/** The images are sparse; so much is never written. */
const IMAGE_BYTES = 4 * 1024 ** 3;
const HOST_BYTES = 4 * IMAGE_BYTES;
/** No file system writes of its own accord during a round: what is in an image was synced, or had to make room. */
const MOUNT_OPTIONS = 'loop,noatime,commit=300';

/**
 * Disks whose power can be cut. Each is a file system in an image, and the images lie on btrfs, where a copy of a file
 * shares its blocks and takes no time. What the kernel still holds back from an image at that moment is not in the
 * copy. Whoever goes on with the copy, and not with the image, is where a power cut would have left him.
 */
export class CuttableDisks {
  readonly #scratch: Scratch;
  readonly #names: readonly string[];
  readonly #fileSystem: FileSystem;

  private constructor(scratch: Scratch, names: readonly string[], fileSystem: FileSystem) {
    this.#scratch = scratch;
    this.#names = names;
    this.#fileSystem = fileSystem;
  }

  static async create(names: readonly string[], fileSystem: FileSystem): Promise<CuttableDisks> {
    const disks = new CuttableDisks(await Scratch.create('power-cut'), names, fileSystem);
    try {
      await disks.#mountHost();
      for (const name of names) await disks.#makeDisk(name);
      return disks;
    } catch (error) {
      await disks.remove();
      throw error;
    }
  }

  path(disk: string, ...parts: string[]): string {
    return this.#scratch.path('mounts', disk, ...parts);
  }

  /** Lets everything that was written so far survive. */
  async sync(): Promise<void> {
    for (const name of this.#names) await runWell('sync', ['--file-system', this.path(name)]);
  }

  /** Takes what the disks hold now; whoever writes to them must have been stopped. */
  async copy(): Promise<void> {
    for (const name of this.#names) {
      await runWell('cp', ['--reflink=always', this.#image(name), this.#image(`${name}-cut`)]);
    }
  }

  /** Goes back to the copy; nobody may have a file open on the disks. */
  async revertToCopy(): Promise<void> {
    for (const name of this.#names) {
      await runWell('umount', [this.path(name)]);
      await rename(this.#image(`${name}-cut`), this.#image(name));
    }
    // Otherwise btrfs takes a copy for a stale device of the file system that it saw last.
    if (this.#fileSystem === 'btrfs') await runWell('btrfs', ['device', 'scan', '--forget']);
    for (const name of this.#names) await this.#mount(name);
  }

  async remove(): Promise<void> {
    for (const name of this.#names) await unmount(this.path(name));
    await unmount(this.#scratch.path('host'));
    await this.#scratch.remove();
  }

  async #mountHost(): Promise<void> {
    const image = this.#scratch.path('host.img');
    await this.#makeImage(image, HOST_BYTES, 'btrfs');
    await mkdir(this.#scratch.path('host'));
    await runWell('mount', ['-o', 'loop', image, this.#scratch.path('host')]);
  }

  async #makeDisk(name: string): Promise<void> {
    await this.#makeImage(this.#image(name), IMAGE_BYTES, this.#fileSystem);
    await mkdir(this.path(name), { recursive: true });
    await this.#mount(name);
  }

  async #makeImage(file: string, sizeBytes: number, fileSystem: FileSystem): Promise<void> {
    await writeFile(file, '');
    await truncate(file, sizeBytes);
    await runWell(`mkfs.${fileSystem}`, ['-q', file]);
  }

  async #mount(name: string): Promise<void> {
    await runWell('mount', ['-o', MOUNT_OPTIONS, this.#image(name), this.path(name)]);
  }

  #image(name: string): string {
    return this.#scratch.path('host', `${name}.img`);
  }
}
