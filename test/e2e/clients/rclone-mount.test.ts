import assert from 'node:assert/strict';
import {
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  statfs,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes, sha256 } from '../../support/content.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { describeClient } from './fixture.ts';
import { RCLONE_MOUNT, RcloneMount } from './rclone-mount.ts';
import { rcloneEnv } from './rclone-client.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

describeRoundTrip(RCLONE_MOUNT);

for (const cacheMode of ['writes', 'full'] as const) {
  describeClient(`rclone mount --vfs-cache-mode ${cacheMode}`, (database) => {
    const stack = new AsyncDisposableStack();
    let guest: Visit;
    let scratch: Scratch;
    let drive: string;

    before(async () => {
      guest = await visit(database, `mount-${cacheMode}`, { quota: '2GB' });
      stack.defer(() => guest.close());
      scratch = await Scratch.create('mount');
      stack.defer(() => scratch.remove());
      const mount = await RcloneMount.open({ ...guest, scratch }, cacheMode);
      stack.defer(() => mount.close());
      drive = mount.drive;
    });
    after(() => stack.disposeAsync());

    /** A program that closed a file goes on before rclone has uploaded it. */
    async function comesToHold(path: string, text: string): Promise<void> {
      const holds = async () => {
        const { status, body } = await guest.dav.request('GET', path);
        return (status === 200 && body.toString() === text) || undefined;
      };
      await until(`${path} on the server with: ${text}`, holds, { timeoutMs: 60_000 });
    }

    it('saves as editors do: to another name, which then takes the place of the file', async () => {
      await mkdir(join(drive, 'letters'));
      const file = join(drive, 'letters/to all.txt');
      await writeFile(file, 'first draft');
      for (const version of ['second draft', 'third, longer draft']) {
        const temporary = await open(`${file}.tmp`, 'w');
        await temporary.writeFile(version);
        await temporary.sync();
        await temporary.close();
        await rename(`${file}.tmp`, file);
        assert.equal(await readFile(file, 'utf8'), version);
        await comesToHold('letters/to all.txt', version);
      }
      await rename(file, `${file}~`);
      await writeFile(file, 'fourth');
      await rm(`${file}~`);
      await comesToHold('letters/to all.txt', 'fourth');
      assert.deepEqual([...(await guest.dav.list('letters')).keys()], ['to all.txt']);
    });

    it('appends, writes into the middle, and cuts off', async () => {
      const file = join(drive, 'changed.txt');
      await writeFile(file, 'first\n');
      await appendFile(file, 'second\n');
      await appendFile(file, 'third\n');
      await comesToHold('changed.txt', 'first\nsecond\nthird\n');
      const handle = await open(file, 'r+');
      await handle.write('SECOND', 6);
      await handle.close();
      await comesToHold('changed.txt', 'first\nSECOND\nthird\n');
      await truncate(file, 6);
      await comesToHold('changed.txt', 'first\n');
    });

    it('renames folders with all in them, and keeps one that is not empty', async () => {
      await mkdir(join(drive, 'a folder/inside'), { recursive: true });
      await writeFile(join(drive, 'a folder/inside/file.txt'), 'content');
      await rename(join(drive, 'a folder'), join(drive, 'another #1'));
      await comesToHold('another #1/inside/file.txt', 'content');
      await assert.rejects(rmdir(join(drive, 'another #1')));
      await rm(join(drive, 'another #1'), { recursive: true });
      assert.ok(!(await guest.dav.list('')).has('another #1'));
    });

    it('copies a large file in and out', async () => {
      const content = seededBytes('large', 64 * 1024 * 1024);
      const local = scratch.path('large.bin');
      await writeFile(local, content);
      await runWell('cp', [local, join(drive, 'large.bin')]);
      const isWhole = async () => (await guest.dav.list('')).has('large.bin') || undefined;
      await until('large.bin on the server', isWhole, { timeoutMs: 60_000 });
      assert.equal(sha256(await guest.dav.get('large.bin')), sha256(content));
      await runWell('cmp', [local, join(drive, 'large.bin')]);
    });

    it('sees at once what another client changed', async () => {
      await guest.dav.put('shared.txt', 'one');
      assert.equal(await readFile(join(drive, 'shared.txt'), 'utf8'), 'one');
      await guest.dav.put('shared.txt', 'two, longer');
      assert.equal(await readFile(join(drive, 'shared.txt'), 'utf8'), 'two, longer');
      await guest.dav.expect(204, 'DELETE', 'shared.txt');
      assert.ok(!(await readdir(drive)).includes('shared.txt'));
    });

    it('has the size and the free space of the quota, as rclone about says', async () => {
      const env = await rcloneEnv(scratch, guest.davUrl, guest.account);
      const about = JSON.parse(await runWell('rclone', ['about', '--json', 'drive:'], { env })) as Record<
        string,
        number
      >;
      const { blocks, bavail, bsize } = await statfs(drive);
      const quota = 2e9;
      assert.ok(Math.abs(about['used']! + about['free']! - quota) < bsize, JSON.stringify(about));
      assert.ok(Math.abs(blocks * bsize - quota) <= bsize, `${blocks} blocks of ${bsize}`);
      assert.ok(Math.abs(bavail * bsize - about['free']!) <= bsize, `${bavail} blocks are free`);
    });
  });
}
