import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../support/content.ts';
import { isMounted, unmount } from '../../support/mounts.ts';
import { runWell } from '../../support/processes.ts';
import {
  DIFFICULT_NAMES,
  hashFolder,
  hashRemote,
  writeSampleTree,
  type TreeHashes,
} from '../../support/sample-tree.ts';
import { ACCOUNT, openFixture, type Fixture } from './fixture.ts';

// davfs2 1.6 keeps each file in its cache under a longer name, which the local file system must still take.
const NAMES = DIFFICULT_NAMES.filter((name) => Buffer.byteLength(name) <= 240);

describe('davfs2', function () {
  this.timeout(90_000);
  const stack = new AsyncDisposableStack();
  let fixture: Fixture;
  let drive: string;
  let expected: TreeHashes;

  before(async () => {
    fixture = await openFixture('davfs2');
    stack.defer(() => fixture.close());
    drive = fixture.scratch.path('drive');
    stack.defer(() => unmount(drive));
    await mkdir(drive);
    await writeConfiguration();
    await mount();
  });
  after(() => stack.disposeAsync());

  async function writeConfiguration(): Promise<void> {
    const { scratch, server } = fixture;
    const group = Number((await runWell('getent', ['group', 'davfs2'])).split(':')[2]);
    await mkdir(scratch.path('cache'));
    await chown(scratch.path('cache'), 0, group);
    await chmod(scratch.path('cache'), 0o1775);
    await chmod(scratch.folder, 0o755);
    const secret = `${server.davUrl} ${ACCOUNT.name} "${ACCOUNT.password}"\n`;
    await writeFile(scratch.path('secrets'), secret, { mode: 0o600 });
    const settings = {
      secrets: scratch.path('secrets'),
      cache_dir: scratch.path('cache'),
      ask_auth: '0',
      delay_upload: '0',
      use_locks: '1',
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} ${value}\n`);
    await writeFile(scratch.path('davfs2.conf'), lines.join(''));
  }

  async function mount(): Promise<void> {
    const { scratch, server } = fixture;
    await runWell('mount.davfs', ['-o', `conf=${scratch.path('davfs2.conf')}`, server.davUrl, drive], {
      env: scratch.env,
    });
    assert.ok(await isMounted(drive));
  }

  /** Unmounting waits until everything is uploaded; the cache goes, too, so that all is read from the server. */
  async function remount(): Promise<void> {
    await runWell('umount', [drive]);
    await rm(fixture.scratch.path('cache'), { recursive: true });
    await writeConfiguration();
    await mount();
  }

  /** Each path is looked up by its name: readdir of the mount fails on some kernels. */
  async function assertDriveHolds(folder: string): Promise<void> {
    for (const [path, hash] of expected) {
      const place = join(drive, folder, path);
      if (hash === 'collection') assert.ok((await stat(place)).isDirectory(), path);
      else assert.equal(sha256(await readFile(place)), hash, path);
    }
  }

  it('takes a tree with every name, and gives it back after a remount', async () => {
    const local = fixture.scratch.path('local');
    expected = await writeSampleTree(local, { names: [...NAMES, 'n'.repeat(240)], many: 100 });
    await cp(local, join(drive, 'tree'), { recursive: true });
    await assertDriveHolds('tree');
    await remount();
    await assertDriveHolds('tree');
    assert.deepEqual(await hashRemote(fixture.dav, 'tree'), expected);
  });

  it('loses nothing that is appended straight after a save', async () => {
    await writeFile(join(drive, 'log.txt'), 'first\n');
    await appendFile(join(drive, 'log.txt'), 'second\n');
    await appendFile(join(drive, 'log.txt'), 'third\n');
    await remount();
    assert.equal(await readFile(join(drive, 'log.txt'), 'utf8'), 'first\nsecond\nthird\n');
    assert.equal((await fixture.dav.get('log.txt')).toString(), 'first\nsecond\nthird\n');
  });

  it('renames files and folders, and removes files', async () => {
    await rename(join(drive, 'tree/large.bin'), join(drive, 'tree/names/renamed #1.bin'));
    await rename(join(drive, 'tree/many'), join(drive, 'tree/few'));
    await rm(join(drive, 'tree/empty'));
    await rename(join(drive, 'tree'), join(drive, 'wood'));
    await remount();
    assert.equal(existsSync(join(drive, 'tree')), false);
    const local = fixture.scratch.path('local');
    await rename(join(local, 'large.bin'), join(local, 'names/renamed #1.bin'));
    await rename(join(local, 'many'), join(local, 'few'));
    await rm(join(local, 'empty'));
    expected = await hashFolder(local);
    assert.deepEqual(await hashRemote(fixture.dav, 'wood'), expected);
    await assertDriveHolds('wood');
  });
});
