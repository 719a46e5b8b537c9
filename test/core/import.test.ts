import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { exportTree, type ExportReport } from '../../src/core/maintenance/export/export-tree.ts';
import { importTree, type ImportReport } from '../../src/core/maintenance/import/import-tree.ts';
import { OwnPlaces } from '../../src/core/maintenance/own-places.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { Scratch } from '../support/processes.ts';
import { TestCore } from '../support/test-core.ts';

const plainText = (): string => 'text/plain';
const patient = { signal: new AbortController().signal, onProgress: () => undefined };

describe('an import', () => {
  let test: TestCore;
  let scratch: Scratch;

  beforeEach(async () => {
    test = await TestCore.open();
    scratch = await Scratch.create('import');
    await mkdir(scratch.path('in'));
  });
  afterEach(async () => {
    await test.close();
    await scratch.remove();
  });

  async function importInto(
    to: string,
    { mediaTypeOf = plainText, watcher = patient, isMove = false, own = [] as string[] } = {},
  ): Promise<ImportReport> {
    const actor = test.as('ann');
    const ownPlaces = await OwnPlaces.at(own);
    const request = { actor, folder: scratch.path('in'), to: parsePlainPath(to), isMove, ownPlaces, mediaTypeOf };
    return importTree(test.core, request, watcher);
  }

  async function exportTo(out: string, path: string, own: string[] = []): Promise<ExportReport> {
    const ownPlaces = await OwnPlaces.at(own);
    const request = { actor: test.as('ann'), from: parsePlainPath(path), folder: out, isForced: true, ownPlaces };
    return exportTree(test.core, request, patient);
  }

  async function contentOf(path: string): Promise<string> {
    const out = scratch.path('out', path);
    await exportTo(out, path);
    return readFile(`${out}/${path.split('/').at(-1) ?? ''}`, 'utf8');
  }

  for (const sizeBytes of [10, 70_000]) {
    it(`reads a file of ${sizeBytes} bytes again that is written meanwhile`, async () => {
      await writeFile(scratch.path('in/log'), 'x'.repeat(sizeBytes));
      let writes = 0;
      const mediaTypeOf = (): string => {
        if (writes++ === 0) appendFileSync(scratch.path('in/log'), 'more');
        return 'text/plain';
      };
      const report = await importInto('Mere', { mediaTypeOf });
      assert.deepEqual([report.fileCount, report.problemCount], [1, 0]);
      assert.equal(await contentOf('Mere/log'), `${'x'.repeat(sizeBytes)}more`);
    });
  }

  it('leaves out a file that never stands still', async () => {
    await writeFile(scratch.path('in/log'), 'x');
    const mediaTypeOf = (): string => {
      appendFileSync(scratch.path('in/log'), 'more');
      return 'text/plain';
    };
    const { fileCount, problems } = await importInto('Mere', { mediaTypeOf, isMove: true });
    assert.equal(fileCount, 0);
    assert.deepEqual(problems, [{ path: 'log', reason: 'it is changed while it is read' }]);
    assert.deepEqual(await readdir(scratch.path('in')), ['log']);
  });

  it('ends when it is not wanted any more, and goes on from there', async () => {
    for (let index = 0; index < 200; index++) await writeFile(scratch.path(`in/${index}`), `content ${index}`);
    const abort = new AbortController();
    const onProgress = ({ activity, doneCount }: { activity: string; doneCount: number }): void => {
      if (activity === 'importing' && doneCount === 50) abort.abort(new Error('enough'));
    };
    await assert.rejects(importInto('Mere', { watcher: { signal: abort.signal, onProgress } as never }), /enough/);
    const { fileCount, identicalCount } = await importInto('Mere');
    assert.equal(fileCount + identicalCount, 200);
    assert.ok(identicalCount >= 50 && fileCount > 0, `${identicalCount}`);
  });

  it('takes one of two names that differ only in how their letters are composed', async () => {
    await writeFile(scratch.path('in', '\u00e9'), 'composed');
    await writeFile(scratch.path('in', 'e\u0301'), 'decomposed');
    const { fileCount, problems } = await importInto('Mere');
    assert.equal(fileCount, 1);
    assert.match(problems[0]?.reason ?? '', /letters are composed/);
  });

  it('makes neither a folder of a file nor a file of a folder', async () => {
    await mkdir(scratch.path('in/one'));
    await writeFile(scratch.path('in/two'), 'two');
    await test.put('ann', 'Mere/one', 5);
    await test.mkcol('ann', 'Mere/two');
    const { problems } = await importInto('Mere');
    assert.deepEqual(problems.map(({ path, reason }) => [path, reason]).sort(), [
      ['one', 'there is a file of this name'],
      ['two', 'there is a folder of this name'],
    ]);
  });

  it('fills the mounts of the root, but makes nothing in their place', async () => {
    await mkdir(scratch.path('in/Workspace'));
    await writeFile(scratch.path('in/Workspace/plan'), 'plan');
    await mkdir(scratch.path('in/movies'));
    await writeFile(scratch.path('in/Shared'), 'x');
    const { fileCount, problems } = await importInto('/');
    assert.equal(fileCount, 1);
    assert.deepEqual(problems.map(({ path }) => path).sort(), ['Shared', 'movies']);
    assert.equal(await contentOf('Workspace/plan'), 'plan');
  });

  it('takes nothing of the store itself, by whatever name it is known', async () => {
    await mkdir(scratch.path('in/data/inner'), { recursive: true });
    await writeFile(scratch.path('in/data/blob'), 'blob');
    await writeFile(scratch.path('in/metadata.db'), 'rows');
    await writeFile(scratch.path('in/film'), 'film');
    await symlink(scratch.path('in/data'), scratch.path('data'));
    await link(scratch.path('in/metadata.db'), scratch.path('database'));
    const own = [scratch.path('data'), scratch.path('database'), scratch.path('missing')];
    const { fileCount, problems } = await importInto('Mere', { isMove: true, own });
    assert.equal(fileCount, 1);
    assert.deepEqual(problems.map(({ path, reason }) => [path, reason]).sort(), [
      ['data', 'it is part of the store itself'],
      ['metadata.db', 'it is part of the store itself'],
    ]);
    for (const folder of ['in/data', 'in/data/inner', 'in/data/inner/new/er']) {
      await assert.rejects(exportTo(scratch.path(folder), 'Mere', own), { code: 'refused' });
    }
    await test.mkcol('ann', 'Mere/data');
    await test.put('ann', 'Mere/data/blob', 5);
    const report = await exportTo(scratch.path('in'), 'Mere', own);
    assert.deepEqual([report.fileCount, report.problems.map(({ path }) => path)], [1, ['data']]);
    assert.equal(await readFile(scratch.path('in/data/blob'), 'utf8'), 'blob');
  });

  it('needs room on the disks before it begins', async () => {
    await test.close();
    test = await TestCore.open({}, { diskBytes: 1000 });
    await writeFile(scratch.path('in/small'), 'x');
    await writeFile(scratch.path('in/large'), 'x'.repeat(2000));
    await assert.rejects(importInto('Mere'), { code: 'no-space', message: /nothing was imported/ });
    assert.equal(test.blobs.blobCount, 0);
  });
});
