import assert from 'node:assert/strict';
import { freeName, nameWith } from '../../src/core/free-names.ts';

describe('a name beside one that is taken', () => {
  const cases: [name: string, want: string][] = [
    ['film.mkv', 'film (2).mkv'],
    ['a.tar.gz', 'a.tar (2).gz'],
    ['.hidden', '.hidden (2)'],
    ['folder', 'folder (2)'],
    [`x.${'y'.repeat(40)}`, `x.${'y'.repeat(40)} (2)`],
    [`${'n'.repeat(251)}.txt`, `${'n'.repeat(247)} (2).txt`],
    ['語'.repeat(85), `${'語'.repeat(83)} (2)`],
  ];
  for (const [name, want] of cases) {
    it(`of ${name.slice(0, 20)} is ${want.slice(0, 20)}…`, () => {
      assert.equal(nameWith(name, ' (2)'), want);
      assert.ok(Buffer.byteLength(nameWith(name, ' (1000)')) <= 255);
    });
  }

  for (const count of [0, 1, 2, 3, 7, 8, 100, 5000]) {
    it(`is the first free one behind ${count}, found in few looks`, async () => {
      const taken = new Set(Array.from({ length: count }, (_, index) => (index === 0 ? 'a' : `a (${index + 1})`)));
      let looks = 0;
      const free = await freeName('a', async (name) => {
        looks += 1;
        return taken.has(name);
      });
      assert.equal(free, count === 0 ? 'a' : `a (${count + 1})`);
      assert.ok(looks <= 30);
    });
  }
});
