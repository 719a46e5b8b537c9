import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { seededBytes } from '../../support/content.ts';
import { mountTmpfs, unmount } from '../../support/mounts.ts';
import { Scratch } from '../../support/processes.ts';
import { Faulty } from './fixture.ts';

const MEGABYTE = 1024 * 1024;
const DAY_MS = 24 * 3600 * 1000;

describe('a disk that is full of trash', function () {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let faulty: Faulty;

  before(async () => {
    const scratch = await Scratch.create('giving-way');
    stack.defer(() => scratch.remove());
    const disk = scratch.path('small');
    stack.defer(() => unmount(disk));
    await mountTmpfs(disk, 32);
    faulty = await Faulty.open({ disks: [disk], env: { NOSOCIAL_DISK_RESERVE: '0' } });
    stack.defer(() => faulty.closeChecked());
  });
  after(() => stack.disposeAsync());

  it('takes an upload nevertheless once the trash is a day old, and keeps what it can of it', async () => {
    for (const name of ['first', 'second', 'third']) {
      await faulty.dav.put(name, seededBytes(name, 8 * MEGABYTE));
      await faulty.dav.expect(204, 'DELETE', name);
    }
    const content = seededBytes('new', 12 * MEGABYTE);
    await faulty.dav.expect(507, 'PUT', 'new', { body: content });

    await faulty.server.end();
    const database = new DatabaseSync(join(faulty.server.dataFolder, 'nosocial.db'));
    database.prepare('UPDATE trash SET deleted_at_ms = deleted_at_ms - ?').run(DAY_MS);
    database.close();
    await faulty.server.restart();
    await faulty.dav.expect(507, 'PUT', 'new', { body: seededBytes('too large', 40 * MEGABYTE) });
    assert.deepEqual(await trashed(), ['third', 'second', 'first']);
    await faulty.dav.expect(201, 'PUT', 'new', { body: content });
    assert.deepEqual(await trashed(), ['third', 'second']);
    assert.ok((await faulty.dav.get('new')).equals(content));
  });

  async function trashed(): Promise<string[]> {
    const { stdout } = await faulty.server.cli(['trash', 'list', '--user', 'faults', '--json']);
    return (JSON.parse(stdout) as { path: string }[]).map(({ path }) => path);
  }
});
