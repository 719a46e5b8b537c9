import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { seededBytes, sha256 } from '../../support/content.ts';
import { runWell, type RunOptions } from '../../support/processes.ts';
import { hashFolder, hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import { describeClient, isNight } from './fixture.ts';
import { RCLONE, rcloneEnv } from './rclone-client.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

describeRoundTrip(RCLONE);

describeClient('rclone', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let env: NodeJS.ProcessEnv;
  let local: string;
  const rclone = (args: string[], input?: RunOptions['input']) =>
    runWell('rclone', args, { env, timeoutMs: 280_000, ...(input !== undefined && { input }) });

  before(async () => {
    guest = await visit(database, 'rclone-user');
    stack.defer(() => guest.close());
    env = await rcloneEnv(guest.scratch, guest.davUrl, guest.account);
    local = guest.scratch.path('local');
    await writeSampleTree(local, { many: isNight ? 2000 : 50 });
  });
  after(() => stack.disposeAsync());

  it('copies a tree in, with every name', async () => {
    await rclone(['copy', '--create-empty-src-dirs', '--transfers', '8', local, 'drive:tree']);
    assert.deepEqual(await hashRemote(guest.dav, 'tree'), await hashFolder(local));
  });

  it('finds nothing to tell apart when it downloads everything again', async () => {
    const report = guest.scratch.path('differences');
    await rclone(['check', '--download', '--combined', report, local, 'drive:tree']);
    const lines = (await readFile(report, 'utf8')).split('\n').filter(Boolean);
    const files = [...(await hashFolder(local))].filter(([, hash]) => hash !== 'collection');
    assert.equal(lines.length, files.length);
    assert.ok(lines.every((line) => line.startsWith('= ')));
    await rclone(['copy', 'drive:tree', guest.scratch.path('back')]);
    const back = [...(await hashFolder(guest.scratch.path('back')))].filter(([, hash]) => hash !== 'collection');
    assert.deepEqual(back, files);
  });

  it('syncs what was changed, added and removed', async () => {
    await appendFile(`${local}/many/7.txt`, ' and more');
    await writeFile(`${local}/added.bin`, seededBytes('added', 200_000));
    await rm(`${local}/level 1`, { recursive: true });
    await rclone(['sync', '--create-empty-src-dirs', local, 'drive:tree']);
    assert.deepEqual(await hashRemote(guest.dav, 'tree'), await hashFolder(local));
  });

  it('syncs back, and keeps what it removes in a folder of its own', async () => {
    const copy = guest.scratch.path('copy');
    await rclone(['sync', '--create-empty-src-dirs', 'drive:tree', copy]);
    assert.deepEqual(await hashFolder(copy), await hashFolder(local));
    await rm(`${copy}/added.bin`);
    await writeFile(`${copy}/empty`, 'no more');
    await rclone(['sync', '--backup-dir', 'drive:removed', copy, 'drive:tree']);
    assert.deepEqual([...(await guest.dav.list('removed')).keys()].sort(), ['added.bin', 'empty']);
    assert.deepEqual(await hashRemote(guest.dav, 'tree'), await hashFolder(copy));
  });

  it('stores what it reads from a pipe, and reads a part', async () => {
    const content = seededBytes('rcat', 1_500_000);
    await rclone(['rcat', 'drive:from/a pipe.bin'], content);
    assert.equal(sha256(await guest.dav.get('from/a pipe.bin')), sha256(content));
    await guest.dav.put('from/numbers.txt', '0123456789');
    assert.equal(await rclone(['cat', '--offset', '3', '--count', '4', 'drive:from/numbers.txt']), '3456');
    await guest.dav.expect(204, 'DELETE', 'from/numbers.txt');
  });

  it('downloads a large file in several parts at once', async () => {
    const content = seededBytes('parts', 20_000_000);
    await guest.dav.put('parts.bin', content);
    const parts = ['--multi-thread-cutoff', '1M', '--multi-thread-streams', '4'];
    await rclone(['copy', ...parts, 'drive:parts.bin', guest.scratch.path('parts')]);
    assert.ok((await readFile(guest.scratch.path('parts/parts.bin'))).equals(content));
  });

  it('keeps the times of files when it is told that the server is an ownCloud', async () => {
    const folder = guest.scratch.path('dated');
    await mkdir(folder);
    await writeFile(`${folder}/old.txt`, 'from another time');
    const then = new Date('2001-02-03T04:05:06Z');
    await utimes(`${folder}/old.txt`, then, then);
    const dated = { env: { ...env, RCLONE_CONFIG_DRIVE_VENDOR: 'owncloud' } };
    await runWell('rclone', ['copy', folder, 'drive:dated'], dated);
    const listed = await runWell('rclone', ['lsjson', 'drive:dated'], dated);
    const [entry] = JSON.parse(listed) as { ModTime: string }[];
    assert.equal(new Date(entry!.ModTime).getTime(), then.getTime());
    const { headers } = await guest.dav.request('HEAD', 'dated/old.txt');
    assert.equal(new Date(headers['last-modified']!).getTime(), then.getTime());
  });

  it('set up as the connect page says, copies a change that leaves the size as it was', async () => {
    const page = await (await fetch(new URL('/connect', guest.davUrl))).text();
    const recipe = /rclone config create [^<]*/.exec(page)?.[0].replaceAll('&#39;', "'") ?? '';
    const setUp = recipe.replace('NAME', guest.account.name).replace('PASSWORD', `'${guest.account.password}'`);
    const own = { env: { ...guest.scratch.env, RCLONE_CONFIG: guest.scratch.path('recipe.conf') } };
    await runWell('sh', ['-c', setUp], own);
    const folder = guest.scratch.path('recipe');
    await mkdir(folder);
    for (const [text, day] of [
      ['before', '2001-02-03'],
      ['after!', '2001-02-04'],
    ] as const) {
      await writeFile(`${folder}/same size.txt`, text);
      await utimes(`${folder}/same size.txt`, new Date(day), new Date(day));
      await runWell('rclone', ['copy', folder, 'cloud:recipe'], own);
    }
    assert.deepEqual(await hashRemote(guest.dav, 'recipe'), await hashFolder(folder));
  });

  it('shows used and free bytes', async () => {
    const about = JSON.parse(await rclone(['about', '--json', 'drive:'])) as { used?: number; free?: number };
    assert.ok(about.used! >= 6_500_000, `used: ${about.used}`);
    assert.ok(about.free! > 0, `free: ${about.free}`);
  });

  it('renames files and folders, copies on the server, and deletes', async () => {
    const { dav } = guest;
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

  if (isNight) {
    it('syncs both ways', async () => {
      const here = guest.scratch.path('here');
      await mkdir(here);
      await writeFile(`${here}/from here.txt`, 'from here');
      await guest.dav.makeCollection('both');
      await guest.dav.put('both/from there.txt', 'from there');
      // Times tell it what changed; it has them from servers of that kind only.
      const both = { env: { ...env, RCLONE_CONFIG_DRIVE_VENDOR: 'owncloud' } };
      await runWell('rclone', ['bisync', '--resync', here, 'drive:both'], both);
      assert.deepEqual(await hashRemote(guest.dav, 'both'), await hashFolder(here));
      await writeFile(`${here}/another.txt`, 'another from here');
      await guest.dav.put('both/third.txt', 'a third from there');
      await runWell('rclone', ['bisync', here, 'drive:both'], both);
      assert.equal((await hashFolder(here)).size, 4);
      assert.deepEqual(await hashRemote(guest.dav, 'both'), await hashFolder(here));
    });
  }
});
