import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NewBlob } from '../../../src/core/ports/operations.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { collect, putLarge } from '../../conformance/blob-store.ts';
import { openTestStore, type TestStore } from './local-store.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);

/** Real disks of 4 MiB and 16 MiB in memory, which only root can mount. */
describe('local disks that are really full', () => {
  let folder: string;
  let roots: string[] = [];
  let test: TestStore | undefined;

  before(function () {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nosocial-full-'));
    roots = [];
    for (const [name, size] of [
      ['small', '4m'],
      ['large', '16m'],
    ] as const) {
      const root = join(folder, name);
      await mkdir(root);
      await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'nosocial-test', root]);
      roots.push(root);
    }
  });
  afterEach(async () => {
    await test?.dispose();
    test = undefined;
    for (const root of roots) await run('umount', [root]);
    await rm(folder, { recursive: true });
  });

  /** A store that takes the disks for larger than they are. */
  async function openFooled(paths: string[]): Promise<TestStore> {
    const sampleSpace = async (path: string): Promise<{ freeBytes: number; totalBytes: number }> => {
      const freeBytes = path === roots[0] ? 2e9 : 1e9;
      return { freeBytes, totalBytes: 2e9 };
    };
    test = await openTestStore({ roots: paths, sampleSpace });
    return test;
  }

  it('know how much room there is', async () => {
    test = await openTestStore({ roots });
    const [small, large] = test.store.listDisks();
    assert.equal(small?.totalBytes, 4 * MIB);
    assert.equal(large?.totalBytes, 16 * MIB);
    assert.throws(() => test?.store.allocate(17 * MIB), { code: 'no-space' });
    assert.equal((await putLarge(test.store, randomBytes(3 * MIB))).location.diskId, 2);
  });

  it('keep nothing of an upload that did not fit', async () => {
    const { store } = await openFooled([roots[0]!]);
    await assert.rejects(putLarge(store, randomBytes(8 * MIB)), { code: 'no-space' });
    assert.equal(store.listDisks()[0]?.state, 'full');
    assert.deepEqual(await readdir(join(roots[0]!, 'tmp')), []);
    await store.checkDisks();
    const content = randomBytes(MIB);
    const { location } = await putLarge(store, content);
    assert.ok((await collect(store.read(location))).equals(content));
  });

  it('pass small content on to the next, and lose none of what they took', async () => {
    const { store } = await openFooled(roots);
    const contents = Array.from({ length: 150 }, () => randomBytes(60_000));
    const blobs = await Promise.all(contents.map((content) => store.putSmall(randomId(), content)));
    assert.deepEqual(new Set(blobs.map(({ location }) => location.diskId)), new Set([1, 2]));
    for (const [index, { location }] of blobs.entries()) {
      assert.deepEqual(Buffer.from(await store.readSmall(location)), contents[index]);
    }
  });

  it('are read, though not written, while they are mounted read-only', async () => {
    const { store } = await openFooled([roots[0]!]);
    const { location } = await store.putSmall(randomId(), randomBytes(100));
    await store.unmountDisk(1);
    await run('mount', ['-o', 'remount,ro', roots[0]!]);
    await store.mountDisk(test!.disks[0]!);
    assert.equal(store.listDisks()[0]?.state, 'full');
    assert.match(store.listDisks()[0]?.problem ?? '', /EROFS/);
    assert.equal((await store.readSmall(location)).length, 100);
    await assert.rejects(store.putSmall(randomId(), randomBytes(100)), { code: 'unavailable' });

    await run('mount', ['-o', 'remount,rw', roots[0]!]);
    await store.checkDisks();
    assert.equal(store.listDisks()[0]?.problem, undefined);
    const blob = await putLarge(store, randomBytes(100));

    await store.unmountDisk(1);
    await store.mountDisk(test!.disks[0]!);
    await run('mount', ['-o', 'remount,ro', roots[0]!]);
    await assert.rejects(putLarge(store, randomBytes(100)), { code: 'unavailable' });
    assert.equal(store.listDisks()[0]?.state, 'full');
    assert.equal((await collect(store.read(blob.location))).length, 100);
  });

  it('say no-space when all are full, and take more when there is room again', async () => {
    const { store } = await openFooled(roots);
    const stored: NewBlob[] = [];
    let failure: unknown;
    while (failure === undefined && stored.length < 1000) {
      await store.putSmall(randomId(), randomBytes(60_000)).then(
        (blob) => stored.push(blob),
        (error: unknown) => (failure = error),
      );
    }
    assert.equal((failure as { code: string }).code, 'no-space');
    assert.ok(stored.length > 200);
    for (const { location } of stored) assert.equal((await store.readSmall(location)).length, 60_000);

    const { packName, diskId } = stored[0]!.location;
    await store.removePack(diskId, packName!);
    await store.checkDisks();
    await store.putSmall(randomId(), randomBytes(60_000));
  });
});
