import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { BlobStore } from '../../src/core/ports/blob-store.ts';
import type { NewBlob } from '../../src/core/ports/operations.ts';
import type { StoredFile } from '../../src/core/ports/stored-file.ts';
import { randomId } from '../../src/lib/ids.ts';

const { signal } = new AbortController();

async function putLarge(store: BlobStore): Promise<NewBlob> {
  const allocation = store.allocate(100_000);
  const source = (async function* () {
    yield randomBytes(100_000);
  })();
  const blob = await store.put(randomId(), source, { allocation, signal });
  allocation.release();
  return blob;
}

async function filesOn(store: BlobStore, diskId: number): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const file of store.listFiles(diskId, signal)) files.push(file);
  return files;
}

/** What `fsck` rests on. */
export function describeInspection(store: () => BlobStore): void {
  it('finds nothing wrong with what was stored, and says what is wrong with what is not there', async () => {
    for (const blob of [await store().putSmall(randomId(), randomBytes(500)), await putLarge(store())]) {
      for (const what of ['place', 'content'] as const) {
        assert.equal(await store().problemOf(blob.location, what), undefined);
        assert.ok(await store().problemOf({ ...blob.location, sizeBytes: blob.sizeBytes + 1 }, what));
      }
      assert.ok(await store().problemOf({ ...blob.location, checksum: randomId() }, 'content'));
    }
    const { location } = await putLarge(store());
    await store().remove(location);
    assert.ok(await store().problemOf(location, 'place'));
  });

  it('lists what lies on a disk, puts a blob aside and removes it then, and nothing else', async () => {
    const { location } = await putLarge(store());
    const { diskId, blobId } = location;
    const file = (await filesOn(store(), diskId)).find(({ id }) => id === blobId);
    assert.deepEqual([file?.kind, file?.sizeBytes, file?.isInUse], ['blob', 100_000, false]);
    await assert.rejects(store().removeFile(diskId, file!), { code: 'refused' });
    await store().setAside(diskId, file!);
    await store().setAside(diskId, file!);
    assert.ok(await store().problemOf(location, 'place'));
    const aside = (await filesOn(store(), diskId)).find(({ id }) => id === blobId);
    assert.equal(aside?.kind, 'aside');
    await store().removeFile(diskId, aside);
    await store().removeFile(diskId, aside);
    assert.ok(!(await filesOn(store(), diskId)).some(({ id }) => id === blobId));
  });

  it('says that a disk is not there', async () => {
    const { location } = await putLarge(store());
    for (const { id } of store().listDisks()) await store().unmountDisk(id);
    await assert.rejects(store().problemOf(location, 'place'), { code: 'unavailable' });
    await assert.rejects(async () => filesOn(store(), location.diskId), { code: 'unavailable' });
    await assert.rejects(store().copyPieces(location.diskId, []), { code: 'unavailable' });
  });
}
