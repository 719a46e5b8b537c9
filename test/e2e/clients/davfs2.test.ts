import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes, sha256 } from '../../support/content.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { hashRemote } from '../../support/sample-tree.ts';
import { DAVFS2, Davfs2Session } from './davfs2-client.ts';
import { describeClient } from './fixture.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

describeRoundTrip(DAVFS2);

describeClient('davfs2', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let session: Davfs2Session;
  let drive: string;

  before(async () => {
    guest = await visit(database, 'davfs2-user', { quota: '2GB' });
    stack.defer(() => guest.close());
    const scratch = await Scratch.create('mount');
    stack.defer(() => scratch.remove());
    session = await Davfs2Session.mount({ ...guest, scratch });
    stack.defer(() => session.close());
    drive = session.drive;
  });
  after(() => stack.disposeAsync());

  const textOf = async (path: string) => (await guest.dav.get(path)).toString();

  it('loses nothing that is appended straight after a save', async () => {
    await writeFile(join(drive, 'log.txt'), 'first\n');
    await appendFile(join(drive, 'log.txt'), 'second\n');
    await appendFile(join(drive, 'log.txt'), 'third\n');
    await session.settle();
    assert.equal(await readFile(join(drive, 'log.txt'), 'utf8'), 'first\nsecond\nthird\n');
    assert.equal(await textOf('log.txt'), 'first\nsecond\nthird\n');
  });

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
    }
    await rename(file, `${file}~`);
    await writeFile(file, 'fourth draft');
    await rm(`${file}~`);
    await session.settle();
    assert.equal(await textOf('letters/to all.txt'), 'fourth draft');
    assert.deepEqual([...(await guest.dav.list('letters')).keys()], ['to all.txt']);
  });

  it('renames files and folders, and removes files', async () => {
    await mkdir(join(drive, 'tree/inside'), { recursive: true });
    await writeFile(join(drive, 'tree/large.bin'), seededBytes('large', 2_000_000));
    await writeFile(join(drive, 'tree/removed'), '');
    await rename(join(drive, 'tree/large.bin'), join(drive, 'tree/inside/renamed #1.bin'));
    await rm(join(drive, 'tree/removed'));
    await rename(join(drive, 'tree'), join(drive, 'wood'));
    await session.settle();
    assert.equal(existsSync(join(drive, 'tree')), false);
    const hash = sha256(seededBytes('large', 2_000_000));
    const expected = new Map([
      ['inside', 'collection'],
      ['inside/renamed #1.bin', hash],
    ]);
    assert.deepEqual(await hashRemote(guest.dav, 'wood'), expected);
    assert.equal(sha256(await readFile(join(drive, 'wood/inside/renamed #1.bin'))), hash);
  });

  it('remembers that a file is a program', async () => {
    const program = join(drive, 'program.sh');
    await writeFile(program, '#!/bin/sh\necho it runs\n');
    await chmod(program, 0o755);
    await session.settle();
    assert.equal((await stat(program)).mode & 0o111, 0o111);
    assert.equal(await runWell('sh', ['-c', `cd "${drive}" && ./program.sh`]), 'it runs\n');
  });

  it('locks a file while a program has it open for writing', async () => {
    const { dav } = guest;
    await writeFile(join(drive, 'open.txt'), 'first');
    await session.settle();
    const handle = await open(join(drive, 'open.txt'), 'r+');
    try {
      await dav.expect(423, 'PUT', 'open.txt', { body: 'refused' });
      await handle.write('FIRST');
    } finally {
      await handle.close();
    }
    const isFree = async () => (await dav.request('PUT', 'open.txt', { body: 'another' })).status === 204 || undefined;
    await until('that the lock is gone', isFree, { timeoutMs: 60_000 });
    const versions = [...(await dav.list('')).keys()].filter((name) => name.startsWith('open'));
    assert.deepEqual(versions, ['open.txt']);
  });

  it('writes on from what another client wrote', async () => {
    await writeFile(join(drive, 'shared.txt'), 'one\n');
    await session.settle();
    await guest.dav.put('shared.txt', 'one\ntwo\n');
    await appendFile(join(drive, 'shared.txt'), 'three\n');
    await session.settle();
    assert.equal(await textOf('shared.txt'), 'one\ntwo\nthree\n');
  });

  it('takes no name that its own cache has no room for, and leaves nothing of it', async () => {
    const name = 'n'.repeat(255);
    await assert.rejects(writeFile(join(drive, name), 'content'));
    await session.settle();
    assert.ok(!(await guest.dav.list('')).has(name));
  });

  it('has the size and the free space of the quota', async () => {
    const { blocks, bavail, bsize } = await statfs(drive);
    assert.ok(Math.abs(blocks * bsize - 2e9) <= 2 * bsize, `${blocks} blocks of ${bsize}`);
    assert.ok(bavail > 0 && bavail < blocks, `${bavail} of ${blocks} blocks are free`);
  });
});
