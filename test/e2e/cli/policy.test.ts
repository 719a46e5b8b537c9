import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ImportReport } from '../../../src/core/maintenance/import/import-tree.ts';
import { PRESETS } from '../../../src/core/rules.ts';
import { PNG, PROGRAM } from '../../support/contents.ts';
import { DavClient } from '../../support/dav-client.ts';
import { until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readJson, runBadly, runWell } from './fixture.ts';

const DAY_MS = 24 * 3600 * 1000;

interface Rules {
  readonly expiresAt?: string;
  readonly expireAfterDays?: number;
  readonly versionsKept: number;
}

describe('policies on the command line', function () {
  this.timeout(60_000);
  let server: TestServer;
  let dav: DavClient;

  before(async () => {
    server = await startServer();
    await server.addUser('anna', { password: 'secret-word' });
    dav = new DavClient(server.davUrl, { name: 'anna', password: 'secret-word' });
  });
  after(async () => {
    dav.close();
    await server.stop();
  });

  const rules = async (path: string) => (await readJson(server, `policy show ${path} --user anna`)) as Rules;

  it('are those of a new home at first', async () => {
    assert.deepEqual(await readJson(server, 'policy list --user anna'), [
      { path: 'Special/', preset: 'special', isEnabled: true, versionsKept: 100, versionsKeptDays: 365 },
      { path: 'Temporary/', preset: 'temporary', isEnabled: true, expireAfterDays: 30 },
      { path: 'Gallery/', preset: 'gallery', isEnabled: true, ...PRESETS.gallery },
    ]);
    const { out } = await runWell(server, 'policy list --user anna');
    assert.match(out, /^PATH +KIND +STATE +TO TRASH +VERSIONS +TAKES\n/);
    assert.match(out, /Special\/ +special +on +newest 100, 365 days\n/);
    assert.match(out, /Temporary\/ +temporary +on +untouched for 30 days\n/);
    assert.match(out, /Gallery\/ +gallery +on +only media; not \*\.exe, \*\.com/);
  });

  it('are set, switched and cleared', async () => {
    await dav.makeCollection('papers');
    await runWell(server, 'policy set papers --user anna --expire-days 90 --versions 3 --versions-days 7');
    const want = { kind: 'collection', expireAfterDays: 90, versionsKept: 3, versionsKeptDays: 7 };
    const own = {
      preset: 'own',
      isEnabled: true,
      expireAfterDays: 90,
      versionsKept: 3,
      versionsKeptDays: 7,
    };
    assert.deepEqual(await rules('papers'), { ...want, policy: own });
    await dav.put('papers/letter', 'Dear all');
    const { expiresAt } = await rules('papers/letter');
    assert.ok(Math.abs(Date.parse(expiresAt!) - Date.now() - 90 * DAY_MS) < DAY_MS);
    assert.match(
      (await runWell(server, 'policy show papers/letter --user anna')).out,
      /goes: +\d{4}-\d\d-\d\d \d\d:\d\d\n/,
    );

    const off = (await readJson(server, 'policy set papers --user anna --off')) as Rules;
    assert.deepEqual([off.expireAfterDays, off.versionsKept], [undefined, 10]);
    const on = (await readJson(server, 'policy set papers --user anna --on --expire-days never')) as Rules;
    assert.deepEqual([on.expireAfterDays, on.versionsKept], [undefined, 3]);
    const cleared = (await readJson(server, 'policy clear papers --user anna')) as Rules;
    assert.deepEqual(cleared, { kind: 'collection', versionsKept: 10, versionsKeptDays: 30 });
    await runBadly(server, 3, 'policy clear papers --user anna');
  });

  it('say what a folder takes', async () => {
    await dav.makeCollection('letters');
    await dav.makeCollection('letters/scans');
    const set = (path: string, options: string) => runWell(server, `policy set ${path} --user anna ${options}`);
    await set('letters', '--allow-types documents --max-file-size 1MB --refuse-extensions .RTF');
    await set('letters/scans', '--allow-types images,application/pdf --max-file-size any');
    const from = (path: string) => ({ from: `letters/${path}` });
    assert.deepEqual(((await rules('letters/scans')) as { content?: unknown }).content, [
      { rule: 'refuseExtensions', value: ['rtf'], ...from('') },
      { rule: 'allowTypes', value: ['images', 'application/pdf'], ...from('scans/') },
    ]);
    const { out } = await runWell(server, 'policy show letters --user anna');
    assert.match(out, /takes: +not \*\.rtf \(letters\/\)\n/);
    assert.match(out, /takes: +at most 1MB \(letters\/\)\n/);
    assert.match(out, /takes: +only documents \(letters\/\)\n/);
    await dav.expect(403, 'PUT', 'letters/page.html', { body: '<!doctype html><p>no</p>' });
    await dav.expect(403, 'PUT', 'letters/note.rtf', { body: 'plain text' });
    await dav.expect(201, 'PUT', 'letters/note.txt', { body: 'plain text' });
    await set('letters', '--preset own --allow-types any');
    await dav.expect(201, 'PUT', 'letters/page.html', { body: '<!doctype html><p>yes</p>' });
  });

  it('let nothing into a folder by import that they refuse, and say why', async () => {
    const folder = server.scratch.path('to-import');
    await mkdir(folder);
    await writeFile(join(folder, 'setup.jpg'), PROGRAM);
    await writeFile(join(folder, 'large.mp3'), Buffer.alloc(200_000, 'text, not sound'));
    await writeFile(join(folder, 'photo.png'), PNG);
    await writeFile(join(folder, 'large.png'), Buffer.concat([PNG, Buffer.alloc(200_000)]));
    const { code, stdout } = await server.cli(`import ${folder} --to Gallery/new --user anna --json`.split(' '));
    assert.equal(code, 1);
    const report = JSON.parse(stdout) as ImportReport;
    assert.equal(report.fileCount, 2);
    assert.deepEqual(report.problems.map(({ path, reason }) => [path.split('/').at(-1), reason]).sort(), [
      ['large.mp3', 'the folder "Gallery" takes only images, audio and video; "large.mp3" is a text file'],
      ['setup.jpg', 'the folder "Gallery" takes only images, audio and video; "setup.jpg" is a Windows program'],
    ]);
    assert.deepEqual([...(await dav.list('Gallery/new')).keys()].sort(), ['large.png', 'photo.png']);
  });

  it('say what is wrong with what is asked', async () => {
    const set = 'policy set Special --user anna';
    assert.match(await runBadly(server, 2, set), /say what to set/);
    assert.match(await runBadly(server, 2, `${set} --on --off`), /either --on or --off/);
    assert.match(await runBadly(server, 2, `${set} --expire-days 0`), /from 1 to 36500/);
    assert.match(await runBadly(server, 2, `${set} --versions many`), /from 0 to 1000/);
    assert.match(await runBadly(server, 2, `${set} --preset nice`), /temporary, special, gallery, own/);
    assert.match(await runBadly(server, 2, `${set} --allow-types ,`), /with commas between them/);
    assert.match(await runBadly(server, 2, `${set} --max-file-size much`), /500MB/);
    assert.match(await runBadly(server, 2, `${set} --allow-types pictures`), /images, audio, video, media/);
    assert.match(await runBadly(server, 2, `${set} --allow-extensions a/b`), /jpg or tar.gz/);
    await runBadly(server, 3, 'policy set nowhere --user anna --off');
    await runBadly(server, 3, 'policy show Temporary --user nobody');
    await runBadly(server, 4, 'policy set Workspace --user anna --expire-days 1');
    await dav.put('file', 'a file');
    assert.match(await runBadly(server, 4, 'policy set file --user anna --off'), /folder|collection/);
  });

  it('move what was untouched for 30 days to the trash, and tell the audit log', async () => {
    await dav.put('Temporary/old', 'old');
    await dav.put('Temporary/new', 'new');
    await dav.put('Mere/old', 'old');
    await server.end();
    const database = new DatabaseSync(join(server.dataFolder, 'nosocial.db'));
    database.prepare("UPDATE node SET touched_at_ms = touched_at_ms - ? WHERE name <> 'new'").run(30 * DAY_MS);
    database.close();
    await server.restart();

    const trashed = await until('something is in the trash', async () => {
      const entries = (await readJson(server, 'trash list --user anna')) as { path: string }[];
      return entries.length > 0 ? entries : undefined;
    });
    assert.deepEqual(
      trashed.map(({ path }) => path),
      ['Temporary/old'],
    );
    assert.deepEqual([...(await dav.list('Temporary')).keys()], ['new']);
    assert.deepEqual([...(await dav.list('Mere')).keys()], ['old']);
    const audit = await until('the audit log tells', async () => {
      const lines = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).split('\n');
      return lines.find((line) => line.includes('"expired"'));
    });
    assert.equal((JSON.parse(audit) as { target: string }).target, 'Temporary/old');
  });
});
