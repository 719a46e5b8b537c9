import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { run } from '../../support/processes.ts';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import { describeClient } from './fixture.ts';
import { visit, type Visit } from './shared-server.ts';
import { PYTHON } from './webdavclient3-client.ts';

const DRIVER = join(import.meta.dirname, 'run-easywebdav.py');

describeClient('easywebdav 1.2.0 (Python)', function (database) {
  let guest: Visit;

  before(async () => {
    guest = await visit(database, 'easy');
  });
  after(() => guest.close());

  async function attempt(...steps: unknown[][]) {
    const { hostname: host, port } = new URL(guest.davUrl);
    const connection = {
      host,
      port: Number(port),
      path: 'dav',
      username: guest.account.name,
      password: guest.account.password,
    };
    return run(PYTHON, [DRIVER], { env: guest.scratch.env, input: JSON.stringify({ connection, steps }) });
  }

  async function call(...steps: unknown[][]): Promise<unknown[]> {
    const { code, stdout, stderr } = await attempt(...steps);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as unknown[];
  }

  it('uploads, lists, finds, downloads and deletes files of every name that a URL can hold as it is given', async () => {
    const { dav, scratch } = guest;
    // It leaves encoding to its caller, and takes the blanks off both ends.
    const names = DIFFICULT_NAMES.map(encodeURIComponent);
    await mkdir(scratch.path('back'));
    const local = scratch.path('local');
    await writeFile(local, seededBytes('easy', 200_000));
    const answers = await call(
      ['mkdirs', 'made/by/easywebdav'],
      ['cd', 'made/by/easywebdav'],
      ...names.map((name) => ['upload', local, name]),
      ...names.map((name, index) => ['download', name, scratch.path('back', String(index))]),
      ['ls', '/made/by/easywebdav'],
      ['exists', names[0]!],
      ['exists', 'nothing'],
      ['delete', names[0]!],
      ['exists', names[0]!],
    );
    const [listed, ...found] = answers.slice(-5) as [[string, number][], ...unknown[]];
    assert.deepEqual([found[0], found[1], found[3]], [true, false, false]);
    const files = listed.filter(([href]) => !href.endsWith('/'));
    const shown = files.map(([href]) => decodeURIComponent(href.split('/').at(-1)!));
    assert.deepEqual(shown.sort(), DIFFICULT_NAMES.toSorted());
    assert.ok(files.every(([, sizeBytes]) => sizeBytes === 200_000));
    for (const [index] of names.entries()) {
      assert.ok((await readFile(scratch.path('back', String(index)))).equals(await readFile(local)));
    }
    assert.equal((await dav.list('made/by/easywebdav')).size, names.length - 1);
  });

  it('makes and removes folders, and says when one is there or not', async () => {
    await call(['mkdir', 'folder'], ['mkdir', 'folder', true], ['rmdir', 'folder'], ['rmdir', 'folder', true]);
    assert.match((await attempt(['rmdir', 'folder'])).stderr, /404/);
    assert.match((await attempt(['mkdir', 'no/parent'])).stderr, /409/);
  });
});
