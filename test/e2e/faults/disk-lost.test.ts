import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { mountBind, mountTmpfs, unmount } from '../../support/mounts.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { Faulty } from './fixture.ts';

const LARGE = seededBytes('large', 300_000);
const IDENTITY_FILE = '.nosocial-disk.json';
const NOTICED_WITHIN = { timeoutMs: 20_000, everyMs: 100 };

describeOnDatabases('a disk that is lost', function (database) {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let scratch: Scratch;
  let faulty: Faulty;
  let disk: string;

  before(async () => {
    scratch = await Scratch.create('disk-lost');
    stack.defer(() => scratch.remove());
    disk = scratch.path('disk');
    stack.defer(() => unmount(disk));
    // The disk is a bind mount of a folder, so that it can be taken away and given back with everything on it.
    await mkdir(scratch.path('device'), { recursive: true });
    await mkdir(disk);
    await plugIn();
    faulty = await Faulty.open({ database, disks: [disk] });
    stack.defer(() => faulty.close());
    await faulty.dav.put('large', LARGE);
    await faulty.dav.put('small', 'small');
  });
  after(() => stack.disposeAsync());

  async function plugIn(): Promise<void> {
    await mountBind(scratch.path('device'), disk);
  }

  async function isUnavailable(name: string): Promise<true | undefined> {
    const { status, headers } = await faulty.dav.request('GET', name);
    assert.ok(status === 200 || status === 503, `GET ${name}: ${status}`);
    if (status === 503) assert.match(String(headers['retry-after']), /^\d+$/);
    return status === 503 ? true : undefined;
  }

  /** Everything of a disk that is down: its files are there, cannot be read, and nothing new is taken. */
  async function assertDown(inItsPlace: string[] = []): Promise<void> {
    await until('small is unavailable', () => isUnavailable('small'), NOTICED_WITHIN);
    await until('large is unavailable', () => isUnavailable('large'), NOTICED_WITHIN);
    const listed = await faulty.dav.list('', '<D:getcontentlength/><D:getetag/>');
    assert.equal(listed.get('large')?.properties.get('DAV: getcontentlength'), String(LARGE.length));
    assert.equal(listed.get('small')?.properties.get('DAV: getcontentlength'), '5');
    assert.equal((await faulty.dav.request('HEAD', 'nothing')).status, 404);
    for (const [name, body] of [
      ['small', 'new'],
      ['large', LARGE],
      ['new', 'new'],
    ] as const) {
      const { status } = await faulty.dav.request('PUT', name, { body });
      assert.ok(status === 503 || status === 507, `PUT ${name}: ${status}`);
    }
    const [state] = await faulty.disks();
    assert.equal(state?.state, 'down');
    assert.deepEqual(await readdir(disk), inItsPlace);
  }

  async function assertBack(): Promise<void> {
    const get = async () => ((await faulty.dav.request('GET', 'large')).status === 200 ? true : undefined);
    await until('large can be read again', get, NOTICED_WITHIN);
    assert.ok((await faulty.dav.get('large')).equals(LARGE));
    assert.equal((await faulty.dav.get('small')).toString(), 'small');
    const put = async () =>
      (await faulty.dav.request('PUT', 'after', { body: 'after' })).status < 300 ? true : undefined;
    await until('files are taken again', put, NOTICED_WITHIN);
    assert.equal((await faulty.dav.get('after')).toString(), 'after');
  }

  it('is down while it is unmounted, and back when it is mounted again', async () => {
    await runWell('umount', ['--lazy', disk]);
    await assertDown();
    await plugIn();
    await assertBack();
  });

  it('is down when its folder was renamed, and back when it is there again', async () => {
    await unmount(disk);
    await rmdir(disk);
    await rename(scratch.path('device'), disk);
    await assertBack();
    await rename(disk, scratch.path('device'));
    await until('large is unavailable', () => isUnavailable('large'), NOTICED_WITHIN);
    await rename(scratch.path('device'), disk);
    await assertBack();
    await rename(disk, scratch.path('device'));
    await mkdir(disk);
    await plugIn();
    await assertBack();
  });

  it('does not keep the server from starting, and nothing is written into the empty folder in its place', async () => {
    await faulty.server.end();
    await unmount(disk);
    await faulty.server.restart();
    await assertDown();
    await plugIn();
    await assertBack();
  });

  it('is not mixed up with another disk in its place', async () => {
    await faulty.server.end();
    await unmount(disk);
    await mountTmpfs(disk, 16);
    const identity = await readFile(scratch.path('device', IDENTITY_FILE), 'utf8');
    await writeFile(join(disk, IDENTITY_FILE), identity.replace(/[0-9a-f]{32}/, 'f'.repeat(32)));
    await faulty.server.restart();
    await assertDown([IDENTITY_FILE]);
    await unmount(disk);
    await plugIn();
    await assertBack();
  });

  it('leaves everything else to another disk', async () => {
    const { code, stderr } = await faulty.server.cli(['disk', 'add', scratch.path('second'), '--reserve', '0']);
    assert.equal(code, 0, stderr);
    await runWell('umount', ['--lazy', disk]);
    await until('large is unavailable', () => isUnavailable('large'), NOTICED_WITHIN);
    const put = async (name: string, body: Buffer) =>
      (await faulty.dav.request('PUT', name, { body })).status === 201 ? true : undefined;
    const little = Buffer.from('little');
    await until('large files go to the other disk', () => put('other-large', LARGE), NOTICED_WITHIN);
    await until('small files go to the other disk', () => put('other-small', little), NOTICED_WITHIN);
    assert.ok((await faulty.dav.get('other-large')).equals(LARGE));
    assert.ok((await faulty.dav.get('other-small')).equals(little));
    await faulty.dav.expect(503, 'GET', 'small');
    assert.ok((await faulty.dav.list('')).has('small'));
    assert.deepEqual(await readdir(disk), []);
    await plugIn();
    await assertBack();
  });
});
