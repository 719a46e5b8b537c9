import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackRegistry } from '../../../src/core/ports/blob-store.ts';
import type { StoredDisk } from '../../../src/core/ports/metadata-store.ts';
import { LocalBlobStore, type LocalBlobStoreOptions } from '../../../src/blobs/local/local-blob-store.ts';

/** The rows of packs, as a list. */
export class PackRows implements PackRegistry {
  readonly rows: { packId: number; diskId: number; name: string; sealedBytes: number | undefined }[] = [];

  async openPack(diskId: number, name: string): Promise<{ packId: number }> {
    const packId = this.rows.length + 1;
    this.rows.push({ packId, diskId, name, sealedBytes: undefined });
    return { packId };
  }

  async sealPack(packId: number, lengthBytes: number): Promise<void> {
    const row = this.rows.find((candidate) => candidate.packId === packId);
    if (row !== undefined) row.sealedBytes = lengthBytes;
  }
}

export interface TestStore {
  store: LocalBlobStore;
  packs: PackRows;
  /** The folder in which the disks are, unless they were given. */
  base: string;
  /** The roots of the disks; their ids are 1, 2, … */
  roots: string[];
  disks: StoredDisk[];
  /** Closes the store and removes its disks. */
  dispose(): Promise<void>;
}

/** A store on fresh disks in the system's temporary folder, or on `roots`. Looks at disks only when told to. */
export async function openTestStore(
  options: Partial<LocalBlobStoreOptions> & { diskCount?: number; roots?: string[]; reserveBytes?: number } = {},
): Promise<TestStore> {
  const { diskCount = 1, roots: given, reserveBytes = 0, ...rest } = options;
  const base = await mkdtemp(join(tmpdir(), 'nosocial-blobs-'));
  const roots = given ?? Array.from({ length: diskCount }, (_, index) => join(base, `disk${index + 1}`));
  const packs = new PackRows();
  const never = 2 ** 30;
  const settings = { registry: packs, checkIntervalMs: never, sampleIntervalMs: never, ...rest };
  const store = await LocalBlobStore.open(settings);
  const disks: StoredDisk[] = [];
  for (const [index, path] of roots.entries()) {
    const { identity } = await store.initialiseDisk(path);
    const name = `disk${index + 1}`;
    disks.push({ id: index + 1, name, path, identity, reserveBytes, blobCount: 0, blobBytes: 0 });
    await store.mountDisk(disks[index]!);
  }
  const dispose = async (): Promise<void> => {
    await store.close();
    await rm(base, { recursive: true, force: true });
  };
  return { store, packs, base, roots, disks, dispose };
}
