import assert from 'node:assert/strict';
import { parseSize, writeSize } from '../../../ui/src/lib/sizes.ts';

describe('sizes as people write them', () => {
  const cases: [text: string, want: number | undefined][] = [
    ['15 GB', 15e9],
    ['1,5tb', 1.5e12],
    ['1.5 g', 1.5e9],
    [' 500 ', 500],
    ['7 B', 7],
    ['0', 0],
    ['', undefined],
    ['GB', undefined],
    ['-1 GB', undefined],
    ['1 PB', undefined],
    ['1 2 GB', undefined],
    ['99999999 TB', undefined],
  ];
  for (const [text, want] of cases) {
    it(`reads "${text}"`, () => {
      assert.equal(parseSize(text), want);
    });
  }

  for (const bytes of [0, 7, 1000, 1500, 15e9, 1.5e12, 123_456_789]) {
    it(`writes ${bytes} so that it is read back`, () => {
      assert.equal(parseSize(writeSize(bytes)), bytes);
    });
  }
});
