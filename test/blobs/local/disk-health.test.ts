import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskState } from '../../../src/core/ports/blob-store.ts';
import { IDENTITY_FILE, LOCK_FILE } from '../../../src/blobs/local/layout.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { collect, inPieces, putLarge } from '../../conformance/blob-store.ts';
import { openTestStore, type TestStore } from './local-store.ts';

const MIB = 1024 * 1024;

describe('a local disk that comes and goes', () => {
  let test: TestStore;
  let root: string;

  beforeEach(async () => {
    test = await openTestStore();
    root = test.roots[0]!;
  });
  afterEach(() => test.dispose());

  const state = (): DiskState => test.store.listDisks()[0]!;

  /** As if the disk were unmounted: what remains is an empty folder. */
  async function unplug(): Promise<void> {
    await rename(root, `${root}.away`);
    await mkdir(root);
  }

  async function plugIn(): Promise<void> {
    await rm(root, { recursive: true });
    await rename(`${root}.away`, root);
  }

  it('is unavailable while it is away, and never not there', async () => {
    const small = await test.store.putSmall(randomId(), randomBytes(100));
    const large = await putLarge(test.store, randomBytes(MIB));
    await unplug();
    await test.store.checkDisks();
    assert.equal(state().state, 'down');
    assert.match(state().problem ?? '', /identity file is missing/);
    assert.throws(() => test.store.allocate(1), { code: 'unavailable' });
    for (const attempt of [
      test.store.readSmall(small.location),
      collect(test.store.read(large.location)),
      test.store.putSmall(randomId(), randomBytes(10)),
      test.store.remove(large.location),
      test.store.removePack(1, small.location.packName!),
      test.store.trimPack(1, small.location.packName!, 0),
    ]) {
      await assert.rejects(attempt, { code: 'unavailable', details: { retryAfterSeconds: 10 } });
    }

    await plugIn();
    await test.store.checkDisks();
    assert.equal(state().state, 'up');
    assert.equal(state().problem, undefined);
    assert.equal((await test.store.readSmall(small.location)).length, 100);
    assert.equal((await collect(test.store.read(large.location))).length, MIB);
    const later = await test.store.putSmall(randomId(), randomBytes(10));
    assert.notEqual(later.location.packId, small.location.packId);
  });

  it('is found out by whoever first finds something missing', async () => {
    const { location } = await putLarge(test.store, randomBytes(MIB));
    await unplug();
    await assert.rejects(collect(test.store.read(location)), { code: 'unavailable' });
    assert.equal(state().state, 'down');
    await plugIn();
  });

  it('is found out by a removal, which therefore is not done', async () => {
    const { location } = await putLarge(test.store, randomBytes(MIB));
    await unplug();
    await assert.rejects(test.store.remove(location), { code: 'unavailable' });
    await plugIn();
    await test.store.checkDisks();
    assert.equal((await collect(test.store.read(location))).length, MIB);
  });

  it('gets nothing written into the empty folder in its place', async () => {
    await test.store.putSmall(randomId(), randomBytes(10));
    await test.store.unmountDisk(1);
    await test.store.mountDisk(test.disks[0]!);
    await unplug();
    await assert.rejects(putLarge(test.store, randomBytes(MIB)), { code: 'unavailable' });
    await assert.rejects(test.store.putSmall(randomId(), randomBytes(10)), { code: 'unavailable' });
    assert.deepEqual(await readdir(root), []);
    await plugIn();
  });

  it('fails an upload that is under way when it goes, and leaves nothing when it comes back', async () => {
    const allocation = test.store.allocate(3 * MIB);
    const source = (async function* () {
      yield* inPieces(randomBytes(3 * MIB), 65_536);
      await unplug();
    })();
    const put = test.store.put(randomId(), source, { allocation, signal: new AbortController().signal });
    await assert.rejects(put, { code: 'unavailable' });
    allocation.release();
    await plugIn();
    await test.store.checkDisks();
    assert.deepEqual(await readdir(join(root, 'tmp')), []);
    assert.deepEqual(await readdir(join(root, 'blobs')), []);
  });

  it('is down while another disk is in its place', async () => {
    await rename(root, `${root}.away`);
    const other = await test.store.initialiseDisk(root);
    assert.notEqual(other.identity, test.disks[0]!.identity);
    await test.store.checkDisks();
    assert.match(state().problem ?? '', /another disk/);
    await plugIn();
  });

  it('is down while one of its folders leads elsewhere', async () => {
    await rename(join(root, 'blobs'), join(root, 'elsewhere'));
    await symlink('elsewhere', join(root, 'blobs'));
    await test.store.checkDisks();
    assert.equal(state().state, 'down');
  });

  it('is down while it does not answer', async () => {
    await test.dispose();
    test = await openTestStore({ timeoutMs: 500 });
    root = test.roots[0]!;
    const path = join(root, IDENTITY_FILE);
    const text = await readFile(path);
    await rename(path, `${path}.away`);
    // Opening a pipe that nobody writes to lasts as long as a call on a dead disk.
    execFileSync('mkfifo', [path]);
    await test.store.checkDisks();
    assert.equal(state().problem, 'it does not answer');
    await writeFile(path, text);
    await rename(`${path}.away`, path);
    await test.store.checkDisks();
    assert.equal(state().state, 'up');
  });

  it('is down while another process uses it', async () => {
    await test.store.unmountDisk(1);
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(other.stdout, 'data');
      const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      const status = await readFile(`/proc/${other.pid}/stat`, 'utf8');
      const startTicks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
      await writeFile(join(root, LOCK_FILE), JSON.stringify({ pid: other.pid, bootId, startTicks }));
      await test.store.mountDisk(test.disks[0]!);
      assert.equal(state().state, 'down');
      assert.equal(state().problem, `in use by process ${other.pid}`);
    } finally {
      other.kill('SIGKILL');
      await once(other, 'close');
    }
    await test.store.checkDisks();
    assert.equal(state().state, 'up');
  });

  const stale: [what: string, lock: string][] = [
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, bootId: '', startTicks: '1' })],
    ['of a process before the last boot', JSON.stringify({ pid: process.ppid, bootId: 'x', startTicks: '1' })],
    ['that cannot be read', '{'],
  ];
  for (const [what, lock] of stale) {
    it(`takes over a lock ${what}`, async () => {
      await test.store.unmountDisk(1);
      await assert.rejects(readFile(join(root, LOCK_FILE)), { code: 'ENOENT' });
      await writeFile(join(root, LOCK_FILE), lock);
      await test.store.mountDisk(test.disks[0]!);
      assert.equal(state().state, 'up');
    });
  }

  it('clears what uploads left behind before a crash, and nothing of those under way', async () => {
    await test.store.unmountDisk(1);
    await writeFile(join(root, 'tmp', randomId()), 'left behind');
    await test.store.mountDisk(test.disks[0]!);
    assert.deepEqual(await readdir(join(root, 'tmp')), []);

    const allocation = test.store.allocate(MIB);
    const content = randomBytes(3 * MIB);
    const source = (async function* () {
      yield content.subarray(0, MIB);
      await rename(join(root, IDENTITY_FILE), join(root, 'away'));
      await test.store.checkDisks();
      await rename(join(root, 'away'), join(root, IDENTITY_FILE));
      await test.store.checkDisks();
      yield content.subarray(MIB);
    })();
    const blob = await test.store.put(randomId(), source, { allocation, signal: new AbortController().signal });
    allocation.release();
    assert.ok((await collect(test.store.read(blob.location))).equals(content));
  });

  it('is mounted once', async () => {
    await assert.rejects(test.store.mountDisk(test.disks[0]!), { code: 'refused' });
    await assert.rejects(test.store.mountDisk({ ...test.disks[0]!, id: 2 }), { code: 'refused' });
  });

  it('waits for uploads under way when it is unmounted', async () => {
    const allocation = test.store.allocate(MIB);
    const { promise: gate, resolve } = Promise.withResolvers<void>();
    const source = (async function* () {
      yield randomBytes(MIB);
      await gate;
      yield randomBytes(10);
    })();
    const put = test.store.put(randomId(), source, { allocation, signal: new AbortController().signal });
    const unmounted = test.store.unmountDisk(1);
    assert.throws(() => test.store.allocate(1), { code: 'unavailable' });
    resolve();
    assert.equal((await put).sizeBytes, MIB + 10);
    allocation.release();
    await unmounted;
    assert.deepEqual(test.store.listDisks(), []);
  });
});

describe('a folder that is to be a disk', () => {
  let test: TestStore;
  let folder: string;

  beforeEach(async () => {
    test = await openTestStore({ diskCount: 0 });
    folder = test.base;
  });
  afterEach(() => test.dispose());

  it('is made when it is missing, for nobody else to read', async () => {
    const path = join(folder, 'new', 'disk');
    const { identity } = await test.store.initialiseDisk(path);
    assert.match(identity, /^[0-9a-f]{32}$/);
    assert.deepEqual((await readdir(path)).sort(), [IDENTITY_FILE, 'blobs', 'packs', 'tmp']);
    for (const name of ['.', 'blobs', 'packs', 'tmp', IDENTITY_FILE]) {
      assert.equal((await stat(join(path, name))).mode & 0o077, 0, name);
    }
    assert.deepEqual(await test.store.initialiseDisk(path), { identity, holdsContent: false });
  });

  it('may hold what a file system or an interrupted attempt left there', async () => {
    await mkdir(join(folder, 'lost+found'));
    await writeFile(join(folder, `${IDENTITY_FILE}.new`), '{');
    await test.store.initialiseDisk(folder);
  });

  it('may hold nothing else', async () => {
    await writeFile(join(folder, 'thesis.odt'), '…');
    await assert.rejects(test.store.initialiseDisk(folder), { code: 'refused', message: /thesis\.odt/ });
    assert.deepEqual(await readdir(folder), ['thesis.odt']);
  });

  for (const text of ['', '{}', '{"identity":"","format":1}', '{"identity":"x","format":2}']) {
    it(`may not have an identity file that says "${text}"`, async () => {
      await writeFile(join(folder, IDENTITY_FILE), text);
      await assert.rejects(test.store.initialiseDisk(folder), { code: 'refused' });
    });
  }

  it('is a folder', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(test.store.initialiseDisk(join(folder, 'file')), { code: 'refused' });
    await assert.rejects(test.store.initialiseDisk(join(folder, 'file', 'below')), { code: 'refused' });
  });
});
