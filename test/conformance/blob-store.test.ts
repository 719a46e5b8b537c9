import type { BlobStore } from '../../src/core/ports/blob-store.ts';
import { MemoryBlobStore } from '../../src/blobs/memory.ts';
import { openTestStore, type TestStore } from '../blobs/local/local-store.ts';
import { describeBlobStore } from './blob-store.ts';
import { describePartials } from './blob-store-partials.ts';

const opened: TestStore[] = [];

async function openLocal(diskCount: number): Promise<BlobStore> {
  const test = await openTestStore({ diskCount });
  opened.push(test);
  return test.store;
}

async function openMemory(): Promise<BlobStore> {
  const store = await MemoryBlobStore.open();
  const { identity } = await store.initialiseDisk('/memory');
  const stored = { id: 1, name: 'memory', path: '/memory', identity, reserveBytes: 0, blobCount: 0, blobBytes: 0 };
  await store.mountDisk(stored);
  return store;
}

describeBlobStore('memory', openMemory);
describeBlobStore('one local disk', () => openLocal(1));
describeBlobStore('two local disks', () => openLocal(2));
describePartials('memory', openMemory);
describePartials('one local disk', () => openLocal(1));
describePartials('two local disks', () => openLocal(2));

afterEach(async () => {
  for (const test of opened.splice(0)) await test.dispose();
});
