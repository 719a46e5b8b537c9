import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { makeFolder } from '../../src/lib/make-folder.ts';
import { Scratch } from '../support/processes.ts';

describe('making a folder', () => {
  let scratch: Scratch;
  beforeEach(async () => (scratch = await Scratch.create('folder')));
  afterEach(async () => scratch.remove());

  it('makes those above it, too, with the same mode', async () => {
    await makeFolder(scratch.path('a', 'b', 'c'), 0o700);
    for (const path of [scratch.path('a'), scratch.path('a', 'b', 'c')]) {
      assert.equal((await stat(path)).mode & 0o777, 0o700);
    }
    await makeFolder(scratch.path('a', 'b', 'c'), 0o700);
  });

  it('makes one in a folder that may not be read', async () => {
    await mkdir(scratch.path('closed'), { mode: 0o300 });
    await makeFolder(scratch.path('closed', 'a'), 0o700);
    assert.ok(existsSync(scratch.path('closed', 'a')));
  });

  it('rejects below a file', async () => {
    await writeFile(scratch.path('file'), '');
    await assert.rejects(makeFolder(scratch.path('file', 'a'), 0o700), { code: 'ENOTDIR' });
  });

  it('rejects, and ends, where no folder can be made', async function () {
    if (!existsSync('/proc/self')) this.skip();
    await assert.rejects(makeFolder('/proc/nowhere/a', 0o700), { code: 'ENOENT' });
  });
});
