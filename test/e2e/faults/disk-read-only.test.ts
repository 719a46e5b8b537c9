import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { mountBind, setReadOnly, unmount } from '../../support/mounts.ts';
import { Scratch, until } from '../../support/processes.ts';
import { Faulty } from './fixture.ts';

const LARGE = seededBytes('large', 300_000);
const SMALL = Buffer.from('small');
const NOTICED_WITHIN = { timeoutMs: 20_000, everyMs: 100 };

describeOnDatabases('a disk that became read-only', function (database) {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let scratch: Scratch;
  let faulty: Faulty;
  let disk: string;

  before(async () => {
    scratch = await Scratch.create('disk-read-only');
    stack.defer(() => scratch.remove());
    disk = scratch.path('disk');
    stack.defer(() => unmount(disk));
    await mkdir(scratch.path('device'));
    await mkdir(disk);
    await mountBind(scratch.path('device'), disk);
    faulty = await Faulty.open({ database, disks: [disk] });
    stack.defer(() => faulty.closeChecked());
    await faulty.dav.put('large', LARGE);
    await faulty.dav.put('doomed', LARGE);
  });
  after(() => stack.disposeAsync());

  async function assertRefused(name: string, body: Buffer): Promise<void> {
    const { status, headers } = await faulty.dav.request('PUT', name, { body });
    assert.ok(status === 503 || status === 507, `PUT ${name}: ${status}`);
    if (status === 503) assert.match(String(headers['retry-after']), /^\d+$/);
  }

  async function assertReadOnly(): Promise<void> {
    assert.ok((await faulty.dav.get('large')).equals(LARGE));
    await assertRefused('large', seededBytes('new', LARGE.length));
    await assertRefused('new', LARGE);
    await assertRefused('new', SMALL);
    assert.ok((await faulty.dav.get('large')).equals(LARGE));
    await faulty.dav.expect(404, 'GET', 'new');
  }

  async function assertTakes(name: string): Promise<void> {
    const put = async (body: Buffer) =>
      (await faulty.dav.request('PUT', name, { body })).status < 300 ? true : undefined;
    await until('large files are taken', () => put(LARGE), NOTICED_WITHIN);
    assert.ok((await faulty.dav.get(name)).equals(LARGE));
    await until('small files are taken', () => put(SMALL), NOTICED_WITHIN);
    assert.ok((await faulty.dav.get(name)).equals(SMALL));
  }

  it('is read and not written, and written again when it can be', async () => {
    await setReadOnly(disk, true);
    await assertReadOnly();
    await faulty.dav.expect(204, 'DELETE', 'doomed');
    await faulty.dav.makeCollection('collection');
    await setReadOnly(disk, false);
    await assertTakes('after');
  });

  it('does not keep the server from starting', async () => {
    await faulty.server.end();
    await setReadOnly(disk, true);
    await faulty.server.restart();
    await assertReadOnly();
    await setReadOnly(disk, false);
    await assertTakes('after-start');
  });

  it('leaves what is new to another disk', async () => {
    await faulty.server.end();
    await setReadOnly(disk, true);
    await faulty.server.restart();
    const { code, stderr } = await faulty.server.cli(['disk', 'add', scratch.path('second'), '--reserve', '0']);
    assert.equal(code, 0, stderr);
    await assertTakes('elsewhere');
    assert.ok((await faulty.dav.get('large')).equals(LARGE));
    await setReadOnly(disk, false);
  });
});
