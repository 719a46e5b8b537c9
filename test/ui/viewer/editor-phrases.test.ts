import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { EDITOR_PHRASES } from '../../../ui/src/viewer/documents/editor-phrases.ts';

const USED = /phrase\((?:view, )?"([^"]+)"/g;

describe('what the editor says by itself', () => {
  for (const name of ['search', 'view', 'commands'] as const) {
    it(`is in the catalogue: @codemirror/${name}`, async () => {
      const code = await readFile(new URL(import.meta.resolve(`@codemirror/${name}`)), 'utf8');
      const said = new Set([...code.matchAll(USED)].map(([, phrase = '']) => phrase));
      assert.ok(said.size > 0);
      assert.deepEqual(
        [...said].filter((phrase) => !(phrase in EDITOR_PHRASES)),
        [],
      );
    });
  }
});
