import assert from 'node:assert/strict';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { seededBytes, sha256 } from '../../support/content.ts';
import { runWell, type RunOptions } from '../../support/processes.ts';
import { hashFolder, hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import { openFixture, type Fixture } from './fixture.ts';
import { rcloneEnv } from './rclone-client.ts';

describe('rclone', function () {
  this.timeout(90_000);
  let fixture: Fixture;
  let env: NodeJS.ProcessEnv;
  let local: string;
  const rclone = (args: string[], input?: RunOptions['input']) =>
    runWell('rclone', args, { env, ...(input !== undefined && { input }) });

  before(async () => {
    fixture = await openFixture('rclone');
    env = await rcloneEnv(fixture.scratch, fixture.server.davUrl);
    local = fixture.scratch.path('local');
    await writeSampleTree(local);
  });
  after(() => fixture.close());

  it('copies a tree in, with every name', async () => {
    await rclone(['copy', '--create-empty-src-dirs', '--transfers', '8', local, 'drive:tree']);
    assert.deepEqual(await hashRemote(fixture.dav, 'tree'), await hashFolder(local));
  });

  it('finds nothing to tell apart when it downloads everything again', async () => {
    const report = fixture.scratch.path('differences');
    await rclone(['check', '--download', '--combined', report, local, 'drive:tree']);
    await rclone(['copy', 'drive:tree', fixture.scratch.path('back')]);
    const files = [...(await hashFolder(local))].filter(([, hash]) => hash !== 'collection');
    const back = [...(await hashFolder(fixture.scratch.path('back')))].filter(([, hash]) => hash !== 'collection');
    assert.deepEqual(back, files);
  });

  it('syncs what was changed, added and removed', async () => {
    await appendFile(`${local}/many/7.txt`, ' and more');
    await writeFile(`${local}/added.bin`, seededBytes('added', 200_000));
    await rm(`${local}/level 1`, { recursive: true });
    await rclone(['sync', '--create-empty-src-dirs', local, 'drive:tree']);
    assert.deepEqual(await hashRemote(fixture.dav, 'tree'), await hashFolder(local));
  });

  it('stores what it reads from a pipe', async () => {
    const content = seededBytes('rcat', 1_500_000);
    await rclone(['rcat', 'drive:from/a pipe.bin'], content);
    assert.equal(sha256(await fixture.dav.get('from/a pipe.bin')), sha256(content));
  });

  it('shows used and free bytes', async () => {
    const about = JSON.parse(await rclone(['about', '--json', 'drive:'])) as { used?: number; free?: number };
    assert.ok(about.used! >= 6_500_000, `used: ${about.used}`);
    assert.ok(about.free! > 0, `free: ${about.free}`);
  });

  it('renames files and folders, copies on the server, and deletes', async () => {
    const { dav } = fixture;
    const tree = await hashRemote(dav, 'tree');
    await rclone(['moveto', 'drive:tree', 'drive:renamed tree']);
    assert.deepEqual(await hashRemote(dav, 'renamed tree'), tree);
    await rclone(['moveto', 'drive:from/a pipe.bin', 'drive:from/renamed #1.bin']);
    await rclone(['copyto', 'drive:from/renamed #1.bin', 'drive:from/copy.bin']);
    assert.deepEqual([...(await dav.list('from')).keys()].sort(), ['copy.bin', 'renamed #1.bin']);
    await rclone(['deletefile', 'drive:from/copy.bin']);
    assert.deepEqual([...(await dav.list('from')).keys()], ['renamed #1.bin']);
    await rclone(['purge', 'drive:renamed tree']);
    assert.ok(!(await dav.list('')).has('renamed tree'));
  });
});
