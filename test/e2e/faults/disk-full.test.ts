import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { inPieces } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { fillUp, mountTmpfs, unmount } from '../../support/mounts.ts';
import { Scratch, until } from '../../support/processes.ts';
import { Faulty } from './fixture.ts';

const MEGABYTE = 1024 * 1024;
const OLD = seededBytes('old', 2 * MEGABYTE);

describeOnDatabases('a full disk', function (database) {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let scratch: Scratch;
  let faulty: Faulty;
  let disk: string;

  before(async () => {
    scratch = await Scratch.create('disk-full');
    stack.defer(() => scratch.remove());
    disk = scratch.path('small');
    for (const folder of [disk, scratch.path('second')]) stack.defer(() => unmount(folder));
    await mountTmpfs(disk, 16);
    faulty = await Faulty.open({ database, disks: [disk], env: { NOSOCIAL_DISK_RESERVE: '0' } });
    stack.defer(() => faulty.closeChecked());
    await faulty.dav.put('kept', OLD);
    await faulty.dav.put('small', 'small and old');
  });
  after(() => stack.disposeAsync());

  async function assertRefused(name: string, body: Buffer | AsyncGenerator<Buffer>): Promise<void> {
    const answer = await faulty.dav.expect(507, 'PUT', name, { body });
    assert.match(answer.body.toString(), /sufficient-disk-space/);
    await faulty.nothingUnderWay(disk);
    assert.ok((await faulty.dav.get('kept')).equals(OLD));
  }

  it('refuses what it has no room for before it is sent, and keeps the old content', async () => {
    await assertRefused('kept', seededBytes('too large', 20 * MEGABYTE));
  });

  it('refuses what turns out to be too large, and keeps the old content', async () => {
    await assertRefused('kept', inPieces(seededBytes('too large', 20 * MEGABYTE), 65_536));
  });

  it('refuses large and small files when another program filled it, and takes them again afterwards', async () => {
    await fillUp(disk);
    await assertRefused('kept', seededBytes('new', MEGABYTE));
    await assertRefused('small', seededBytes('new', 30_000));
    assert.equal((await faulty.dav.get('small')).toString(), 'small and old');
    await rm(join(disk, 'filler'));
    const put = async () =>
      (await faulty.dav.request('PUT', 'small', { body: 'small and new' })).status === 204 ? true : undefined;
    await until('it takes files again', put, { timeoutMs: 20_000 });
    assert.equal((await faulty.dav.get('small')).toString(), 'small and new');
  });

  it('keeps every small file that it acknowledged while it ran full', async () => {
    await writeFile(join(disk, 'filler'), Buffer.alloc(11 * MEGABYTE));
    const content = (name: string) => seededBytes(name, 40_000);
    const stored: string[] = [];
    const store = async (writer: number) => {
      for (let count = 0; count < 40; count++) {
        const name = `filling-${writer}-${count}`;
        const { status } = await faulty.dav.request('PUT', name, { body: content(name) });
        if (status === 507) return;
        assert.equal(status, 201);
        stored.push(name);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => store(writer)));
    assert.ok(stored.length < 320, 'the disk did not get full');
    assert.ok(stored.length > 10, `only ${stored.length} files were stored`);
    for (const name of stored) assert.ok((await faulty.dav.get(name)).equals(content(name)), name);
  });

  it('still lets files be deleted and renamed', async () => {
    await faulty.dav.expect(204, 'DELETE', 'small');
    await faulty.dav.expect(201, 'MOVE', 'kept', { headers: { destination: faulty.dav.urlOf('moved') } });
    assert.ok((await faulty.dav.get('moved')).equals(OLD));
  });

  it('leaves uploads to a second disk', async () => {
    const second = scratch.path('second');
    await mountTmpfs(second, 64);
    const { code, stderr } = await faulty.server.cli(['disk', 'add', second, '--name', 'second', '--reserve', '0']);
    assert.equal(code, 0, stderr);
    const large = seededBytes('large', 20 * MEGABYTE);
    await faulty.dav.put('large', large);
    await faulty.dav.put('little', 'little');
    assert.ok((await faulty.dav.get('large')).equals(large));
    const blobs = (await faulty.disks()).find(({ name }) => name === 'second')?.blobCount;
    assert.equal(blobs, 2);
  });
});
