import assert from 'node:assert/strict';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminResult } from '../../../src/app/requests.ts';
import { SeededRandom, seededBytes } from '../../support/content.ts';
import { unmount } from '../../support/mounts.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { ACCOUNT, Faulty } from './fixture.ts';

const ROUNDS = 6;
const MEGABYTE = 1024 * 1024;

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function importFolder(faulty: Faulty, ...args: string[]): Promise<AdminResult<'import'>> {
  const { stdout, stderr } = await faulty.server.cli(['import', ...args, '--user', ACCOUNT.name, '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as AdminResult<'import'>;
}

describe('files that are taken over', function () {
  this.timeout(180_000);
  let faulty: Faulty;
  const at = (...parts: string[]): string => faulty.server.scratch.path(...parts);

  before(async () => {
    faulty = await Faulty.open();
  });
  after(() => faulty.closeChecked());

  it('become the blobs themselves, without a copy', async () => {
    await mkdir(at('films'));
    await writeFile(at('films/film'), seededBytes('film', MEGABYTE));
    const { ino } = await stat(at('films/film'));
    const report = await importFolder(faulty, at('films'), '--to', 'films', '--move');
    assert.equal(report.problemCount, 0);
    const blobs = await filesBelow(join(faulty.server.dataFolder, 'disk/blobs'));
    const stats = await Promise.all(blobs.map((blob) => stat(blob)));
    const blob = stats.find((candidate) => candidate.ino === ino);
    assert.deepEqual([blob?.nlink, (blob?.mode ?? 0) & 0o777], [1, 0o600]);
    assert.deepEqual(await readdir(at('films')), []);
  });

  it('are copied, and left where they are, while somebody could still write to them', async () => {
    await mkdir(at('open'));
    const content = seededBytes('open', MEGABYTE);
    await writeFile(at('open/download'), content);
    const writer = await open(at('open/download'), 'a');
    try {
      const report = await importFolder(faulty, at('open'), '--to', 'open', '--move');
      assert.deepEqual([report.fileCount, report.problemCount], [1, 1]);
      assert.match(report.problems[0]?.reason ?? '', /has it open for writing/);
      await writer.write('more');
    } finally {
      await writer.close();
    }
    assert.ok((await faulty.dav.get('open/download')).equals(content));
    assert.equal((await readFile(at('open/download'))).length, content.length + 4);
  });

  it('are each at one of the two places, whenever the server is killed', async () => {
    const random = new SeededRandom(7);
    const contents = new Map<string, Buffer>();
    for (let index = 0; index < 120; index++) {
      const name = `f${index}`;
      contents.set(name, seededBytes(name, index % 3 === 0 ? 5000 + index : 100_000 + index * 3000));
    }
    await mkdir(at('killed'));
    for (const [name, content] of contents) await writeFile(at('killed', name), content);
    for (let round = 0; round < ROUNDS; round++) {
      const running = importFolder(faulty, at('killed'), '--to', 'killed', '--move').catch(() => undefined);
      const few = (await readdir(at('killed'))).length - random.integer(1, 20);
      await until('some are taken over', async () => (await readdir(at('killed'))).length <= few || undefined, {
        timeoutMs: 30_000,
        everyMs: 1,
      });
      await faulty.server.kill();
      await running;
      await faulty.server.restart();
      const left = new Set(await readdir(at('killed')));
      for (const [name, content] of contents) {
        const found = left.has(name) ? await readFile(at('killed', name)) : await faulty.dav.get(`killed/${name}`);
        assert.ok(found.equals(content), `${name} after kill ${round}`);
      }
    }
    await importFolder(faulty, at('killed'), '--to', 'killed', '--move');
    assert.deepEqual(await readdir(at('killed')), []);
    for (const [name, content] of contents) assert.ok((await faulty.dav.get(`killed/${name}`)).equals(content), name);
    for (const file of await filesBelow(join(faulty.server.dataFolder, 'disk/blobs'))) {
      assert.equal((await stat(file)).nlink, 1);
    }
  });
});

describe('files on a file system with clones', function () {
  this.timeout(120_000);
  const stack = new AsyncDisposableStack();
  let scratch: Scratch;
  let faulty: Faulty;
  let volume: string;

  before(async () => {
    scratch = await Scratch.create('btrfs');
    stack.defer(() => scratch.remove());
    volume = scratch.path('volume');
    await mkdir(volume);
    const image = scratch.path('image');
    await runWell('truncate', ['-s', '300M', image]);
    await runWell('mkfs.btrfs', ['-q', image]);
    await runWell('mount', ['-o', 'loop', image, volume]);
    stack.defer(() => unmount(volume));
    faulty = await Faulty.open({ disks: [join(volume, 'disk')], env: { NOSOCIAL_DISK_RESERVE: '0' } });
    stack.defer(() => faulty.closeChecked());
  });
  after(() => stack.disposeAsync());

  async function usedBytes(): Promise<number> {
    await runWell('sync', ['-f', volume]);
    const [, used = ''] = (await runWell('df', ['--output=used', '-B1', volume])).split('\n');
    return Number(used);
  }

  it('share their bytes with the store, and are independent of it', async () => {
    const content = seededBytes('clone', 60 * MEGABYTE);
    await mkdir(join(volume, 'films'));
    await writeFile(join(volume, 'films/film'), content);
    const before = await usedBytes();
    const report = await importFolder(faulty, join(volume, 'films'), '--to', 'films');
    assert.deepEqual([report.fileCount, report.problemCount], [1, 0]);
    assert.ok((await usedBytes()) - before < 10 * MEGABYTE);

    const original = await open(join(volume, 'films/film'), 'r+');
    await original.write('changed', 0);
    await original.close();
    assert.ok((await faulty.dav.get('films/film')).equals(content));
  });

  it('need no room on the disk', async () => {
    await mkdir(join(volume, 'large'));
    await writeFile(join(volume, 'large/film'), seededBytes('large', 120 * MEGABYTE));
    const report = await importFolder(faulty, join(volume, 'large'), '--to', 'large');
    assert.deepEqual([report.fileCount, report.problemCount], [1, 0]);
  });
});
