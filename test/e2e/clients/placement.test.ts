import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { mountTmpfs, unmount } from '../../support/mounts.ts';
import { runWell, Scratch } from '../../support/processes.ts';
import { hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import type { DiskView } from '../../../src/app/requests.ts';
import { openFixture, type Fixture } from './fixture.ts';
import { rcloneEnv } from './rclone-client.ts';

const MEGABYTE = 1024 * 1024;

describe('two disks of different free space', function () {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let fixture: Fixture;
  let small: string;
  let large: string;

  before(async () => {
    const mounts = await Scratch.create('placement');
    stack.defer(() => mounts.remove());
    small = mounts.path('small');
    large = mounts.path('large');
    for (const [folder, sizeMiB] of [
      [small, 64],
      [large, 256],
    ] as const) {
      stack.defer(() => unmount(folder));
      await mountTmpfs(folder, sizeMiB);
    }
    fixture = await openFixture('placement', { disks: [small, large], env: { NOSOCIAL_DISK_RESERVE: '0' } });
    stack.defer(() => fixture.close());
  });
  after(() => stack.disposeAsync());

  async function diskAt(folder: string): Promise<DiskView> {
    const { stdout } = await fixture.server.cli(['disk', 'list', '--json']);
    const disk = (JSON.parse(stdout) as DiskView[]).find(({ path }) => path === folder);
    if (!disk) throw new Error(`no disk at ${folder}: ${stdout}`);
    return disk;
  }

  /** Bytes of what is stored, as the file system has it. */
  async function storedBytes(disk: string): Promise<number> {
    let total = 0;
    for (const folder of ['blobs', 'packs']) {
      for (const entry of await readdir(join(disk, folder), { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) total += (await stat(join(entry.parentPath, entry.name))).size;
      }
    }
    return total;
  }

  it('receive what rclone copies in on the emptier one', async () => {
    const local = fixture.scratch.path('local');
    const hashes = await writeSampleTree(local, { many: 50 });
    const env = await rcloneEnv(fixture.scratch, fixture.server.davUrl);
    await runWell('rclone', ['copy', '--create-empty-src-dirs', local, 'drive:tree'], { env });
    assert.deepEqual(await hashRemote(fixture.dav, 'tree'), hashes);
    // An empty file has no bytes to store.
    const files = [...hashes].filter(([path, hash]) => hash !== 'collection' && path !== 'empty');
    assert.equal((await diskAt(large)).blobCount, files.length);
    assert.equal((await diskAt(small)).blobCount, 0);
    assert.ok((await storedBytes(large)) > 5 * MEGABYTE);
    assert.ok((await storedBytes(small)) < 1024);
  });

  it('share large uploads at the same time when the emptier one gets as full as the other', async () => {
    const content = seededBytes('parallel', 20 * MEGABYTE);
    const uploads = Array.from({ length: 11 }, (_, index) => fixture.dav.put(`parallel-${index}`, content));
    await Promise.all(uploads);
    const [onSmall, onLarge] = [await storedBytes(small), await storedBytes(large)];
    assert.ok(onSmall >= content.length, `${onSmall} bytes on the small disk`);
    assert.ok(onLarge >= 8 * content.length, `${onLarge} bytes on the large disk`);
    const [smallDisk, largeDisk] = [await diskAt(small), await diskAt(large)];
    assert.equal(smallDisk.blobBytes + largeDisk.blobBytes >= 11 * content.length, true);
    for (let index = 0; index < uploads.length; index++) {
      assert.ok((await fixture.dav.get(`parallel-${index}`)).equals(content), `parallel-${index}`);
    }
  });
});
