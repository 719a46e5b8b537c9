import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QUIRKS } from './quirks.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'src/dav/quirks');
/** A name of the clients' own, which is no quirk by itself. */
const PLAIN = ['windows.ts WIN32'];

describe('the table of quirks', () => {
  it('has all of them', async () => {
    const found: string[] = [];
    for (const file of await readdir(FOLDER)) {
      const text = await readFile(join(FOLDER, file), 'utf8');
      for (const [, name] of text.matchAll(/^export (?:async )?(?:const|function) (\w+)/gm))
        found.push(`${file} ${name}`);
    }
    const known = QUIRKS.map(({ file, name }) => `${file} ${name}`);
    assert.deepEqual(known.sort(), found.filter((quirk) => !PLAIN.includes(quirk)).sort());
  });

  it('names a client and a version of each, as the file does', async () => {
    for (const { file, name, client } of QUIRKS) {
      assert.match(client, /\d/, name);
      const text = await readFile(join(FOLDER, file), 'utf8');
      assert.match(/^\/\*\*([^]*?)\*\//.exec(text)?.[1] ?? '', /\d/, `${file} begins with the client and its version`);
    }
  });

  it('names a test of each that exists', async () => {
    for (const { name, test, title } of QUIRKS) {
      const text = await readFile(join(ROOT, test), 'utf8');
      // Of suites that run on each database, on one.
      assert.ok(text.includes(title.replace(/^SQLite /, '')), `${test} has no "${title}" for ${name}`);
    }
  });
});
