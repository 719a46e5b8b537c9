import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { nodeFiles } from '../../../src/blobs/local/files.ts';
import type { NewBlob } from '../../../src/core/ports/operations.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { collect, putLarge, stalled } from '../../conformance/blob-store.ts';
import { openTestStore, type TestStore } from './local-store.ts';

const MIB = 1024 * 1024;

/** The files below the test's disks that this process has open. */
async function openFiles({ base }: TestStore): Promise<string[]> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(base));
}

describe('the descriptors of a local disk', () => {
  let test: TestStore;
  let reads = 0;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  async function open(maxDescriptors: number): Promise<NewBlob[]> {
    reads = 0;
    const read: typeof nodeFiles.read = (fd, target, position) => {
      reads += 1;
      return nodeFiles.read(fd, target, position);
    };
    test = await openTestStore({ maxDescriptors, files: { ...nodeFiles, read } });
    return Promise.all(Array.from({ length: 10 }, () => putLarge(test.store, randomBytes(5 * MIB))));
  }
  afterEach(() => test.dispose());

  it('are closed after uploads, also failed ones', async () => {
    await open(4);
    const abort = new AbortController();
    const allocation = test.store.allocate(MIB);
    const put = test.store.put(randomId(), stalled(randomBytes(2 * MIB)), { allocation, signal: abort.signal });
    setImmediate(() => abort.abort());
    await assert.rejects(put);
    allocation.release();
    assert.deepEqual(await openFiles(test), []);
  });

  it('are kept after reading, up to the limit', async () => {
    const blobs = await open(4);
    await Promise.all(blobs.map(({ location }) => collect(test.store.read(location))));
    for (const { location } of blobs) await test.store.readSmall(location, { start: 0, end: 9 });
    assert.equal((await openFiles(test)).length, 4);
    await test.store.unmountDisk(1);
    assert.deepEqual(await openFiles(test), []);
  });

  it('are released by readers that stop early or fail', async () => {
    const blobs = await open(0);
    for (const { location } of blobs) {
      for await (const piece of test.store.read(location)) {
        assert.equal(piece.length, MIB);
        break;
      }
      const longer = { ...location, sizeBytes: location.sizeBytes + 1 };
      await assert.rejects(collect(test.store.read(longer)), { code: 'corrupt' });
      await assert.rejects(async () => {
        for await (const piece of test.store.read(location)) throw new Error(`${piece.length}`);
      });
    }
    await test.store.unmountDisk(1);
    assert.deepEqual(await openFiles(test), []);
  });

  it('stay open for a reader while the blob is removed, and no longer', async () => {
    const [blob] = await open(4);
    const reader = test.store.read(blob!.location)[Symbol.asyncIterator]();
    await reader.next();
    await test.store.remove(blob!.location);
    assert.equal((await openFiles(test)).length, 1);
    let sizeBytes = MIB;
    for (let next = await reader.next(); next.done !== true; next = await reader.next()) sizeBytes += next.value.length;
    assert.equal(sizeBytes, 5 * MIB);
    await test.store.remove(blob!.location);
    assert.deepEqual(await openFiles(test), []);
  });

  it('are not opened by a reader that never starts', async () => {
    const [blob] = await open(4);
    test.store.read(blob!.location);
    assert.deepEqual(await openFiles(test), []);
  });

  it('read no more than is asked for', async () => {
    const [blob] = await open(4);
    await collect(test.store.read(blob!.location, { start: 1000, end: 1999 }));
    assert.equal(reads, 1);
    const reader = test.store.read(blob!.location, { start: 1, end: 5 * MIB - 1 })[Symbol.asyncIterator]();
    await reader.next();
    await reader.return();
    const inAll: number = reads;
    assert.ok(inAll <= 5);
  });
});
