import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdtemp, open, readdir, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostFile } from '../../../src/core/ports/blob-store.ts';
import type { BlobLocation } from '../../../src/core/ports/operations.ts';
import type { SpaceSample } from '../../../src/blobs/local/placement.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { writersOf } from '../../../src/lib/writers.ts';
import { collect } from '../../conformance/blob-store.ts';
import { openTestStore, type TestStore } from './local-store.ts';

const never = new AbortController().signal;

describe('a file that is given away', function () {
  const content = randomBytes(3_000_000);
  let test: TestStore;
  let folder: string;
  let path: string;
  let space: SpaceSample;
  let handle: FileHandle;

  beforeEach(async function () {
    space = { freeBytes: 1e9, totalBytes: 1e9 };
    test = await openTestStore({ sampleSpace: async () => space });
    folder = await mkdtemp(join(tmpdir(), 'nosocial-given-'));
    path = join(folder, 'film');
    await writeFile(path, content);
    await chmod(path, 0o664);
    handle = await open(path);
    // Elsewhere nothing is linked; that it is not is what the other tests show.
    if (writersOf(handle.fd) === 'unknown') this.skip();
  });
  afterEach(async () => {
    await handle.close();
    await rm(folder, { recursive: true, force: true });
    await test.dispose();
  });

  async function adopt(): Promise<ReturnType<TestStore['store']['adopt']>> {
    const { dev } = await handle.stat();
    const file: HostFile = { path, fd: handle.fd, device: dev, sizeBytes: content.length, isGivenAway: true };
    const allocation = await test.store.allocateShared(file);
    assert.ok(allocation);
    return test.store.adopt(randomId(), file, { allocation, signal: never }).finally(() => allocation.release());
  }

  function blobFile(id: string): string {
    return join(test.roots[0]!, 'blobs', id.slice(0, 2), id.slice(2, 4), id);
  }

  async function assertLeftAlone(): Promise<void> {
    const { mode, nlink } = await stat(path);
    assert.equal(mode & 0o777, 0o664);
    assert.ok(nlink <= 2);
    assert.deepEqual(await readdir(join(test.roots[0]!, 'tmp')), []);
    const blobs = await readdir(join(test.roots[0]!, 'blobs'), { recursive: true, withFileTypes: true });
    assert.ok(blobs.every((entry) => entry.isDirectory()));
  }

  it('becomes the blob itself, which nobody else may write', async () => {
    const adopted = await adopt();
    assert.ok(adopted);
    const { id, location } = adopted.blob;
    const stored = await stat(blobFile(id));
    const { ino, nlink, mode } = await stat(path);
    assert.deepEqual({ ino, nlink, mode: mode & 0o777 }, { ino: stored.ino, nlink: 2, mode: 0o600 });
    assert.ok((await collect(test.store.read(location))).equals(content));

    await test.store.remove(location);
    await adopted.settle();
    await assertLeftAlone();
  });

  it('is the blob alone once its name is removed', async () => {
    const adopted = await adopt();
    const { ino } = await stat(path);
    await rm(path);
    await adopted?.settle();
    const stored = await stat(blobFile(adopted!.blob.id));
    assert.deepEqual([stored.ino, stored.nlink], [ino, 1]);
    assert.deepEqual(await readdir(join(test.roots[0]!, 'tmp')), []);
  });

  async function assertApart(location: BlobLocation, store = test.store): Promise<void> {
    const { ino } = await stat(path);
    const stored = await stat(blobFile(location.blobId));
    assert.deepEqual([stored.nlink, stored.mode & 0o777], [1, 0o600]);
    assert.notEqual(stored.ino, ino);
    await writeFile(path, 'other');
    assert.ok((await collect(store.read(location))).equals(content));
  }

  it('shares nothing with the blob any more when its name stays', async () => {
    const adopted = await adopt();
    assert.ok((await collect(test.store.read(adopted!.blob.location))).equals(content));
    await adopted!.settle();
    assert.equal((await stat(path)).mode & 0o777, 0o664);
    await assertApart(adopted!.blob.location);
  });

  it('waits where there is no room for a file of its own, and harms nothing else', async () => {
    const adopted = await adopt();
    space = { freeBytes: 1000, totalBytes: 1e9 };
    await test.store.sampleRoom();
    await assert.rejects(adopted!.settle(), { code: 'no-space' });
    await test.store.separate();
    assert.equal((await stat(path)).nlink, 2);
    space = { freeBytes: 1e9, totalBytes: 1e9 };
    await test.store.sampleRoom();
    await test.store.separate();
    await assertApart(adopted!.blob.location);
  });

  it('shares nothing with the blob any more when the process was killed before its name was removed', async () => {
    const adopted = await adopt();
    await test.store.separate();
    assert.equal((await stat(path)).nlink, 2);
    await test.store.close();
    const next = await openTestStore({ roots: test.roots });
    await next.store.separate();
    await assertApart(adopted!.blob.location, next.store);
    await next.dispose();
  });

  for (const flags of ['a', 'r+', 'w'] as const) {
    it(`is left alone while it is open with "${flags}"`, async () => {
      const writer = await open(path, flags);
      try {
        assert.equal(await adopt(), undefined);
      } finally {
        await writer.close();
      }
      await assertLeftAlone();
    });
  }

  it('is taken while others only read it', async () => {
    const reader = await open(path);
    try {
      assert.ok(await adopt());
    } finally {
      await reader.close();
    }
  });

  it('is left alone when it has another name', async () => {
    await link(path, join(folder, 'other'));
    assert.equal(await adopt(), undefined);
    await assertLeftAlone();
  });

  it('is left alone when its name is another file by now', async () => {
    await rm(path);
    await writeFile(path, 'another');
    await chmod(path, 0o664);
    assert.equal(await adopt(), undefined);
    await assertLeftAlone();
  });
});
