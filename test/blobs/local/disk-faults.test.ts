import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFiles, systemError, type Files } from '../../../src/blobs/local/files.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { collect, inPieces, putLarge } from '../../conformance/blob-store.ts';
import { FaultSwitch, type Fault } from './failing-thread-files.ts';
import { openTestStore, type TestStore } from './local-store.ts';

const MIB = 1024 * 1024;

/** The files below `folder` of a disk, without the folders. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function assertNoBlobs({ roots }: TestStore): Promise<void> {
  for (const root of roots) {
    assert.deepEqual(await filesBelow(root, 'tmp'), []);
    assert.deepEqual(await filesBelow(root, 'blobs'), []);
  }
}

describe('a disk whose threads fail', () => {
  let test: TestStore;
  let faults: FaultSwitch;

  async function open(diskCount: number): Promise<void> {
    faults = new FaultSwitch();
    test = await openTestStore({ diskCount, faults: faults.option });
  }
  afterEach(() => test.dispose());

  const packFaults: [fault: Fault, code: string][] = [
    ['short-write', 'no-space'],
    ['full-write', 'no-space'],
    ['sync-data', 'unavailable'],
  ];
  for (const [fault, code] of packFaults) {
    it(`stores nothing of a batch with a failed ${fault}, and seals the pack where it was good`, async () => {
      await open(1);
      const first = randomBytes(3000);
      const kept = await test.store.putSmall(randomId(), first);
      const goodBytes = kept.location.offsetBytes + first.length;
      faults.arm(fault);
      const failed = await Promise.allSettled([1, 2, 3].map(() => test.store.putSmall(randomId(), randomBytes(5000))));
      for (const result of failed) {
        assert.equal(result.status, 'rejected');
        assert.equal((result.reason as { code: string }).code, code);
      }

      await test.store.checkDisks();
      const next = await test.store.putSmall(randomId(), first);
      assert.notEqual(next.location.packId, kept.location.packId);
      assert.equal(test.packs.rows[0]?.sealedBytes, goodBytes);
      const file = await stat(join(test.roots[0]!, 'packs', kept.location.packName!));
      assert.equal(file.size, goodBytes);
      assert.deepEqual(Buffer.from(await test.store.readSmall(kept.location)), first);
    });

    it(`stores small content on the other disk after a failed ${fault}`, async () => {
      await open(2);
      const warm = await test.store.putSmall(randomId(), randomBytes(10));
      faults.arm(fault);
      const contents = Array.from({ length: 20 }, () => randomBytes(5000));
      const blobs = await Promise.all(contents.map((content) => test.store.putSmall(randomId(), content)));
      assert.ok(!faults.isArmed(fault));
      for (const [index, { location }] of blobs.entries()) {
        assert.deepEqual(Buffer.from(await test.store.readSmall(location)), contents[index]);
      }
      assert.ok(test.packs.rows.some(({ sealedBytes }) => sealedBytes !== undefined));
      assert.equal((await test.store.readSmall(warm.location)).length, 10);
    });
  }

  it('takes the row back when a new pack cannot be made', async () => {
    await open(1);
    faults.arm('sync');
    await assert.rejects(test.store.putSmall(randomId(), randomBytes(10)), { code: 'unavailable' });
    const blob = await test.store.putSmall(randomId(), randomBytes(10));
    assert.equal(blob.location.packId, 2);
    assert.equal(test.packs.rows[0]?.sealedBytes, 0);
  });

  it('keeps a pack at its last good length though it cannot be cut there', async () => {
    await open(1);
    const kept = await test.store.putSmall(randomId(), randomBytes(100));
    faults.arm('short-write');
    faults.arm('truncate');
    await assert.rejects(test.store.putSmall(randomId(), randomBytes(5000)), { code: 'no-space' });
    await test.store.unmountDisk(1);
    const goodBytes = kept.location.offsetBytes + 100;
    assert.equal(test.packs.rows[0]?.sealedBytes, goodBytes);
    const path = join(test.roots[0]!, 'packs', kept.location.packName!);
    assert.ok((await stat(path)).size > goodBytes);

    await test.store.mountDisk(test.disks[0]!);
    await test.store.trimPack(1, kept.location.packName!, goodBytes);
    assert.equal((await stat(path)).size, goodBytes);
  });

  const blobFaults: [fault: Fault, nth: number, code: string][] = [
    ['sync', 1, 'unavailable'],
    ['sync', 2, 'unavailable'],
    ['sync', 4, 'unavailable'],
    ['rename', 1, 'unavailable'],
    ['rename', 2, 'unavailable'],
    ['make-folder', 1, 'no-space'],
    ['make-folder', 2, 'no-space'],
  ];
  for (const [fault, nth, code] of blobFaults) {
    it(`leaves nothing of an upload whose ${fault} number ${nth} fails`, async () => {
      await open(1);
      faults.arm(fault, nth);
      await assert.rejects(putLarge(test.store, randomBytes(2 * MIB)), { code });
      assert.ok(!faults.isArmed(fault));
      await assertNoBlobs(test);

      await test.store.checkDisks();
      const content = randomBytes(MIB);
      const { location } = await putLarge(test.store, content);
      assert.ok((await collect(test.store.read(location))).equals(content));
    });
  }

  it('does not call a blob removed that a power cut could bring back', async () => {
    await open(1);
    const { location } = await putLarge(test.store, randomBytes(100_000));
    faults.arm('sync');
    await assert.rejects(test.store.remove(location), { code: 'unavailable' });
    await test.store.checkDisks();
    faults.arm('sync');
    await assert.rejects(test.store.remove(location), { code: 'unavailable' });
    await test.store.checkDisks();
    await test.store.remove(location);
    await assertNoBlobs(test);
  });

  it('fails an upload of which an early sync failed', async () => {
    await open(1);
    faults.arm('sync-data');
    await assert.rejects(putLarge(test.store, Buffer.alloc(40 * MIB), MIB), { code: 'unavailable' });
    await assertNoBlobs(test);
  });

  it('publishes the others when one of several fails', async () => {
    await open(1);
    faults.arm('rename', 3);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => putLarge(test.store, randomBytes(100_000))),
    );
    const stored = results.filter((result) => result.status === 'fulfilled');
    assert.equal(stored.length, 7);
    assert.equal((await filesBelow(test.roots[0]!, 'blobs')).length, 7);
    for (const { value } of stored) assert.equal((await collect(test.store.read(value.location))).length, 100_000);
  });
});

describe('a disk whose files fail', () => {
  let test: TestStore;

  async function open(failing: Partial<Files>): Promise<void> {
    test = await openTestStore({ files: { ...nodeFiles, ...failing } });
  }
  afterEach(() => test.dispose());

  it('goes on after writes that take less than all', async () => {
    await open({ write: (fd, bytes, position) => nodeFiles.write(fd, bytes.subarray(0, 70_000), position) });
    const content = randomBytes(3 * MIB);
    const { location } = await putLarge(test.store, content);
    assert.ok((await collect(test.store.read(location))).equals(content));
  });

  it('goes on after reads that give less than all', async () => {
    await open({ read: (fd, target, position) => nodeFiles.read(fd, target.subarray(0, 70_000), position) });
    const content = randomBytes(3 * MIB);
    const { location } = await putLarge(test.store, content);
    assert.ok((await collect(test.store.read(location))).equals(content));
  });

  const writes: [what: string, write: Files['write'], code: string][] = [
    ['take nothing', async () => 0, 'no-space'],
    ['say that it is full', () => Promise.reject(systemError('ENOSPC', 'write')), 'no-space'],
    ['fail', () => Promise.reject(systemError('EIO', 'write')), 'unavailable'],
  ];
  for (const [what, write, code] of writes) {
    it(`leaves nothing of an upload whose writes ${what}`, async () => {
      let count = 0;
      await open({ write: (...args) => ((count += 1) === 3 ? write(...args) : nodeFiles.write(...args)) });
      await assert.rejects(putLarge(test.store, randomBytes(6 * MIB)), { code });
      await assertNoBlobs(test);
    });
  }

  it('promises nothing on a disk that said it is full, until it was looked at again', async () => {
    await open({ write: () => Promise.reject(systemError('ENOSPC', 'write')) });
    await assert.rejects(putLarge(test.store, randomBytes(10)), { code: 'no-space' });
    assert.equal(test.store.listDisks()[0]?.state, 'full');
    assert.throws(() => test.store.allocate(1), { code: 'no-space' });
    await test.store.checkDisks();
    test.store.allocate(1).release();
  });

  it('answers busy when too many files are open', async () => {
    let isFull = false;
    await open({
      open: (path, flags) => (isFull ? Promise.reject(systemError('EMFILE', 'open')) : nodeFiles.open(path, flags)),
    });
    const { location } = await putLarge(test.store, randomBytes(10));
    isFull = true;
    await assert.rejects(collect(test.store.read(location)), { code: 'busy' });
    isFull = false;
    assert.equal((await collect(test.store.read(location))).length, 10);
  });

  it('answers unavailable for a read that fails on a disk that is there', async () => {
    await open({ read: () => Promise.reject(systemError('EIO', 'read')) });
    const { location } = await putLarge(test.store, randomBytes(10));
    await assert.rejects(test.store.readSmall(location), { code: 'unavailable' });
    assert.equal(test.store.listDisks()[0]?.state, 'up');
  });

  it('gives up an upload whose client goes away, and nothing else', async () => {
    await open({});
    const abort = new AbortController();
    const allocation = test.store.allocate(10 * MIB);
    const grow = async (totalBytes: number): Promise<void> => {
      if (totalBytes > 4 * MIB) abort.abort(new Error('gone'));
    };
    const source = inPieces(randomBytes(10 * MIB), 65_536);
    const put = test.store.put(randomId(), source, { allocation, signal: abort.signal, grow });
    await assert.rejects(put, { message: 'gone' });
    allocation.release();
    await assertNoBlobs(test);
    assert.equal(test.store.listDisks()[0]?.state, 'up');
  });
});
