import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AdminResult } from '../../../src/app/requests.ts';
import { seededBytes } from '../../support/content.ts';
import { DavClient } from '../../support/dav-client.ts';
import { run } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { Commands, runBadly, runWell, type HasCommands } from './fixture.ts';

const ANNA = { name: 'anna', password: 'a:colon:secret' };
const FILES = {
  'hello.txt': Buffer.from('hello'),
  empty: Buffer.alloc(0),
  'Fotos/Über & 100 %.jpg': seededBytes('photo', 65_537),
  'Fotos/2001/small.jpg': seededBytes('small', 4096),
  'Filme/film.mp4': seededBytes('film', 5_000_000),
} as const;

async function fill(folder: string, files: Readonly<Record<string, Buffer>> = FILES): Promise<void> {
  let seconds = 1_000_000_000;
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    seconds += 0.321;
    await utimes(path, seconds, seconds);
  }
}

/** Path, content and time of all files below. */
async function treeOf(folder: string): Promise<Record<string, { content: string; modifiedAtMs: number }>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const tree: Awaited<ReturnType<typeof treeOf>> = {};
  for (const file of files.sort()) {
    const content = (await readFile(file)).toString('base64');
    tree[file.slice(folder.length + 1)] = { content, modifiedAtMs: Math.round((await stat(file)).mtimeMs) };
  }
  return tree;
}

async function importJson(on: HasCommands, args: string[], code = 0): Promise<AdminResult<'import'>> {
  const outcome = await on.cli(['import', ...args, '--user', ANNA.name, '--json']);
  assert.equal(outcome.code, code, outcome.stderr);
  return JSON.parse(outcome.stdout) as AdminResult<'import'>;
}

describe('import and export without a server', function () {
  this.timeout(60_000);
  let commands: Commands;
  const at = (...parts: string[]): string => commands.scratch.path(...parts);

  before(async () => {
    commands = await Commands.create();
    await runWell(commands, 'user add anna --role advanced --quota 50MB --password-stdin', ANNA.password);
    await runWell(commands, `disk add ${at('disk')} --reserve 0B`);
    await fill(at('source'));
    await mkdir(at('source/nothing'));
  });
  after(() => commands.remove());

  it('bring a tree in and out again with its times', async () => {
    const report = await importJson(commands, [at('source'), '--to', 'Mere/all']);
    assert.deepEqual([report.fileCount, report.identicalCount, report.problemCount], [5, 0, 0]);
    assert.equal(report.collectionCount, 5);
    const { said } = await runWell(commands, `export Mere/all ${at('target')} --user anna`);
    assert.match(said, /5 files exported/);
    assert.deepEqual(await treeOf(at('target')), await treeOf(at('source')));
    assert.deepEqual((await readdir(at('target'))).sort(), ['Filme', 'Fotos', 'empty', 'hello.txt', 'nothing']);
  });

  it('keep times from before 1970', async () => {
    await fill(at('old'), { photo: Buffer.from('a grandmother') });
    await utimes(at('old/photo'), new Date(-1_000_000_250), new Date(-1_000_000_250));
    await importJson(commands, [at('old'), '--to', 'Mere/old']);
    await runWell(commands, `export Mere/old ${at('old-out')} --user anna`);
    assert.deepEqual(await treeOf(at('old-out')), await treeOf(at('old')));
    const { said } = await runWell(commands, `export Mere/old ${at('old-out')} --user anna`);
    assert.match(said, /1 were there already/);
  });

  it('leave alone what is there already, and make versions of what changed', async () => {
    const again = await importJson(commands, [at('source'), '--to', 'Mere/all']);
    assert.deepEqual([again.fileCount, again.identicalCount], [0, 5]);
    await writeFile(at('source/hello.txt'), 'hello, changed');
    const changed = await importJson(commands, [at('source'), '--to', 'Mere/all']);
    assert.deepEqual([changed.fileCount, changed.replacedCount, changed.identicalCount], [1, 1, 4]);
    const { out } = await runWell(commands, 'versions list Mere/all/hello.txt --user anna --json');
    assert.equal((JSON.parse(out) as unknown[]).length, 1);
  });

  it('do not overwrite other files on the way out, unless they are told to', async () => {
    const { code, stderr } = await commands.cli(['export', 'Mere/all', at('target'), '--user', 'anna']);
    assert.equal(code, 1);
    assert.match(stderr, /hello\.txt: there is another file of this name; --force replaces it/);
    await runWell(commands, `export Mere/all ${at('target')} --user anna --force`);
    assert.equal(await readFile(at('target/hello.txt'), 'utf8'), 'hello, changed');
  });

  it('write nothing through links', async () => {
    await mkdir(at('elsewhere'));
    await mkdir(at('linked'));
    await symlink(at('elsewhere'), at('linked/Fotos'));
    await writeFile(at('elsewhere/precious'), 'precious');
    await symlink(at('elsewhere/precious'), at('linked/hello.txt'));
    const { code } = await commands.cli(['export', 'Mere/all', at('linked'), '--user', 'anna', '--force']);
    assert.equal(code, 1);
    assert.deepEqual(await readdir(at('elsewhere')), ['precious']);
    assert.equal(await readFile(at('elsewhere/precious'), 'utf8'), 'precious');
  });

  it('leave out what cannot be stored, and say so', async () => {
    await fill(at('odd'), { good: Buffer.from('good'), 'back\\slash': Buffer.from('x') });
    await symlink('/etc/passwd', at('odd/link'));
    await run('mkfifo', [at('odd/pipe')]);
    await writeFile(Buffer.concat([Buffer.from(at('odd/bad')), Buffer.from([0xff])]), 'x');
    const report = await importJson(commands, [at('odd'), '--to', 'Mere/odd'], 1);
    assert.equal(report.fileCount, 1);
    const reasons = new Map(report.problems.map(({ path, reason }) => [path, reason]));
    assert.equal(reasons.get('link'), 'it is a symbolic link');
    assert.equal(reasons.get('pipe'), 'it is a named pipe');
    assert.match(reasons.get('back\\slash') ?? '', /may not hold/);
    assert.match(reasons.get('bad\ufffd') ?? '', /not valid UTF-8/);
    assert.equal(report.problemCount, 4);
  });

  it('refuse what has no room, before anything is imported, and say how much is missing', async () => {
    await fill(at('large'), { a: seededBytes('a', 30_000_000), b: seededBytes('b', 30_000_000) });
    const { code, stderr } = await commands.cli(['import', at('large'), '--user', 'anna', '--to', 'Mere/large']);
    assert.equal(code, 1);
    assert.match(stderr, /nothing was imported: 60\.0 MB are needed, and the quota of anna has 4\d\.\d MB left/);
    await runBadly(commands, 3, `export Mere/large ${at('never')} --user anna`);
    await rm(at('large'), { recursive: true });
  });

  it('refuse the store itself, and what is not there', async () => {
    const line = (folder: string): string => `import ${folder} --user anna --to Mere/x`;
    assert.match(await runBadly(commands, 4, line(commands.dataFolder)), /part of the store itself/);
    assert.match(await runBadly(commands, 4, line(at('disk/blobs'))), /part of the store itself/);
    assert.match(await runBadly(commands, 3, line(at('missing'))), /cannot be read/);
    await runBadly(commands, 3, `import ${at('source')} --user nobody --to Mere/x`);
    const all = await importJson(commands, [at(), '--to', 'Mere/around'], 1);
    assert.ok(all.problems.some(({ path, reason }) => path === 'disk' && reason.includes('store itself')));
  });

  it('keep to the rights of the user', async () => {
    await runWell(commands, 'user add norbert --role normal --password-stdin', ANNA.password);
    const { code, stderr } = await commands.cli(['import', at('odd'), '--user', 'norbert', '--to', 'mine']);
    assert.equal(code, 4);
    assert.match(stderr, /may not do this here/);
  });
});

describe('import and export with a server', function () {
  this.timeout(60_000);
  let server: TestServer;
  let dav: DavClient;
  const at = (...parts: string[]): string => server.scratch.path(...parts);

  before(async () => {
    server = await startServer();
    await server.addUser(ANNA.name, { password: ANNA.password });
    dav = new DavClient(server.davUrl, ANNA);
    await fill(at('source'));
  });
  after(async () => {
    dav.close();
    await server.stop();
  });

  it('show to clients what was imported', async () => {
    await importJson(server, [at('source'), '--to', 'Mere']);
    for (const [name, content] of Object.entries(FILES)) {
      const answer = await dav.request('GET', `Mere/${name}`);
      assert.ok(answer.body.equals(content), name);
    }
    const { headers } = await dav.request('HEAD', 'Mere/Filme/film.mp4');
    assert.equal(headers['content-type'], 'video/mp4');
    assert.equal(headers['last-modified'], 'Sun, 09 Sep 2001 01:46:41 GMT');
  });

  it('take the originals over, and remove the folders that this empties', async () => {
    await fill(at('moved'));
    await chmod(at('moved/hello.txt'), 0o444);
    await importJson(server, [at('moved'), '--to', 'Mere/moved', '--move']);
    assert.deepEqual(await readdir(at('moved')), []);
    for (const [name, content] of Object.entries(FILES)) {
      assert.ok((await dav.get(`Mere/moved/${name}`)).equals(content), name);
    }
  });

  it('remove an original that is in the store already only if it is the same, byte by byte', async () => {
    await fill(at('twice'), { same: FILES['hello.txt'], other: Buffer.from('first') });
    await importJson(server, [at('twice'), '--to', 'Mere/twice']);
    const { mtime } = await stat(at('twice/other'));
    await writeFile(at('twice/other'), 'other');
    await utimes(at('twice/other'), mtime, mtime);
    const report = await importJson(server, [at('twice'), '--to', 'Mere/twice', '--move']);
    assert.deepEqual([report.fileCount, report.identicalCount], [1, 1]);
    assert.deepEqual(await readdir(at('twice')), []);
    assert.equal((await dav.get('Mere/twice/other')).toString(), 'other');
  });
});
